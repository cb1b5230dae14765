//! `d1_databases`: a D1 database.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;
use crate::glob::{Glob, Reach};

/// A D1 database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct D1Database {
    /// The name the Worker sees.
    pub binding: String,
    /// The human name, used on the command line.
    pub database_name: Option<String>,
    /// `database_id` as written.
    pub database_id: Option<String>,
    /// `preview_database_id` as written.
    pub preview_database_id: Option<String>,
    /// Where migration files stand, relative to the configuration file's directory.
    pub migrations_dir: String,
    /// The table that remembers which migrations ran.
    pub migrations_table: String,
    /// A glob for migration files in other layouts.
    pub migrations_pattern: Option<String>,
}

impl D1Database {
    /// The identity of the local data: `preview_database_id`, else `database_id`, else the binding name.
    pub fn local_id(&self) -> &str {
        self.preview_database_id.as_deref().or(self.database_id.as_deref()).unwrap_or(&self.binding)
    }
}

impl D1Database {
    /// The name of the migration in the file at `path`, which is relative to the configuration file and has `/` between
    /// its parts: its path below `migrations_dir`. `None` for a file that is no migration.
    pub fn migration_name<'a>(&self, path: &'a str) -> Option<&'a str> {
        let dir = plain(&self.migrations_dir);
        let pattern = self.migrations_pattern.as_deref().map_or_else(|| format!("{dir}/*.sql"), plain);
        let path = path.trim_start_matches("./");
        let below = path.strip_prefix(dir.as_str())?.strip_prefix('/')?;
        Glob::new(&pattern, Reach::Folders).matches(path).then_some(below)
    }
}

/// A path without what does not change it.
fn plain(path: &str) -> String {
    path.trim_start_matches("./").trim_end_matches('/').to_owned()
}

impl Item for D1Database {
    const KEY: &'static str = "d1_databases";
    const LOCALITY: Locality = Locality::LocalOrRemote;

    fn parse(section: &Section) -> Option<D1Database> {
        section.ignore(&["database_internal_env"]);
        let text = |key| section.binding_optional(key);
        let database = D1Database {
            binding: String::new(),
            database_name: text("database_name"),
            database_id: text("database_id"),
            preview_database_id: text("preview_database_id"),
            migrations_dir: text("migrations_dir").unwrap_or_else(|| "./migrations".to_owned()),
            migrations_table: text("migrations_table").unwrap_or_else(|| "d1_migrations".to_owned()),
            migrations_pattern: text("migrations_pattern"),
        };
        check_pattern(section, &database);
        Some(D1Database { binding: section.binding_string("binding")?, ..database })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        let shown = self.database_name.as_deref().unwrap_or_else(|| self.local_id());
        Binding { local_id: self.local_id().to_owned(), ..row::<D1Database>(kind, &self.binding, shown) }
    }
}

/// `migrations_pattern` may only look inside `migrations_dir`.
fn check_pattern(section: &Section, database: &D1Database) {
    let (Some(pattern), Some(field)) = (&database.migrations_pattern, section.get("migrations_pattern")) else { return };
    let dir = plain(&database.migrations_dir);
    if !plain(pattern).starts_with(&format!("{dir}/")) {
        field.error(format!("`{}` must start with `{dir}/`: {pattern}", field.path));
    }
}

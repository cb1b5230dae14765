//! Which database a command is about, and where its data is.

use std::path::{Path, PathBuf};

use clap::Args;
use edgeemu::config::{D1Database, nearest};
use edgeemu::d1_data::Statement;
use edgeemu::{D1Run, StateAccess};

use crate::context::{Context, Wanted};
use crate::error::CliError;

/// The arguments that name a database.
#[derive(Args)]
pub(super) struct Target {
    /// The binding, the name or the id of the database
    #[arg(value_name = "DATABASE")]
    database: String,
    /// The folder given to `edgeemu dev --persist-to`
    #[arg(long, value_name = "DIR")]
    persist_to: Option<PathBuf>,
    /// Accepted: data is always local
    #[arg(long, hide = true)]
    local: bool,
    /// Accepted: the local data is that of the preview if there is one
    #[arg(long, hide = true)]
    preview: bool,
    /// Not supported: edgeemu has local data only
    #[arg(long, hide = true)]
    remote: bool,
}

/// A database found.
pub(super) struct Database {
    pub(super) declared: D1Database,
    /// The folder of the configuration.
    pub(super) project_dir: PathBuf,
    /// As the user gave it.
    pub(super) asked: String,
    state_dir: PathBuf,
    shown_dir: String,
}

impl Target {
    pub(super) fn locate(&self, context: &Context) -> Result<Database, CliError> {
        if self.remote {
            return Err(CliError::usage("`--remote` is not supported: edgeemu has local data only")
                .hint("leave it out to work on local data"));
        }
        let project = context.project(Wanted::default())?;
        let declared = &project.config().bindings.d1_databases;
        let is_meant = |database: &&D1Database| {
            let names = [Some(&database.binding), database.database_name.as_ref(), database.database_id.as_ref()];
            names.into_iter().flatten().any(|name| *name == self.database)
        };
        let Some(found) = declared.iter().find(is_meant) else {
            return Err(unknown(&self.database, declared, &project.config().path));
        };
        if self.persist_to.is_none() {
            context.keep_unversioned(&project)?;
        }
        let state_dir = context.state_dir(&project, self.persist_to.as_deref());
        let data_dir = state_dir.join("d1");
        let shown_dir = data_dir.strip_prefix(&context.cwd).unwrap_or(&data_dir).display().to_string();
        Ok(Database {
            declared: found.clone(),
            project_dir: project.config().base_dir.clone(),
            asked: self.database.clone(),
            state_dir,
            shown_dir,
        })
    }
}

impl Database {
    pub(super) fn id(&self) -> &str {
        self.declared.local_id()
    }

    /// `local database shop (id) from .edgeemu/state/d1`.
    pub(super) fn described(&self) -> String {
        format!("local database {} ({}) from {}", self.asked, self.id(), self.shown_dir)
    }

    /// The folder of all databases.
    pub(super) fn data_dir(&self) -> PathBuf {
        self.state_dir.join("d1")
    }

    pub(super) fn open(&self, context: &Context) -> Result<StateAccess, CliError> {
        Ok(StateAccess::open(&context.world, &self.state_dir)?)
    }

    /// Runs statements in one transaction.
    pub(super) async fn run(&self, data: &StateAccess, statements: Vec<Statement>) -> Result<D1Run, CliError> {
        Ok(data.d1_run(self.id(), statements).await?)
    }
}

fn unknown(name: &str, declared: &[D1Database], config: &Path) -> CliError {
    let file = config.file_name().map_or_else(|| "configuration".into(), |name| name.to_string_lossy().into_owned());
    let error = CliError::user(format!("Couldn't find a D1 DB with the name or binding '{name}' in your {file} file."));
    let names: Vec<_> = declared.iter().map(|database| database.binding.as_str()).collect();
    if names.is_empty() {
        return error.hint("the configuration declares no `d1_databases`");
    }
    let error = match nearest(name, names.iter().copied()) {
        Some(known) => error.hint(format!("did you mean `{known}`?")),
        None => error,
    };
    error.hint(format!("the configuration declares: {}", names.join(", ")))
}

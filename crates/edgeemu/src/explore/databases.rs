//! The D1 databases of a run: in memory, new for each run, with the migrations of the project applied.

use std::collections::BTreeMap;
use std::path::Path;

use edgeemu_config::D1Database;
use edgeemu_d1::{D1, Database, Migration, Request};
use edgeemu_runtime::Stage;
use edgeemu_world::{Clock, Disk, SIMULATED_START, Timestamp, World};

use crate::project::Project;

/// A database as the configuration declares it.
#[derive(Clone, Debug)]
struct Declared {
    binding: String,
    id: String,
    table: String,
    migrations: Vec<Migration>,
}

/// The databases of a project.
#[derive(Clone, Debug, Default)]
pub(super) struct Databases(Vec<Declared>);

impl Databases {
    /// Reads the migrations of a project.
    pub(super) fn of(project: &Project) -> std::io::Result<Databases> {
        let (config, disk) = (project.config(), project.options().world.disk());
        let declared = config.bindings.d1_databases.iter().map(|database| {
            Ok(Declared {
                binding: database.binding.clone(),
                id: database.local_id().to_owned(),
                table: database.migrations_table.clone(),
                migrations: migrations(database, &config.config_dir, disk)?,
            })
        });
        declared.collect::<std::io::Result<_>>().map(Databases)
    }

    /// Nothing is opened before it is asked for.
    pub(super) fn for_run(&self, world: &World) -> RunDatabases {
        let clock = Clock::frozen_at(SIMULATED_START);
        let d1 = D1::new(&world.with_clock(clock.clone()), None);
        RunDatabases { declared: self.clone(), d1, clock, opened: BTreeMap::new() }
    }
}

fn migrations(database: &D1Database, project: &Path, disk: &Disk) -> std::io::Result<Vec<Migration>> {
    let mut found = Vec::new();
    let mut folders = vec![database.migrations_dir.trim_start_matches("./").trim_end_matches('/').to_owned()];
    while let Some(folder) = folders.pop() {
        if !disk.exists(&project.join(&folder)) {
            continue;
        }
        for entry in disk.list(&project.join(&folder))? {
            let path = format!("{folder}/{}", entry.name);
            if entry.is_dir {
                folders.push(path);
            } else if let Some(name) = database.migration_name(&path) {
                let sql = disk.read_to_string(&project.join(&path))?;
                found.push(Migration { name: name.to_owned(), sql });
            }
        }
    }
    Ok(found)
}

/// The databases of one run.
pub(super) struct RunDatabases {
    declared: Databases,
    d1: D1,
    clock: Clock,
    opened: BTreeMap<String, Database>,
}

impl RunDatabases {
    pub(super) fn show(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Runs a request; `Err` says why there is no database to run it on.
    pub(super) fn run(
        &mut self,
        stage: &Stage,
        (binding, request): (String, Request),
    ) -> Result<Result<(String, edgeemu_d1::Bookmark), edgeemu_d1::D1Error>, String> {
        let database = self.open(&binding)?;
        Ok(stage.run(database.run(request)))
    }

    fn open(&mut self, binding: &str) -> Result<Database, String> {
        if let Some(database) = self.opened.get(binding) {
            return Ok(database.clone());
        }
        let declared = self.declared.0.iter().find(|declared| declared.binding == binding);
        let declared = declared.ok_or_else(|| format!("there is no D1 database `{binding}`"))?;
        let database = self.d1.database(&declared.id).map_err(|error| error.to_string())?;
        let applied = database.migrate(&declared.table, &declared.migrations);
        applied.map_err(|(name, error)| format!("migration {name} of `{binding}`: {error}"))?;
        self.opened.insert(binding.to_owned(), database.clone());
        Ok(database)
    }
}

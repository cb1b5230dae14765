//! `edgeemu d1 migrations`: files of SQL that are applied once each.

use std::path::Path;

use clap::{Args, Subcommand};
use edgeemu::StateAccess;
use edgeemu::d1_data::{
    Migration, applied_statement, apply_statements, first_line, in_order, numbered, table_statement,
};

use super::target::{Database, Target};
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::{confirm, print};
use crate::ui::table::grid;

/// Files of SQL that are applied once each
#[derive(Subcommand)]
pub(crate) enum MigrationsCommand {
    /// Make an empty migration
    Create(Create),
    /// Show which migrations were not applied yet
    List(List),
    /// Apply them
    Apply(Apply),
}

/// Make an empty migration
#[derive(Args)]
pub(crate) struct Create {
    #[command(flatten)]
    target: Target,
    /// What it does: the name of the file
    #[arg(value_name = "MESSAGE")]
    message: String,
}

/// Show which migrations were not applied yet
#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    target: Target,
}

/// Apply the migrations that were not applied yet, in the order of their numbers
#[derive(Args)]
pub(crate) struct Apply {
    #[command(flatten)]
    target: Target,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(super) async fn run(command: &MigrationsCommand, context: &Context) -> Result<(), CliError> {
    match command {
        MigrationsCommand::Create(args) => create(args, context),
        MigrationsCommand::List(args) => list(args, context).await,
        MigrationsCommand::Apply(args) => apply(args, context).await,
    }
}

fn create(args: &Create, context: &Context) -> Result<(), CliError> {
    let database = args.target.locate(context)?;
    let migrations = files(&database, context)?;
    let (number, name) = numbered(migrations.iter().map(|migration| migration.name.as_str()), &args.message);
    let dir = database.project_dir.join(&database.declared.migrations_dir);
    let path = dir.join(&name);
    let content = first_line(&context.world, number)
        .map_err(|error| CliError::internal("the migration cannot be dated").cause(error))?;
    let disk = context.world.disk();
    let written = disk.create_dir_all(&dir).and_then(|()| disk.write_replacing(&path, content.as_bytes()));
    written.map_err(|error| CliError::user(format!("cannot write `{}`", path.display())).cause(error))?;
    let text = format!(
        "✅ Successfully created Migration '{name}'!\n\nThe migration is available for editing here\n{}\n",
        path.display()
    );
    print(text.as_bytes())
}

async fn list(args: &List, context: &Context) -> Result<(), CliError> {
    let database = args.target.locate(context)?;
    let data = database.open(context)?;
    let wanted = unapplied(&database, &data, context).await?;
    data.close()?;
    if wanted.is_empty() {
        return print("✅ No migrations to apply!\n".as_bytes());
    }
    print(format!("Migrations to be applied:\n{}", names(&wanted, "Name")).as_bytes())
}

async fn apply(args: &Apply, context: &Context) -> Result<(), CliError> {
    let database = args.target.locate(context)?;
    let data = database.open(context)?;
    let wanted = unapplied(&database, &data, context).await?;
    if wanted.is_empty() {
        data.close()?;
        return print("✅ No migrations to apply!\n".as_bytes());
    }
    print(format!("Migrations to be applied:\n{}", names(&wanted, "name")).as_bytes())?;
    let question = format!(
        "About to apply {} migration(s)\nYour database may not be available to serve requests during the migration, \
         continue?",
        wanted.len()
    );
    if !args.yes && !context.environment.ci && !confirm(&question)? {
        return print(b"Nothing was applied.\n");
    }
    print(format!("🌀 Executing on {}:\n", database.described()).as_bytes())?;
    let applied = apply_each(&database, &data, &wanted).await;
    data.close()?;
    applied
}

/// Each is a transaction of its own; the first that fails ends it.
async fn apply_each(database: &Database, data: &StateAccess, wanted: &[Migration]) -> Result<(), CliError> {
    let table = &database.declared.migrations_table;
    let mut commands = 0;
    for (done, migration) in wanted.iter().enumerate() {
        let failed = |error: &str| {
            CliError::user(format!("Migration {} failed with the following errors:", migration.name)).cause(error)
        };
        let statements = apply_statements(table, migration).map_err(|error| failed(&error.to_string()))?;
        let count = statements.len();
        if let Err(error) = data.d1_run(database.id(), statements).await {
            print(state(wanted, done, "❌").as_bytes())?;
            return Err(failed(&error.to_string()));
        }
        commands += count;
    }
    let text = format!("🚣 {commands} commands executed successfully.\n{}", state(wanted, wanted.len(), ""));
    print(text.as_bytes())
}

/// The migrations with what became of them: `done` were applied, `next` is the mark of the one after them.
fn state(migrations: &[Migration], done: usize, next: &str) -> String {
    let mark = |index: usize| match index {
        index if index < done => "✅",
        index if index == done => next,
        _ => "🕒️",
    };
    let rows =
        migrations.iter().enumerate().map(|(index, migration)| vec![migration.name.clone(), mark(index).to_owned()]);
    grid(&["name".to_owned(), "status".to_owned()], &rows.collect::<Vec<_>>())
}

fn names(migrations: &[Migration], heading: &str) -> String {
    let rows: Vec<_> = migrations.iter().map(|migration| vec![migration.name.clone()]).collect();
    grid(&[heading.to_owned()], &rows)
}

async fn unapplied(database: &Database, data: &StateAccess, context: &Context) -> Result<Vec<Migration>, CliError> {
    let table = &database.declared.migrations_table;
    let results = database.run(data, vec![table_statement(table), applied_statement(table)]).await?;
    let rows = results.last().and_then(|result| result["results"].as_array()).cloned().unwrap_or_default();
    let is_applied = |name: &str| rows.iter().any(|row| row["name"] == name);
    let mut wanted = files(database, context)?;
    wanted.retain(|migration| !is_applied(&migration.name));
    Ok(wanted)
}

/// All migrations, in order.
fn files(database: &Database, context: &Context) -> Result<Vec<Migration>, CliError> {
    let dir = database.project_dir.join(&database.declared.migrations_dir);
    let mut found = Vec::new();
    if context.world.disk().exists(&dir) {
        collect(&dir, database, context, &mut found).map_err(|error| {
            CliError::user(format!("the migrations cannot be read: `{}`", dir.display())).cause(error)
        })?;
    }
    found.sort_by(|first, second| in_order(&first.name, &second.name));
    Ok(found)
}

fn collect(dir: &Path, database: &Database, context: &Context, found: &mut Vec<Migration>) -> std::io::Result<()> {
    for entry in context.world.disk().list(dir)? {
        if entry.is_dir {
            collect(&entry.path, database, context, found)?;
            continue;
        }
        let Ok(path) = entry.path.strip_prefix(&database.project_dir) else { continue };
        let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        let path = parts.iter().filter(|part| *part != ".").map(AsRef::as_ref).collect::<Vec<&str>>().join("/");
        if let Some(name) = database.declared.migration_name(&path) {
            let sql = context.world.disk().read_to_string(&entry.path)?;
            found.push(Migration { name: name.to_owned(), sql });
        }
    }
    Ok(())
}

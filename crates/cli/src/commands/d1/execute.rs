//! `edgeemu d1 execute`: runs SQL.

use std::io::{IsTerminal, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use edgeemu::D1Run;
use edgeemu::d1_data::{Statement, prepare_file};
use serde_json::{Value, json};

use super::import;
use super::target::Target;
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;
use crate::ui::table::grid;

/// What a file of SQLite itself begins with.
const BINARY: &[u8; 16] = b"SQLite format 3\0";

/// Run SQL: all statements are one transaction
#[derive(Args)]
#[command(override_usage = "edgeemu d1 execute <DATABASE> <--command <SQL>|--file <FILE>> [OPTIONS]")]
pub(crate) struct Execute {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    source: Source,
    /// Print results as JSON alone
    #[arg(long)]
    pub(super) json: bool,
    /// Accepted: nothing is asked
    #[arg(short, long, hide = true)]
    yes: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Source {
    /// The SQL
    #[arg(long, value_name = "SQL")]
    command: Option<String>,
    /// Take the SQL from this file
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(super) async fn run(args: &Execute, context: &Context) -> Result<(), CliError> {
    if let Some((file, size)) = large(args.source.file.as_deref(), context)? {
        return run_large(args, (file, size), context).await;
    }
    let sql = match (&args.source.command, &args.source.file) {
        (Some(command), _) => command.clone(),
        (None, Some(file)) => read(file, context)?,
        (None, None) => return Err(CliError::usage("Error: must provide --command or --file.")),
    };
    let statements = prepare_file(&sql).map_err(|error| CliError::user(error.to_string()))?;
    let database = args.target.locate(context)?;
    if !args.json {
        print(format!("🌀 Executing on {}:\n", database.described()).as_bytes())?;
    }
    let count = statements.len() as u64;
    let results = run_all(&database, statements, context).await?;
    report(args, count, &results)
}

/// A file that is too large to be taken into memory: only what was done is shown.
async fn run_large(args: &Execute, (file, size): (&Path, u64), context: &Context) -> Result<(), CliError> {
    let database = args.target.locate(context)?;
    if !args.json {
        print(format!("🌀 Executing on {}:\n", database.described()).as_bytes())?;
    }
    let result = import::run(&database, file, size, context).await?;
    let count = result["results"][0]["Total queries executed"].as_u64().unwrap_or_default();
    report(args, count, &vec![result])
}

/// The file and its size, if it is large.
fn large<'a>(file: Option<&'a Path>, context: &Context) -> Result<Option<(&'a Path, u64)>, CliError> {
    let Some(file) = file else { return Ok(None) };
    // One that is not there is named where it is read.
    let size = context.world.disk().metadata(&context.cwd.join(file)).map_or(0, |found| found.len);
    if size <= import::LARGE {
        return Ok(None);
    }
    let mut start = [0; BINARY.len()];
    let read = context.world.disk().open_read(&context.cwd.join(file)).and_then(|mut file| file.read_exact(&mut start));
    read.map_err(|error| unreadable(file).cause(error))?;
    if start == *BINARY { Err(binary()) } else { Ok(Some((file, size))) }
}

fn report(args: &Execute, count: u64, results: &D1Run) -> Result<(), CliError> {
    if !args.json {
        let commands = if count == 1 { "command" } else { "commands" };
        print(format!("🚣 {count} {commands} executed successfully.\n").as_bytes())?;
    }
    if !args.json && std::io::stdout().is_terminal() {
        return print(tables(results).as_bytes());
    }
    print(format!("{:#}\n", Value::Array(results.iter().map(shown).collect())).as_bytes())
}

fn unreadable(file: &Path) -> CliError {
    let name = file.display();
    CliError::user(format!("Unable to read SQL text file \"{name}\". Please check the file path and try again."))
}

fn binary() -> CliError {
    CliError::user("Provided file is a binary SQLite database file instead of an SQL text file.")
        .hint("the execute command can only process SQL text files: dump the database first, for example with `sqlite3 FILE .dump`")
}

async fn run_all(
    database: &super::target::Database,
    statements: Vec<Statement>,
    context: &Context,
) -> Result<D1Run, CliError> {
    let data = database.open(context)?;
    let results = database.run(&data, statements).await?;
    data.close()?;
    Ok(results)
}

fn read(file: &Path, context: &Context) -> Result<String, CliError> {
    let read = context.world.disk().read(&context.cwd.join(file));
    let content = read.map_err(|error| unreadable(file).cause(error))?;
    if content.starts_with(BINARY) {
        return Err(binary());
    }
    Ok(String::from_utf8_lossy(&content).trim_start_matches('\u{feff}').to_owned())
}

/// A result as other tools print it: of the meta data the duration alone.
fn shown(result: &Value) -> Value {
    let meta = json!({ "duration": result["meta"]["duration"] });
    json!({ "results": result["results"], "success": true, "meta": meta })
}

fn tables(results: &D1Run) -> String {
    results.iter().filter_map(|result| table(result["results"].as_array()?)).collect()
}

pub(super) fn table(rows: &[Value]) -> Option<String> {
    let heading: Vec<String> = rows.first()?.as_object()?.keys().cloned().collect();
    let cell = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let cells: Vec<_> =
        rows.iter().filter_map(|row| Some(row.as_object()?.values().map(cell).collect::<Vec<_>>())).collect();
    Some(grid(&heading, &cells))
}

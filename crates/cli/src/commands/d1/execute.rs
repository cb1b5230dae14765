//! `edgeemu d1 execute`: runs SQL.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;
use edgeemu::D1Run;
use edgeemu::d1_data::{Statement, prepare_file};
use serde_json::{Value, json};

use super::target::Target;
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;
use crate::ui::table::grid;

/// What a file of SQLite itself begins with.
const BINARY: &[u8] = b"SQLite format 3\0";

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
    let count = statements.len();
    let results = run_all(&database, statements, context).await?;
    if !args.json {
        let commands = if count == 1 { "command" } else { "commands" };
        print(format!("🚣 {count} {commands} executed successfully.\n").as_bytes())?;
    }
    if !args.json && std::io::stdout().is_terminal() {
        return print(tables(&results).as_bytes());
    }
    print(format!("{:#}\n", Value::Array(results.iter().map(shown).collect())).as_bytes())
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
    let content = context.world.disk().read(&context.cwd.join(file)).map_err(|error| {
        let name = file.display();
        CliError::user(format!("Unable to read SQL text file \"{name}\". Please check the file path and try again."))
            .cause(error)
    })?;
    if content.starts_with(BINARY) {
        return Err(CliError::user("Provided file is a binary SQLite database file instead of an SQL text file.")
            .hint("the execute command can only process SQL text files: dump the database first, for example with `sqlite3 FILE .dump`"));
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

fn table(rows: &[Value]) -> Option<String> {
    let heading: Vec<String> = rows.first()?.as_object()?.keys().cloned().collect();
    let cell = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let cells: Vec<_> =
        rows.iter().filter_map(|row| Some(row.as_object()?.values().map(cell).collect::<Vec<_>>())).collect();
    Some(grid(&heading, &cells))
}

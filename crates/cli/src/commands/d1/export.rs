//! `edgeemu d1 export`: writes a database as SQL.

use std::path::PathBuf;

use clap::Args;
use edgeemu::d1_data::ExportOptions;

use super::target::Target;
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;

/// Write a database as SQL into a file
#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    target: Target,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// This table alone; may be repeated
    #[arg(long, value_name = "NAME")]
    table: Vec<String>,
    /// Leave out what makes tables
    #[arg(long, conflicts_with = "no_data")]
    no_schema: bool,
    /// Leave out the rows
    #[arg(long)]
    no_data: bool,
}

pub(super) async fn run(args: Export, context: &Context) -> Result<(), CliError> {
    let database = args.target.locate(context)?;
    print(format!("🌀 Exporting {}:\n", database.described()).as_bytes())?;
    let options = ExportOptions { tables: args.table, no_schema: args.no_schema, no_data: args.no_data };
    let data = database.open(context)?;
    let sql = data.d1_export(database.id(), &options).await?;
    data.close()?;
    print(format!("🌀 Exporting SQL to {}...\n", args.output.display()).as_bytes())?;
    let path = context.cwd.join(&args.output);
    context
        .world
        .disk()
        .write_replacing(&path, sql.as_bytes())
        .map_err(|error| CliError::user(format!("cannot write `{}`", args.output.display())).cause(error))?;
    print(b"Done!\n")
}

//! `edgeemu d1 export`: writes a database as SQL.

use std::path::{Path, PathBuf};

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
    let (disk, path) = (context.world.disk(), context.cwd.join(&args.output));
    let beside = path.with_file_name(format!("{}.partial", name_of(&path)));
    let refused =
        |error: std::io::Error| CliError::user(format!("cannot write `{}`", args.output.display())).cause(error);
    if disk.exists(&beside) {
        disk.remove_file(&beside).map_err(refused)?;
    }
    let mut file = disk.open_append(&beside).map_err(refused)?;
    // The last line has no end, as other tools write it.
    let mut has_waiting_end = false;
    let mut write = |piece: &[u8]| {
        let text = piece.strip_suffix(b"\n").unwrap_or(piece);
        if std::mem::replace(&mut has_waiting_end, text.len() < piece.len()) && !piece.is_empty() {
            file.write_all(b"\n")?;
        }
        file.write_all(text)
    };
    let exported = data.d1_export(database.id(), &options, &mut write).await;
    data.close()?;
    if let Err(error) = exported {
        // Whatever cannot be removed was named above.
        let _left = disk.remove_file(&beside);
        return Err(error.into());
    }
    print(format!("🌀 Exporting SQL to {}...\n", args.output.display()).as_bytes())?;
    disk.rename(&beside, &path).map_err(refused)?;
    print(b"Done!\n")
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| "export".to_owned(), |name| name.to_string_lossy().into_owned())
}

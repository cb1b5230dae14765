//! `edgeemu d1 info`: what is known about a database.

use clap::Args;
use edgeemu::d1_data::Statement;
use serde_json::{Value, json};

use super::target::Target;
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;
use crate::ui::table::grid;

/// Show what is known about a database
#[derive(Args)]
pub(crate) struct Info {
    #[command(flatten)]
    target: Target,
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) async fn run(args: &Info, context: &Context) -> Result<(), CliError> {
    const TABLES: &str = "SELECT count(*) AS count FROM sqlite_master \
        WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'";
    let database = args.target.locate(context)?;
    let data = database.open(context)?;
    let results = database.run(&data, vec![Statement::new(TABLES)]).await?;
    data.close()?;
    let result = results.first().cloned().unwrap_or_default();
    let name = database.declared.database_name.clone().unwrap_or_else(|| database.declared.binding.clone());
    let info = json!({
        "uuid": database.id(),
        "name": name,
        "num_tables": result["results"][0]["count"],
        "file_size": result["meta"]["size_after"],
        "directory": database.data_dir().display().to_string(),
    });
    if args.json {
        return print(format!("{info:#}\n").as_bytes());
    }
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let rows = info.as_object().into_iter().flatten().map(|(key, value)| vec![key.clone(), shown(value)]);
    print(grid(&[String::new(), name], &rows.collect::<Vec<_>>()).as_bytes())
}

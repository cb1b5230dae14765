//! `edgeemu kv bulk`: many keys, named in a file.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use edgeemu::{BulkEntry, BulkFileError};
use serde_json::{Map, Value, json};

use super::{Intent, Namespace, Target};
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::{confirm, print};

/// What to do with many keys.
#[derive(Subcommand)]
pub(crate) enum BulkCommand {
    /// Write many keys
    Put(Bulk),
    /// Print the values of many keys as JSON
    Get(Bulk),
    /// Remove many keys
    Delete(Delete),
}

/// A file and a namespace.
#[derive(Args)]
pub(crate) struct Bulk {
    /// A JSON file: an array of { key, value, expiration?, expiration_ttl?, metadata?, base64? } to put, or of keys
    file: PathBuf,
    #[command(flatten)]
    target: Target,
}

/// Remove many keys
#[derive(Args)]
pub(crate) struct Delete {
    /// A JSON file: an array of keys, or of objects with a `name`
    file: PathBuf,
    #[command(flatten)]
    target: Target,
    /// Do not ask
    #[arg(short, long, help_heading = None)]
    force: bool,
}

pub(super) async fn run(command: BulkCommand, context: &Context) -> Result<(), CliError> {
    match command {
        BulkCommand::Put(args) => put(&args, context).await,
        BulkCommand::Get(args) => get(&args, context).await,
        BulkCommand::Delete(args) => delete(&args, context).await,
    }
}

async fn put(args: &Bulk, context: &Context) -> Result<(), CliError> {
    let entries = parsed(&args.file, context, BulkEntry::parse_file)?;
    let namespace = Namespace::open(&args.target, Intent::Write, context)?;
    namespace.data.kv_bulk_put(&namespace.id, entries).await?;
    namespace.close()?;
    print(b"Success!\n")
}

async fn get(args: &Bulk, context: &Context) -> Result<(), CliError> {
    let keys = parsed(&args.file, context, BulkEntry::parse_keys)?;
    let namespace = Namespace::open(&args.target, Intent::ReadMany, context)?;
    let mut values = Map::new();
    for key in keys {
        let entry = namespace.data.kv_get(&namespace.id, &key).await?;
        let value = entry.map(|entry| String::from_utf8_lossy(&entry.value).into_owned());
        values.insert(key, json!({ "value": value }));
    }
    namespace.close()?;
    print(format!("{:#}\n", Value::Object(values)).as_bytes())
}

async fn delete(args: &Delete, context: &Context) -> Result<(), CliError> {
    let keys = parsed(&args.file, context, BulkEntry::parse_keys)?;
    let namespace = Namespace::open(&args.target, Intent::Write, context)?;
    let file = args.file.display();
    let question = format!(
        "Are you sure you want to delete all the keys read from \"{file}\" from kv-namespace with id \"{}\"?",
        namespace.id
    );
    if !args.force && !context.environment.ci && !confirm(&question)? {
        return print(format!("Not deleting keys read from \"{file}\".\n").as_bytes());
    }
    namespace.data.kv_bulk_delete(&namespace.id, &keys).await?;
    namespace.close()?;
    print(b"Success!\n")
}

fn parsed<T>(
    file: &Path,
    context: &Context,
    parse: impl Fn(&str) -> Result<Vec<T>, BulkFileError>,
) -> Result<Vec<T>, CliError> {
    let refused = || CliError::user(format!("cannot use `{}`", file.display()));
    let text = context.world.disk().read_to_string(&context.cwd.join(file)).map_err(|error| refused().cause(error))?;
    // Some editors put a byte order mark in front.
    parse(text.trim_start_matches('\u{feff}')).map_err(|error| refused().cause(error))
}

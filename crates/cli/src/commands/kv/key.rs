//! `edgeemu kv key`: one key at a time.

use std::path::PathBuf;

use bytes::Bytes;
use clap::{Args, Subcommand};
use edgeemu::{Key, ListOptions, PutOptions};
use serde_json::{Value, json};

use super::{Intent, Namespace, Target};
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;

/// What to do with a key.
#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Write a key
    Put(Put),
    /// Print the value of a key
    Get(Get),
    /// Print all keys as JSON
    List(List),
    /// Remove a key
    Delete(Delete),
}

/// Write a key
#[derive(Args)]
#[command(
    override_usage = "edgeemu kv key put <KEY> <VALUE|--path <FILE>> <--binding <NAME>|--namespace-id <ID>> [OPTIONS]"
)]
pub(crate) struct Put {
    /// The key
    key: String,
    #[command(flatten)]
    value: Source,
    #[command(flatten)]
    target: Target,
    /// Seconds until the key expires, at least 60
    #[arg(long, value_name = "SECONDS", help_heading = None)]
    ttl: Option<i64>,
    /// When the key expires, in seconds since 1970
    #[arg(long, value_name = "SECONDS", help_heading = None)]
    expiration: Option<i64>,
    /// JSON to keep beside the value
    #[arg(long, value_name = "JSON", value_parser = json_text, help_heading = None)]
    metadata: Option<Value>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Source {
    /// The value
    #[arg(allow_negative_numbers = true)]
    value: Option<String>,
    /// Take the value from this file
    #[arg(long, value_name = "FILE", help_heading = None)]
    path: Option<PathBuf>,
}

/// Print the value of a key
#[derive(Args)]
pub(crate) struct Get {
    /// The key
    key: String,
    #[command(flatten)]
    target: Target,
    /// Decode the value as text and end it with a line break
    #[arg(long, help_heading = None)]
    text: bool,
}

/// Print all keys as JSON
#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    target: Target,
    /// Only keys that start with this
    #[arg(long, value_name = "TEXT", help_heading = None)]
    prefix: Option<String>,
}

/// Remove a key
#[derive(Args)]
pub(crate) struct Delete {
    /// The key
    key: String,
    #[command(flatten)]
    target: Target,
}

fn json_text(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))
}

pub(super) async fn run(command: KeyCommand, context: &Context) -> Result<(), CliError> {
    match command {
        KeyCommand::Put(args) => put(args, context).await,
        KeyCommand::Get(args) => get(&args, context).await,
        KeyCommand::List(args) => list(args, context).await,
        KeyCommand::Delete(args) => delete(&args, context).await,
    }
}

async fn put(args: Put, context: &Context) -> Result<(), CliError> {
    let Put { key, value: source, target, ttl, expiration, metadata } = args;
    let metadata = metadata.map(|metadata| metadata.to_string());
    let beside = metadata.as_ref().map(|metadata| format!(" with metadata \"{metadata}\"")).unwrap_or_default();
    let namespace = Namespace::open(&target, Intent::Write, context)?;
    let (value, what) = match (source.path, source.value) {
        (Some(path), _) => {
            let content = context.world.disk().read(&context.cwd.join(&path)).map_err(|error| {
                CliError::user(format!("the value cannot be read: `{}`", path.display())).cause(error)
            })?;
            (content, format!("the contents of {} to the key", path.display()))
        }
        (None, value) => {
            let value = value.unwrap_or_default();
            let what = format!("the value \"{value}\" to key");
            (Bytes::from(value), what)
        }
    };
    print(format!("Writing {what} \"{key}\" on namespace {}{beside}.\n", namespace.id).as_bytes())?;
    let options = PutOptions { expiration, expiration_ttl: ttl, metadata };
    namespace.data.kv_put(&namespace.id, &key, value, &options).await?;
    namespace.close()
}

async fn get(args: &Get, context: &Context) -> Result<(), CliError> {
    let namespace = Namespace::open(&args.target, Intent::Read, context)?;
    let entry = namespace.data.kv_get(&namespace.id, &args.key).await?;
    namespace.close()?;
    let Some(entry) = entry else { return Err(CliError::answer("Value not found")) };
    if args.text {
        return print(format!("{}\n", String::from_utf8_lossy(&entry.value)).as_bytes());
    }
    print(&entry.value)
}

async fn list(args: List, context: &Context) -> Result<(), CliError> {
    let namespace = Namespace::open(&args.target, Intent::Read, context)?;
    let mut options = ListOptions { prefix: args.prefix, ..ListOptions::default() };
    let mut keys = Vec::new();
    loop {
        let page = namespace.data.kv_list(&namespace.id, &options).await?;
        keys.extend(page.keys.into_iter().map(shown));
        options.cursor = page.cursor.filter(|_| !page.list_complete);
        if options.cursor.is_none() {
            break;
        }
    }
    namespace.close()?;
    print(format!("{:#}\n", Value::Array(keys)).as_bytes())
}

/// A key as JSON; what it does not have is left out.
fn shown(key: Key) -> Value {
    let mut shown = json!({ "name": key.name });
    if let Some(expiration) = key.expiration {
        shown["expiration"] = expiration.into();
    }
    if let Some(metadata) = key.metadata {
        // It was checked to be JSON when it was put; if it is not, it is shown as it is.
        shown["metadata"] = serde_json::from_str(&metadata).unwrap_or(Value::String(metadata));
    }
    shown
}

async fn delete(args: &Delete, context: &Context) -> Result<(), CliError> {
    let namespace = Namespace::open(&args.target, Intent::Write, context)?;
    print(format!("Deleting the key \"{}\" on namespace {}.\n", args.key, namespace.id).as_bytes())?;
    namespace.data.kv_delete(&namespace.id, &args.key).await?;
    namespace.close()
}

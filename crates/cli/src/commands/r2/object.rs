//! `edgeemu r2 object`: one object, or the list of them.

use std::io::Read as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use edgeemu::R2Download;
use edgeemu::r2::{HttpMetadata, PutOptions};
use serde_json::Value;

use super::target::{ObjectPath, Place};
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;
use crate::ui::progress::Progress;

const MISSING: &str = "The specified key does not exist.";

/// What to do with objects.
#[derive(Subcommand)]
pub(crate) enum ObjectCommand {
    /// Write an object
    Put(Put),
    /// Read an object into a file, or to stdout
    Get(Get),
    /// Print what is known about an object, as JSON
    Head(Head),
    /// Print the objects of a bucket as JSON
    List(List),
    /// Remove an object
    Delete(Delete),
}

/// Write an object
#[derive(Args)]
pub(crate) struct Put {
    /// BUCKET/KEY: a bucket, or the name of its binding, and the key
    #[arg(value_name = "BUCKET/KEY")]
    object: ObjectPath,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    headers: Headers,
    /// Standard or InfrequentAccess
    #[arg(short, long, value_name = "CLASS", help_heading = None)]
    storage_class: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Source {
    /// The file with its bytes
    #[arg(short, long, value_name = "PATH", help_heading = None)]
    file: Option<PathBuf>,
    /// Take the bytes from stdin
    #[arg(short, long, help_heading = None)]
    pipe: bool,
}

/// What the object has for the headers of responses.
#[derive(Args)]
#[command(next_help_heading = "Headers of the object")]
struct Headers {
    /// Its media type
    #[arg(long, visible_alias = "ct", value_name = "TEXT")]
    content_type: Option<String>,
    /// How it is shown
    #[arg(long, visible_alias = "cd", value_name = "TEXT")]
    content_disposition: Option<String>,
    /// How it is encoded
    #[arg(long, visible_alias = "ce", value_name = "TEXT")]
    content_encoding: Option<String>,
    /// Its language
    #[arg(long, visible_alias = "cl", value_name = "TEXT")]
    content_language: Option<String>,
    /// How it may be cached
    #[arg(long, visible_alias = "cc", value_name = "TEXT")]
    cache_control: Option<String>,
}

/// Read an object into a file, or to stdout
#[derive(Args)]
pub(crate) struct Get {
    /// BUCKET/KEY: a bucket, or the name of its binding, and the key
    #[arg(value_name = "BUCKET/KEY")]
    object: ObjectPath,
    /// The file to write; the last part of the key if not given
    #[arg(short, long, value_name = "PATH", conflicts_with = "pipe", help_heading = None)]
    file: Option<PathBuf>,
    /// Write the bytes to stdout
    #[arg(short, long, help_heading = None)]
    pipe: bool,
    #[command(flatten)]
    place: Place,
}

/// Print what is known about an object, as JSON
#[derive(Args)]
pub(crate) struct Head {
    /// BUCKET/KEY: a bucket, or the name of its binding, and the key
    #[arg(value_name = "BUCKET/KEY")]
    object: ObjectPath,
    #[command(flatten)]
    place: Place,
}

/// Print the objects of a bucket as JSON
#[derive(Args)]
pub(crate) struct List {
    /// The bucket, or the name of its binding
    bucket: String,
    /// Only objects whose keys start with this
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = None)]
    prefix: String,
    #[command(flatten)]
    place: Place,
}

/// Remove an object
#[derive(Args)]
pub(crate) struct Delete {
    /// BUCKET/KEY: a bucket, or the name of its binding, and the key
    #[arg(value_name = "BUCKET/KEY")]
    object: ObjectPath,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(command: ObjectCommand, context: &Context) -> Result<(), CliError> {
    match command {
        ObjectCommand::Put(args) => put(args, context).await,
        ObjectCommand::Get(args) => get(&args, context).await,
        ObjectCommand::Head(args) => head(&args, context).await,
        ObjectCommand::List(args) => list(&args, context).await,
        ObjectCommand::Delete(args) => delete(&args, context).await,
    }
}

async fn put(args: Put, context: &Context) -> Result<(), CliError> {
    let Put { object, source, headers, storage_class, place } = args;
    let opened = place.open(context)?;
    let bucket = opened.bucket(&object.bucket)?;
    let Headers { content_type, content_disposition, content_encoding, content_language, cache_control } = headers;
    let http_metadata = HttpMetadata {
        content_type,
        content_language,
        content_disposition,
        content_encoding,
        cache_control,
        cache_expiry: None,
    };
    let options = PutOptions { http_metadata, storage_class, ..PutOptions::default() };
    let at = (bucket.as_str(), object.key.as_str());
    print(format!("Creating object \"{}\" in bucket \"{bucket}\".\n", object.key).as_bytes())?;
    match source.file {
        Some(path) => {
            let unreadable = |error: std::io::Error| {
                CliError::user(format!("the file cannot be read: `{}`", path.display())).cause(error)
            };
            let (disk, path) = (context.world.disk(), context.cwd.join(&path));
            let size = disk.metadata(&path).map_err(unreadable)?.len;
            let progress = Progress::of(size);
            let source = progress.counting(disk.open_read(&path).map_err(unreadable)?);
            opened.data.r2_put(at, source, size, options).await?;
        }
        None => {
            // How many bytes there are has to be known before the first of them.
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|error| CliError::user("stdin cannot be read").cause(error))?;
            let size = bytes.len() as u64;
            opened.data.r2_put(at, std::io::Cursor::new(bytes), size, options).await?;
        }
    }
    opened.close()?;
    print(b"Upload complete.\n")
}

async fn get(args: &Get, context: &Context) -> Result<(), CliError> {
    let opened = args.place.open(context)?;
    let bucket = opened.bucket(&args.object.bucket)?;
    let key = &args.object.key;
    let found = opened.data.r2_get(&bucket, key).await?;
    let Some(mut download) = found else { return Err(CliError::answer(MISSING)) };
    if args.pipe {
        while let Some(chunk) = download.chunk().await? {
            print(&chunk)?;
        }
        return opened.close();
    }
    let last = key.rsplit('/').next().filter(|part| !matches!(*part, "" | "." | ".."));
    let file = match (&args.file, last) {
        (Some(file), _) => file.clone(),
        (None, Some(last)) => PathBuf::from(last),
        (None, None) => return Err(CliError::usage("the key names no file: give `--file` or `--pipe`")),
    };
    print(format!("Downloading \"{key}\" from \"{bucket}\".\n").as_bytes())?;
    save(&mut download, &context.cwd.join(file), context).await?;
    opened.close()?;
    print(b"Download complete.\n")
}

async fn save(download: &mut R2Download, path: &std::path::Path, context: &Context) -> Result<(), CliError> {
    let failed = |error: std::io::Error| {
        CliError::user(format!("the file cannot be written: `{}`", path.display())).cause(error)
    };
    let mut file = context.world.disk().open_append(path).map_err(failed)?;
    file.truncate(0).map_err(failed)?;
    let progress = Progress::of(download.object["size"].as_u64().unwrap_or_default());
    while let Some(chunk) = download.chunk().await? {
        progress.add(chunk.len());
        file.write_all(&chunk).map_err(failed)?;
    }
    Ok(())
}

async fn head(args: &Head, context: &Context) -> Result<(), CliError> {
    let opened = args.place.open(context)?;
    let bucket = opened.bucket(&args.object.bucket)?;
    let found = opened.data.r2_head(&bucket, &args.object.key).await?;
    opened.close()?;
    let Some(object) = found else { return Err(CliError::answer(MISSING)) };
    print(format!("{object:#}\n").as_bytes())
}

async fn list(args: &List, context: &Context) -> Result<(), CliError> {
    let opened = args.place.open(context)?;
    let bucket = opened.bucket(&args.bucket)?;
    let objects = opened.data.r2_list(&bucket, &args.prefix).await?;
    opened.close()?;
    print(format!("{:#}\n", Value::Array(objects)).as_bytes())
}

async fn delete(args: &Delete, context: &Context) -> Result<(), CliError> {
    let opened = args.place.open(context)?;
    let bucket = opened.bucket(&args.object.bucket)?;
    let key = &args.object.key;
    print(format!("Deleting object \"{key}\" from bucket \"{bucket}\".\n").as_bytes())?;
    opened.data.r2_delete(&bucket, key).await?;
    opened.close()?;
    print(b"Delete complete.\n")
}

//! Which bucket a command is about, and where its data is.

use std::path::PathBuf;

use clap::Args;
use edgeemu::StateAccess;
use edgeemu::config::R2Bucket;

use crate::context::{Context, Wanted};
use crate::error::CliError;

/// The flags of every command.
#[derive(Args)]
#[command(next_help_heading = "Data")]
pub(super) struct Place {
    /// The folder given to `edgeemu dev --persist-to`
    #[arg(long, value_name = "DIR")]
    persist_to: Option<PathBuf>,
    /// Accepted: data is always local
    #[arg(long, hide = true)]
    local: bool,
    /// Not supported: edgeemu has local data only
    #[arg(long, hide = true)]
    remote: bool,
    /// Accepted: it means nothing to local data
    #[arg(short = 'J', long, value_name = "NAME", hide = true)]
    jurisdiction: Option<String>,
}

/// The data of a project, and the buckets that its configuration declares.
pub(super) struct Opened {
    pub(super) data: StateAccess,
    pub(super) declared: Vec<R2Bucket>,
}

impl Place {
    pub(super) fn open(&self, context: &Context) -> Result<Opened, CliError> {
        if self.remote {
            return Err(CliError::usage("`--remote` is not supported: edgeemu has local data only")
                .hint("leave it out to work on local data"));
        }
        let project = context.project(Wanted::default())?;
        if self.persist_to.is_none() {
            context.keep_unversioned(&project)?;
        }
        let state_dir = context.state_dir(&project, self.persist_to.as_deref());
        let declared = project.config().bindings.r2_buckets.clone();
        Ok(Opened { data: StateAccess::open(&context.world, &state_dir)?, declared })
    }
}

impl Opened {
    /// The bucket that a name stands for: the name of a binding, or the bucket's own.
    pub(super) fn bucket(&self, name: &str) -> Result<String, CliError> {
        if let Some(bucket) = self.declared.iter().find(|bucket| bucket.binding == name) {
            return Ok(bucket.local_id().to_owned());
        }
        if self.declared.iter().any(|bucket| bucket.local_id() == name) || is_bucket_name(name) {
            return Ok(name.to_owned());
        }
        let error = CliError::user(format!("no R2 bucket named `{name}`"));
        let names: Vec<_> = self.declared.iter().map(R2Bucket::local_id).collect();
        if names.is_empty() {
            return Err(error.hint("names of buckets have 3 to 63 small letters, digits and hyphens"));
        }
        Err(error.hint(format!("the configuration declares: {}", names.join(", "))))
    }

    pub(super) fn close(self) -> Result<(), CliError> {
        Ok(self.data.close()?)
    }
}

/// Whether a name can be a bucket's.
fn is_bucket_name(name: &str) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| is_letter(byte) || *byte == b'-')
        && bytes.first().is_some_and(is_letter)
        && bytes.last().is_some_and(is_letter)
}

/// `BUCKET/KEY`.
#[derive(Clone)]
pub(super) struct ObjectPath {
    pub(super) bucket: String,
    pub(super) key: String,
}

impl std::str::FromStr for ObjectPath {
    type Err = String;

    fn from_str(text: &str) -> Result<ObjectPath, String> {
        match text.split_once('/') {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
                Ok(ObjectPath { bucket: bucket.to_owned(), key: key.to_owned() })
            }
            _ => Err("must be BUCKET/KEY".to_owned()),
        }
    }
}

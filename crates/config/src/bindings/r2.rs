//! `r2_buckets`: an R2 bucket.

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// An R2 bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct R2Bucket {
    /// The name the Worker sees.
    pub binding: String,
    /// `bucket_name` as written.
    pub bucket_name: Option<String>,
    /// `preview_bucket_name` as written.
    pub preview_bucket_name: Option<String>,
    /// Where production keeps the data; no local effect.
    pub jurisdiction: Option<String>,
    /// `local_dev.experimental_s3_credentials`: the id and the secret of a key for the local S3 API.
    pub s3_key: Option<(String, String)>,
}

impl R2Bucket {
    /// The identity of the local data: `preview_bucket_name`, else `bucket_name`, else the binding name.
    pub fn local_id(&self) -> &str {
        self.preview_bucket_name.as_deref().or(self.bucket_name.as_deref()).unwrap_or(&self.binding)
    }
}

impl Item for R2Bucket {
    const KEY: &'static str = "r2_buckets";
    const LOCALITY: Locality = Locality::LocalOrRemote;

    fn parse(section: &Section) -> Option<R2Bucket> {
        let bucket = R2Bucket {
            binding: String::new(),
            bucket_name: bucket_name(section, "bucket_name"),
            preview_bucket_name: bucket_name(section, "preview_bucket_name"),
            jurisdiction: section.binding_optional("jurisdiction"),
            s3_key: section.get("local_dev").and_then(|field| s3_key(&field.section()?)),
        };
        Some(R2Bucket { binding: section.binding_string("binding")?, ..bucket })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<R2Bucket>(kind, &self.binding, self.local_id())
    }
}

fn s3_key(local_dev: &Section) -> Option<(String, String)> {
    let key = local_dev.get("experimental_s3_credentials")?.section()?;
    let found = (key.binding_string("access_key_id"), key.binding_string("secret_access_key"));
    found.0.zip(found.1)
}

fn bucket_name(section: &Section, key: &'static str) -> Option<String> {
    let name = section.binding_optional(key)?;
    if !is_bucket_name(&name)
        && let Some(field) = section.get(key)
    {
        field.error(format!(
            "{}={} is invalid. Bucket names must begin and end with an alphanumeric character, only contain lowercase \
             letters, numbers, and hyphens, and be between 3 and 63 characters long.",
            field.path,
            field.json()
        ));
    }
    Some(name)
}

/// `^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`.
pub(crate) fn is_bucket_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| letter(*byte) || *byte == b'-')
        && letter(bytes[0])
        && letter(bytes[bytes.len() - 1])
}

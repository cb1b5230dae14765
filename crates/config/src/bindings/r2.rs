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
        section.ignore(&["local_dev"]);
        let bucket = R2Bucket {
            binding: String::new(),
            bucket_name: bucket_name(section, "bucket_name"),
            preview_bucket_name: bucket_name(section, "preview_bucket_name"),
            jurisdiction: section.binding_optional("jurisdiction"),
        };
        Some(R2Bucket { binding: section.binding_string("binding")?, ..bucket })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<R2Bucket>(kind, &self.binding, self.local_id())
    }
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

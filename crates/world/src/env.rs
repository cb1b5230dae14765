//! Environment variables: a snapshot of the process, or a given map.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The environment variables of a world. They do not change while it lives.
#[derive(Clone, Debug, Default)]
pub struct Env {
    vars: Arc<BTreeMap<String, String>>,
}

impl Env {
    /// A snapshot of the process environment. Bytes that are not UTF-8 become U+FFFD.
    #[must_use]
    pub fn real() -> Env {
        let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
        std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect()
    }

    /// The value of `name`, if it is set.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<String> {
        self.vars.get(name).cloned()
    }

    /// All variables, sorted by name.
    #[must_use]
    pub fn vars(&self) -> &BTreeMap<String, String> {
        &self.vars
    }
}

impl<Name: Into<String>, Value: Into<String>> FromIterator<(Name, Value)> for Env {
    fn from_iter<Pairs: IntoIterator<Item = (Name, Value)>>(pairs: Pairs) -> Env {
        let vars = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Env { vars: Arc::new(vars) }
    }
}

//! What an invocation saw of KV, for whoever looks at its response: which version each read returned, and how old it was.

use std::fmt::Write;

use edgeemu_kv::consistency::{ListDrift, ListRead, Read, Site, Source, Staleness};

/// How many reads are told one by one.
const LINES_MAX: usize = 16;
/// How many characters of a key are shown.
const KEY_CHARS_MAX: usize = 64;

/// The reads of an invocation until it answered, as an extension of its response.
#[derive(Clone, Debug, Default)]
pub struct KvSeen {
    lines: Vec<String>,
    more: usize,
}

impl KvSeen {
    /// A line for each read, in printable ASCII: `get SESSIONS s:42 v1 stale=12s hit`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let more = (self.more > 0).then(|| format!("{} more", self.more));
        self.lines.iter().cloned().chain(more).collect()
    }

    /// Whether nothing was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn is_full(&mut self) -> bool {
        let is_full = self.lines.len() >= LINES_MAX;
        self.more += usize::from(is_full);
        is_full
    }

    pub(crate) fn read(&mut self, (binding, key): (&str, &str), read: &Read, site: &Site) {
        if self.is_full() {
            return;
        }
        let mut line = begin("get", binding, key);
        let nothing = if read.entry.is_none() { " nothing" } else { "" };
        put(&mut line, format_args!(" {}{nothing}", read.version));
        match (&read.stale, &read.production) {
            (Some(stale), _) => put(&mut line, format_args!(" stale={}", seconds(stale))),
            (None, Some(stale)) => {
                let (version, by) = (stale.version, seconds(stale));
                put(&mut line, format_args!(" fresh; production may answer {version} stale={by}"));
            }
            (None, None) => line.push_str(" fresh"),
        }
        if let Source::Cache { stored_at, refreshing, .. } = read.source {
            let hit = if refreshing { "revalidate" } else { "hit" };
            put(&mut line, format_args!(" {hit} age={}s", (site.now() - stored_at).as_secs()));
        }
        self.lines.push(line);
    }

    pub(crate) fn list(&mut self, (binding, prefix): (&str, &str), list: &ListRead, site: &Site) {
        if self.is_full() {
            return;
        }
        let mut line = begin("list", binding, prefix);
        let age = |drift: &ListDrift| (site.now() - drift.sampled_at).as_secs();
        match (&list.drift, &list.production) {
            (Some(drift), _) => put(&mut line, format_args!(" stale={}s hit", age(drift))),
            (None, Some(drift)) => put(&mut line, format_args!(" fresh; production may answer stale={}s", age(drift))),
            (None, None) => line.push_str(" fresh"),
        }
        self.lines.push(line);
    }
}

fn put(line: &mut String, text: std::fmt::Arguments<'_>) {
    line.write_fmt(text).expect("a string takes everything");
}

/// Since when it was out of date, in seconds.
fn seconds(stale: &Staleness) -> String {
    let millis = stale.by.as_millis();
    match millis % 1000 {
        0 => format!("{}s", millis / 1000),
        part => format!("{}.{part:03}s", millis / 1000),
    }
}

/// The name of the operation, of the binding, and the key as a header can carry it.
fn begin(operation: &str, binding: &str, key: &str) -> String {
    let mut line = String::with_capacity(64);
    put(&mut line, format_args!("{operation} {binding} "));
    for char in key.chars().take(KEY_CHARS_MAX) {
        match char {
            '!'..='~' if char != '%' => line.push(char),
            other => {
                other.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| put(&mut line, format_args!("%{byte:02X}")))
            }
        }
    }
    if key.chars().nth(KEY_CHARS_MAX).is_some() {
        line.push_str("...");
    }
    line
}

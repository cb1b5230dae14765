//! Listings: pages of objects and of the prefixes that a delimiter groups them under.

use crate::error::{R2Error, Refusal};
use crate::index::{self, COLUMNS, Index, Result};
use crate::limits;
use crate::object::{HttpMetadata, Object};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use edgeemu_storage::sqlite::rusqlite::{OptionalExtension as _, params};

/// Options of `list`.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// How many objects and prefixes at most; [`limits::LIST_KEYS`] if absent or -1.
    pub limit: Option<i64>,
    /// What keys have to begin with.
    pub prefix: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// What ends the part of a key that groups it.
    pub delimiter: Option<String>,
    /// A key: the page begins after it. A cursor that is further wins.
    pub start_after: Option<String>,
    /// Which metadata to show; it makes pages shorter, see [`limits::LIST_KEYS_WITH_METADATA`].
    pub include: Vec<Include>,
}

/// Metadata that a listing can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Include {
    /// `httpMetadata`.
    Http,
    /// `customMetadata`.
    Custom,
}

impl Include {
    /// The value of the option.
    ///
    /// # Errors
    /// For one that R2 does not know.
    pub fn parse(text: &str) -> std::result::Result<Include, R2Error> {
        match text {
            "httpMetadata" => Ok(Include::Http),
            "customMetadata" => Ok(Include::Custom),
            other => Err(R2Error::Include(other.to_owned())),
        }
    }
}

/// A page of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListPage {
    /// Objects in the order of their keys.
    pub objects: Vec<Object>,
    /// Prefixes up to and with the delimiter, in order.
    pub delimited_prefixes: Vec<String>,
    /// Where the next page begins, if this one is not the last.
    pub cursor: Option<String>,
}

pub(crate) fn checked_limit(options: &ListOptions) -> std::result::Result<usize, Refusal> {
    // What the service takes for absent.
    let limit = options.limit.filter(|limit| *limit != -1).unwrap_or(limits::LIST_KEYS);
    if !(1..=limits::LIST_KEYS).contains(&limit) {
        return Err(Refusal::InvalidMaxKeys);
    }
    let most = if options.include.is_empty() { limits::LIST_KEYS } else { limits::LIST_KEYS_WITH_METADATA };
    Ok(usize::try_from(limit.min(most)).unwrap_or_default())
}

/// One entry of a page.
enum Entry {
    Object(Box<Object>),
    /// A prefix, with the last key that it groups.
    Prefix(String, String),
}

pub(crate) fn page(index: &Index, options: &ListOptions, limit: usize) -> Result<ListPage> {
    let mut page = ListPage::default();
    let mut after = first(options);
    let mut last = None;
    loop {
        if page.objects.len() + page.delimited_prefixes.len() == limit {
            if next(index, options, after.as_deref())?.is_some() {
                page.cursor = last.map(|key: String| STANDARD.encode(key));
            }
            return Ok(page);
        }
        let room = limit - page.objects.len() - page.delimited_prefixes.len();
        let entries = run(index, options, after.as_deref(), room)?;
        if entries.is_empty() {
            return Ok(page);
        }
        for entry in entries {
            let key = match entry {
                Entry::Object(object) => {
                    let key = object.key.clone();
                    page.objects.push(shown(*object, &options.include));
                    key
                }
                Entry::Prefix(prefix, key) => {
                    page.delimited_prefixes.push(prefix);
                    key
                }
            };
            after = Some(key.clone().into_bytes());
            last = Some(key);
        }
    }
}

fn next(index: &Index, options: &ListOptions, after: Option<&[u8]>) -> Result<Option<Entry>> {
    Ok(run(index, options, after, 1)?.pop())
}

/// Entries after a key, at most `room` of them, and none after a prefix: what it groups is passed over by a new run.
fn run(index: &Index, options: &ListOptions, after: Option<&[u8]>, room: usize) -> Result<Vec<Entry>> {
    let prefix = options.prefix.as_deref().unwrap_or_default();
    let delimiter = options.delimiter.as_deref().filter(|delimiter| !delimiter.is_empty());
    let sql = format!(
        "SELECT {COLUMNS} FROM objects WHERE key >= ?1 AND (?2 IS NULL OR key < ?2) AND (?3 IS NULL OR key > ?3) \
         ORDER BY key LIMIT ?4"
    );
    // A bound that is at least the prefix is the better place to begin.
    let from = after.filter(|after| *after > prefix.as_bytes()).unwrap_or(prefix.as_bytes());
    let mut statement = index.sqlite.prepare_cached(&sql)?;
    let mut rows = statement.query(params![from, end_of(prefix), after, index::signed(room as u64)])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let key = index::read_key(row)?;
        let group = delimiter.and_then(|delimiter| group(&key, prefix, delimiter));
        if let Some(group) = group {
            let last = last_below(index, &group)?.unwrap_or(key);
            entries.push(Entry::Prefix(group, last));
            break;
        }
        entries.push(Entry::Object(Box::new(index::read_object(row)?)));
    }
    Ok(entries)
}

/// The key up to the first delimiter after the prefix, with that delimiter.
fn group(key: &str, prefix: &str, delimiter: &str) -> Option<String> {
    let at = key[prefix.len()..].find(delimiter)?;
    Some(key[..prefix.len() + at + delimiter.len()].to_owned())
}

fn last_below(index: &Index, prefix: &str) -> Result<Option<String>> {
    let sql = "SELECT key FROM objects WHERE key >= ?1 AND (?2 IS NULL OR key < ?2) ORDER BY key DESC LIMIT 1";
    let mut statement = index.sqlite.prepare_cached(sql)?;
    let found = statement.query_row(params![prefix.as_bytes(), end_of(prefix)], |row| Ok(index::read_key(row)));
    found.optional()?.transpose()
}

/// The first bytes after everything that begins with `prefix`; `None` if nothing comes after.
fn end_of(prefix: &str) -> Option<Vec<u8>> {
    let mut end = prefix.as_bytes().to_vec();
    while let Some(byte) = end.pop() {
        if byte < 0xff {
            end.push(byte + 1);
            return Some(end);
        }
    }
    None
}

/// The key after which the page begins.
fn first(options: &ListOptions) -> Option<Vec<u8>> {
    let cursor = options.cursor.as_deref().map(position).map(String::into_bytes);
    cursor.max(options.start_after.clone().map(String::into_bytes))
}

/// The key in a cursor. Any text is one: what is not base64 in it does not count.
fn position(cursor: &str) -> String {
    let cursor = cursor.split('=').next().unwrap_or_default();
    let digit = |char: char| match char {
        '-' => Some('+'),
        '_' => Some('/'),
        '+' | '/' => Some(char),
        char => char.is_ascii_alphanumeric().then_some(char),
    };
    let mut digits: String = cursor.chars().filter_map(digit).collect();
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    // Bits beyond the last byte are nobody's.
    let engine = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::general_purpose::NO_PAD.with_decode_allow_trailing_bits(true),
    );
    String::from_utf8_lossy(&engine.decode(digits).unwrap_or_default()).into_owned()
}

fn shown(mut object: Object, include: &[Include]) -> Object {
    if !include.contains(&Include::Http) {
        object.http_metadata = HttpMetadata::default();
    }
    if !include.contains(&Include::Custom) {
        object.custom_metadata = Vec::new();
    }
    object
}

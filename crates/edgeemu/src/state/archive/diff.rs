//! What is different between two archives.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use edgeemu_kv::BulkEntry;
use edgeemu_r2::Object;
use edgeemu_storage::sqlite::StatementReader;
use edgeemu_world::World;
use serde_json::{Value, json};

use super::lines::Lines;
use super::{Archive, StateFilter, StateKind, StatePart};
use crate::state::{StateError, refused};

/// The longest statement that is compared, in bytes.
const STATEMENT_BYTES: usize = 64 * 1024 * 1024;
/// How much of a value is shown.
const SHOWN: usize = 60;

/// What happened to a key, a row or an object from the first archive to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another one.
    Changed,
}

impl Sign {
    /// `+`, `-` or `~`.
    #[must_use]
    pub fn mark(self) -> char {
        match self {
            Sign::Added => '+',
            Sign::Removed => '-',
            Sign::Changed => '~',
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub part: StatePart,
    /// What happened.
    pub sign: Sign,
    /// The key of a pair or object, or a statement of SQL.
    pub what: String,
    /// What is different about it: names with the value before and after.
    pub details: Vec<(String, Value, Value)>,
}

type Sink<'a> = &'a mut dyn FnMut(Difference);

impl Archive {
    /// Tells `sink` about all differences that lead from this archive to `other`, in order.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn diff(&self, other: &Archive, world: &World, filter: &StateFilter, sink: Sink<'_>) -> Result<(), StateError> {
        let mut parts: BTreeSet<_> = self.parts(world)?.into_iter().collect();
        parts.extend(other.parts(world)?);
        for part in parts.into_iter().filter(|part| filter.has(part)) {
            let pair = Pair { world, before: self, after: other, part: &part };
            match part.kind {
                StateKind::Kv => merge(pair.lines(Lines::next_pair), &part, pair_differences, sink)?,
                StateKind::R2 => {
                    let next = |lines: &mut Lines| Ok(lines.next_object()?.map(|(object, _)| object));
                    merge(pair.lines(next), &part, object_differences, sink)?;
                }
                StateKind::D1 => pair.statements(sink)?,
            }
        }
        Ok(())
    }
}

/// One part in both archives.
struct Pair<'a> {
    world: &'a World,
    before: &'a Archive,
    after: &'a Archive,
    part: &'a StatePart,
}

/// Something with a key, of which there are many in order.
trait Keyed {
    fn key(&self) -> &str;
}

impl Keyed for BulkEntry {
    fn key(&self) -> &str {
        &self.key
    }
}

impl Keyed for Object {
    fn key(&self) -> &str {
        &self.key
    }
}

/// Gives what is next on each side, if there is such a side.
struct Sides<T, N: Fn(&mut Lines) -> Result<Option<T>, StateError>> {
    lines: [Option<Lines>; 2],
    next: N,
}

impl<T, N: Fn(&mut Lines) -> Result<Option<T>, StateError>> Sides<T, N> {
    fn next(&mut self, side: usize) -> Result<Option<T>, StateError> {
        match &mut self.lines[side] {
            Some(lines) => (self.next)(lines),
            None => Ok(None),
        }
    }
}

impl Pair<'_> {
    fn open(&self, archive: &Archive) -> Result<Option<Lines>, StateError> {
        let path = archive.file(self.part);
        if self.world.disk().exists(&path) { Lines::open(self.world.disk(), &path).map(Some) } else { Ok(None) }
    }

    fn lines<T, N: Fn(&mut Lines) -> Result<Option<T>, StateError>>(&self, next: N) -> Result<Sides<T, N>, StateError> {
        Ok(Sides { lines: [self.open(self.before)?, self.open(self.after)?], next })
    }

    /// Statements are counted by a number that stands for each, so that a large database fits.
    fn statements(&self, sink: Sink<'_>) -> Result<(), StateError> {
        let mut counts: HashMap<u64, i64> = HashMap::new();
        self.each(self.before, |statement| *counts.entry(number_of(statement)).or_default() += 1)?;
        let mut tell = |sign, what: &str| {
            sink(Difference { part: self.part.clone(), sign, what: what.to_owned(), details: Vec::new() });
        };
        self.each(self.after, |statement| {
            let left = counts.entry(number_of(statement)).or_default();
            *left -= 1;
            if *left < 0 {
                tell(Sign::Added, statement);
            }
        })?;
        self.each(self.before, |statement| {
            let left = counts.entry(number_of(statement)).or_default();
            if *left > 0 {
                *left -= 1;
                tell(Sign::Removed, statement);
            }
        })
    }

    fn each(&self, archive: &Archive, mut see: impl FnMut(&str)) -> Result<(), StateError> {
        let path = archive.file(self.part);
        if !self.world.disk().exists(&path) {
            return Ok(());
        }
        let mut reader = StatementReader::new(refused(self.world.disk().open_read(&path))?, STATEMENT_BYTES);
        while let Some(statement) = refused(reader.next_statement())? {
            see(statement);
        }
        Ok(())
    }
}

fn number_of(statement: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    statement.hash(&mut hasher);
    hasher.finish()
}

type Details = Vec<(String, Value, Value)>;

/// Walks through both sides, whose keys are in order.
fn merge<T: Keyed, N: Fn(&mut Lines) -> Result<Option<T>, StateError>>(
    sides: Result<Sides<T, N>, StateError>,
    part: &StatePart,
    differences: impl Fn(&T, &T) -> Details,
    sink: Sink<'_>,
) -> Result<(), StateError> {
    let mut sides = sides?;
    let (mut before, mut after) = (sides.next(0)?, sides.next(1)?);
    while let Some((sign, key, details)) = first_of(before.as_ref(), after.as_ref(), &differences) {
        if sign != Sign::Changed || !details.is_empty() {
            sink(Difference { part: part.clone(), sign, what: key, details });
        }
        if sign != Sign::Added {
            before = sides.next(0)?;
        }
        if sign != Sign::Removed {
            after = sides.next(1)?;
        }
    }
    Ok(())
}

/// What is to be said about the smaller of two keys, or about both if they are the same.
fn first_of<T: Keyed>(
    before: Option<&T>,
    after: Option<&T>,
    differences: impl Fn(&T, &T) -> Details,
) -> Option<(Sign, String, Details)> {
    let sign = match (before, after) {
        (None, None) => return None,
        (Some(_), None) => Sign::Removed,
        (None, Some(_)) => Sign::Added,
        (Some(old), Some(new)) if old.key() < new.key() => Sign::Removed,
        (Some(old), Some(new)) if new.key() < old.key() => Sign::Added,
        (Some(old), Some(new)) => return Some((Sign::Changed, new.key().to_owned(), differences(old, new))),
    };
    let one = if sign == Sign::Removed { before } else { after };
    one.map(|one| (sign, one.key().to_owned(), Vec::new()))
}

fn changed(names: &[&str], before: &Value, after: &Value) -> Details {
    let differ = names.iter().filter(|name| before[**name] != after[**name]);
    differ.map(|name| ((*name).to_owned(), before[*name].clone(), after[*name].clone())).collect()
}

fn pair_differences(before: &BulkEntry, after: &BulkEntry) -> Details {
    let shown = |pair: &BulkEntry| {
        let metadata =
            pair.options.metadata.as_deref().and_then(|metadata| serde_json::from_str::<Value>(metadata).ok());
        json!({ "value": excerpt(&pair.value), "expiration": pair.options.expiration, "metadata": metadata })
    };
    let (old, new) = (shown(before), shown(after));
    let mut details = changed(&["expiration", "metadata"], &old, &new);
    if before.value != after.value {
        details.insert(0, ("value".to_owned(), old["value"].clone(), new["value"].clone()));
    }
    details
}

fn excerpt(value: &[u8]) -> Value {
    match std::str::from_utf8(value) {
        Ok(text) if text.chars().count() <= SHOWN => text.into(),
        Ok(text) => format!("{}… ({} bytes)", text.chars().take(SHOWN).collect::<String>(), value.len()).into(),
        Err(_) => format!("({} bytes)", value.len()).into(),
    }
}

/// When and under which version an object was uploaded says nothing about it.
fn object_differences(before: &Object, after: &Object) -> Details {
    const NAMES: [&str; 7] =
        ["size", "etag", "checksums", "httpMetadata", "customMetadata", "storageClass", "ssecKeyMd5"];
    changed(&NAMES, &json!(before), &json!(after))
}

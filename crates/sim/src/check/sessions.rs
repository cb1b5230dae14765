//! What clients see of the age of caches.

use super::super::anomaly::{Anomaly, Class};
use super::super::history::{History, OpRecord, TaskRecord};
use super::{Checks, Expectation, about};
use edgeemu_kv::consistency::{Read, Source, VersionId};
use edgeemu_world::Timestamp;

const CACHES: &str = "KV answers from the cache of the location, and writes are not pushed to caches. What must be right \
                      at once belongs into a Durable Object, or into D1.";
const NEGATIVE: &str = "Absent keys are cached like values. Do not ask for a key that is about to be created, or ask \
                        another store when there is nothing.";
const SESSION: &str = "Each cache ages by itself. Carry the version with the client, in a cookie say, and do not show an \
                       older one.";
const TORN: &str = "Each key ages by itself. Put what belongs together under one key, or never change what a pointer \
                    points to.";
const LISTS: &str = "Lists have a cache of their own, which no write removes. Take no key from a list for granted.";

pub(super) fn find(checks: &Checks, history: &History, found: &mut Vec<Anomaly>) {
    for op in &history.ops {
        found.extend(stale(checks, history, op));
        found.extend(lagging_list(checks, op));
    }
    let clients: std::collections::BTreeSet<&str> = history.tasks.iter().filter_map(TaskRecord::client).collect();
    for client in clients {
        for kind in [Kind::Read, Kind::Wrote] {
            found.extend(session(checks, history, (client, kind)));
        }
    }
    found.extend(torn(checks, history));
}

fn stale(checks: &Checks, history: &History, op: &OpRecord) -> Option<Anomaly> {
    let read = op.read()?;
    let stale = read.stale.as_ref()?;
    let (class, advice) = match (stale.is_negative, stale.is_deleted) {
        (true, false) => (Class::NegativeCache, NEGATIVE),
        (false, true) => (Class::ResurrectedDelete, CACHES),
        _ => (Class::StaleRead, CACHES),
    };
    let about = about(op);
    let (_, key) = op.operation.kv_key()?;
    let now = op.answered.or(op.effect)?.1;
    let text = format!("{}: {}", op.name, stale.explain(key, history.place_of(op), now));
    let fails = checks.staleness_max(&about).is_some_and(|bound| stale.by > bound || (bound.is_zero()));
    // What was overtaken while the answer was on its way was right when it was given.
    let in_flight = stale.by.is_zero() && !matches!(read.source, Source::Cache { .. });
    let counts = fails || !in_flight;
    counts.then(|| Anomaly { class, about, text, advice, ops: vec![op.id], fails })
}

fn lagging_list(checks: &Checks, op: &OpRecord) -> Option<Anomaly> {
    let super::super::history::Outcome::Listed(read) = &op.outcome else { return None };
    let drift = read.drift.as_ref()?;
    let super::super::operation::Operation::KvList { namespace, query } = &op.operation else { return None };
    let about = format!("{namespace}:{}", query.prefix);
    let mut what = Vec::new();
    if !drift.ghosts.is_empty() {
        what.push(format!("it still has {}", drift.ghosts.join(", ")));
    }
    if !drift.missing.is_empty() {
        what.push(format!("it lacks {}", drift.missing.join(", ")));
    }
    if !drift.outdated.is_empty() {
        what.push(format!("it has old metadata of {}", drift.outdated.join(", ")));
    }
    let age = (op.effect?.1 - drift.sampled_at).as_secs_f64();
    let text = format!("{}: the list is {age} s old; {}", op.name, what.join("; "));
    let fails = checks.demands(&about, &Expectation::FreshLists);
    Some(Anomaly { class: Class::ListLag, about, text, advice: LISTS, ops: vec![op.id], fails })
}

/// What a client knew before: from a read, or because it had written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Wrote,
}

/// The operations of a client on KV that were answered, in that order.
fn known<'a>(history: &'a History, client: &str) -> Vec<&'a OpRecord> {
    let is_theirs = |op: &&OpRecord| history.task(op.id.task).client() == Some(client) && op.answered.is_some();
    let mut ops: Vec<&OpRecord> = history.ops.iter().filter(is_theirs).collect();
    ops.sort_by_key(|op| op.answered);
    ops
}

fn session(checks: &Checks, history: &History, (client, kind): (&str, Kind)) -> Vec<Anomaly> {
    let ops = known(history, client);
    let mut found = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        let (Some(read), Some(key)) = (op.read(), op.operation.kv_key()) else { continue };
        let Some(arb) = history.arb(key, read.version) else { continue };
        let earlier = ops[..index].iter().filter(|earlier| {
            let is_before = earlier.operation.kv_key() == Some(key) && earlier.answered <= Some(op.announced);
            let version = if kind == Kind::Read { earlier.read().map(|read| read.version) } else { earlier.made };
            is_before && version.and_then(|version| history.arb(key, version)) > Some(arb)
        });
        let Some(earlier) = earlier.last() else { continue };
        found.push(session_anomaly(checks, (earlier, op, read), (client, kind)));
    }
    found
}

fn session_anomaly(
    checks: &Checks,
    (earlier, op, read): (&OpRecord, &OpRecord, &Read),
    (client, kind): (&str, Kind),
) -> Anomaly {
    let about = about(op);
    let after = seconds(earlier.answered.map(|(_, at)| at), op.answered.map(|(_, at)| at));
    let places = format!(
        "{} and {}",
        earlier.read().map_or(earlier.colo.to_string(), |read| read.place.to_string()),
        read.place
    );
    let (class, did, expectation) = match kind {
        Kind::Read => (Class::NonMonotonicRead, "saw", Expectation::MonotonicReads),
        Kind::Wrote => (Class::ReadYourWrites, "wrote", Expectation::ReadYourWrites),
    };
    let version = earlier.read().map_or(earlier.made.unwrap_or_default(), |read| read.version);
    let text = format!(
        "{client} {did} {version} of {about} ({}) and {after} later read {} ({}): {places} do not share a cache entry",
        earlier.name, read.version, op.name
    );
    let fails = checks.demands(&about, &expectation);
    Anomaly { class, about, text, advice: SESSION, ops: vec![earlier.id, op.id], fails }
}

fn seconds(from: Option<Timestamp>, to: Option<Timestamp>) -> String {
    let (Some(from), Some(to)) = (from, to) else { return "some time".to_owned() };
    format!("{} s", (to - from).as_secs_f64())
}

/// An invocation that saw the later of two writes of somebody else, and then not the earlier.
fn torn(checks: &Checks, history: &History) -> Vec<Anomaly> {
    let reads: Vec<(&OpRecord, VersionId)> = history
        .ops
        .iter()
        .filter_map(|op| Some((op, op.read()?.version)))
        .filter(|(op, _)| op.answered.is_some())
        .collect();
    let mut found = Vec::new();
    for (pointer, seen) in reads.iter().filter(|(_, seen)| *seen != VersionId(0)) {
        let wrote = |op: &&OpRecord| op.made == Some(*seen) && op.operation.kv_key() == pointer.operation.kv_key();
        let Some(writer) = history.ops.iter().find(wrote) else { continue };
        let same_session = |op: &OpRecord| {
            op.id.task == writer.id.task
                || history
                    .task(op.id.task)
                    .client()
                    .is_some_and(|client| history.task(writer.id.task).client() == Some(client))
        };
        let before = history.ops.iter().filter(|op| op.answered.is_some_and(|answered| answered <= writer.announced));
        for first in before.filter(|op| same_session(op)) {
            let (Some(made), Some(key)) = (first.made, first.operation.kv_key()) else { continue };
            let later = reads.iter().find(|(op, version)| {
                op.id.task == pointer.id.task
                    && op.operation.kv_key() == Some(key)
                    && op.announced >= pointer.announced
                    && history.arb(key, *version) < history.arb(key, made)
            });
            if let Some((data, version)) = later.filter(|_| key != pointer.operation.kv_key().unwrap_or_default()) {
                found.push(torn_anomaly(checks, (pointer, *seen), (data, *version, made)));
            }
        }
    }
    found.dedup_by(|one, other| one.ops == other.ops);
    found
}

fn torn_anomaly(
    checks: &Checks,
    (pointer, seen): (&OpRecord, VersionId),
    (data, version, made): (&OpRecord, VersionId, VersionId),
) -> Anomaly {
    let (about, pointer_key) = (about(data), about(pointer));
    let text = format!(
        "{} saw {seen} of {pointer_key}, but {version} of {about} ({}), which {made} had replaced before: each of them \
         is as old as its own cache entry",
        pointer.name, data.name
    );
    let fails = checks.demands(&about, &Expectation::Causal);
    Anomaly { class: Class::TornRead, about, text, advice: TORN, ops: vec![pointer.id, data.id], fails }
}

//! Writes that undo each other.

use super::super::anomaly::{Anomaly, Class};
use super::super::history::{History, OpRecord};
use super::about;
use edgeemu_kv::consistency::VersionId;

const COUNTER: &str =
    "KV has no compare-and-set. Let a Durable Object own the value, or give each writer a key of its own.";
const ORDER: &str = "Writes that are under way together end in any order. Await the first before the second.";

pub(super) fn find(history: &History, found: &mut Vec<Anomaly>) {
    for op in &history.ops {
        found.extend(lost_update(history, op));
        found.extend(wrong_winner(history, op));
    }
}

/// The version that was current when `made` replaced it.
fn replaced(history: &History, (namespace, key): (&str, &str), made: VersionId) -> Option<VersionId> {
    let versions = history.kv.get(namespace)?.history(key)?;
    let write = versions.version(made);
    let before = versions.versions().iter().filter(|version| version.arb < write.arb && version.committed().is_some());
    before.max_by_key(|version| version.arb).map(|version| version.id)
}

/// A write by an invocation that had read the key, and read something else than what it replaced.
fn lost_update(history: &History, op: &OpRecord) -> Option<Anomaly> {
    let (key, made) = (op.operation.kv_key()?, op.made?);
    let lost = replaced(history, key, made)?;
    let is_basis = |read: &&OpRecord| {
        read.id.task == op.id.task
            && read.operation.kv_key() == Some(key)
            && read.answered.is_some_and(|answered| answered <= op.announced)
    };
    let basis = history.ops.iter().filter(is_basis).filter(|read| read.read().is_some()).last()?;
    let read = basis.read()?;
    let by = history.ops.iter().find(|other| other.made == Some(lost) && other.operation.kv_key() == Some(key))?;
    if read.version == lost || by.id.task == op.id.task || history.arb(key, read.version) >= history.arb(key, lost) {
        return None;
    }
    // A deletion after a look at the key is no function of what was there.
    if !matches!(op.operation, super::super::operation::Operation::KvPut { .. }) {
        return None;
    }
    let about = about(op);
    let (first, second) = (history.task(by.id.task), history.task(op.id.task));
    let why = why(history, (basis, by), (&first.name, &second.name))?;
    let text = format!(
        "{} wrote {made} of {about} from {}, which it had read, and so undid {lost} of {}; {why}",
        second.name, read.version, first.name
    );
    Some(Anomaly {
        class: Class::LostUpdate,
        about,
        text,
        advice: COUNTER,
        ops: vec![by.id, basis.id, op.id],
        fails: true,
    })
}

/// How it came that the basis of a write was not what it replaced.
fn why(history: &History, (basis, by): (&OpRecord, &OpRecord), (first, second): (&str, &str)) -> Option<String> {
    let (read_at, written_at) = (basis.effect?, by.effect?);
    if read_at < written_at {
        return Some(format!("{second} had read it before {first} wrote it, and wrote after that"));
    }
    // Its cache answered something old: nothing had to be concurrent.
    let ago = (read_at.1 - written_at.1).as_secs_f64();
    let place = history.place_of(basis);
    Some(format!(
        "nothing had to be concurrent: the write was {ago} s old when {place} still answered what was before it"
    ))
}

/// Two writes of one invocation, of which the one that was asked for first is the one that stays.
fn wrong_winner(history: &History, op: &OpRecord) -> Option<Anomaly> {
    let (key, made) = (op.operation.kv_key()?, op.made?);
    let later = history.ops.iter().find(|other| {
        other.id.task == op.id.task
            && other.id.number > op.id.number
            && other.operation.kv_key() == Some(key)
            && other.operation != op.operation
            && other.made.and_then(|other| history.arb(key, other)) < history.arb(key, made)
            && other.made.is_some()
    })?;
    let about = about(op);
    let text = format!(
        "{} is what stays of {about}, although {} was asked for after it: the two were under way together",
        op.name, later.name
    );
    Some(Anomaly { class: Class::WrongWinner, about, text, advice: ORDER, ops: vec![op.id, later.id], fails: true })
}

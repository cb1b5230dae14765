//! What was done, or not done, against what was said.

use super::super::anomaly::{Anomaly, Class};
use super::super::history::{History, OpRecord, Outcome};
use super::super::operation::Operation;
use super::about;
use std::collections::BTreeMap;

const RATE: &str = "KV takes one write to a key in a second. Write less often, or catch the refusal.";
const LOOSE: &str = "What is neither awaited nor given to `waitUntil` ends with the response.";
const HELD: &str = "`waitUntil` ends 30 s after the response. What must happen belongs into a queue.";
const TWICE: &str = "Messages and retries come at least once. Give the effect an idempotency key that is kept with it.";

pub(super) fn find(once: &[String], history: &History, found: &mut Vec<Anomaly>) {
    for op in &history.ops {
        found.extend(swallowed(history, op));
        found.extend(lost(history, op));
    }
    found.extend(duplicates(once, history));
}

fn subject(op: &OpRecord) -> String {
    if op.operation.kv_key().is_some() { about(op) } else { op.operation.to_string() }
}

fn swallowed(history: &History, op: &OpRecord) -> Option<Anomaly> {
    let Outcome::Refused(text) = &op.outcome else { return None };
    let task = history.task(op.id.task);
    if !task.succeeded() || !text.contains("429") {
        return None;
    }
    let text = format!("{} was refused (`{text}`), and {} answered that all is well", op.name, task.name);
    let about = subject(op);
    Some(Anomaly { class: Class::SwallowedRefusal, about, text, advice: RATE, ops: vec![op.id], fails: true })
}

fn lost(history: &History, op: &OpRecord) -> Option<Anomaly> {
    let Outcome::Cut { held } = op.outcome else { return None };
    let task = history.task(op.id.task);
    if !task.succeeded() || !op.operation.is_write() {
        return None;
    }
    let (why, advice) = if held {
        ("it was in `waitUntil`, which was cut", HELD)
    } else {
        ("it was neither awaited nor in `waitUntil`", LOOSE)
    };
    let text = format!("{} answered that all is well, and {} never happened: {why}", task.name, op.name);
    Some(Anomaly { class: Class::LostAcknowledged, about: subject(op), text, advice, ops: vec![op.id], fails: true })
}

fn duplicates(once: &[String], history: &History) -> Vec<Anomaly> {
    let mut calls: BTreeMap<String, Vec<&OpRecord>> = BTreeMap::new();
    for op in history.ops.iter().filter(|op| op.effect.is_some()) {
        if matches!(&op.operation, Operation::Other { service, .. } if once.contains(service)) {
            calls.entry(op.operation.to_string()).or_default().push(op);
        }
    }
    let twice = calls.into_iter().filter(|(_, ops)| ops.len() > 1);
    let anomaly = |(call, ops): (String, Vec<&OpRecord>)| {
        let names: Vec<&str> = ops.iter().map(|op| &*history.task(op.id.task).name).collect();
        let text = format!("`{call}` happened {} times: in {}", ops.len(), names.join(", and in "));
        let ops = ops.iter().map(|op| op.id).collect();
        Anomaly { class: Class::DuplicateEffect, about: call, text, advice: TWICE, ops, fails: true }
    };
    twice.map(anomaly).collect()
}

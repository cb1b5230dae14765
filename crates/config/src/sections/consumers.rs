//! `queues.consumers`, `tail_consumers` and `streaming_tail_consumers`: what a Worker is called for.

use crate::field::Section;
use crate::raw::Node;
use crate::scope::Scope;

/// A queue whose messages the Worker receives. What is absent keeps the emulator's default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueueConsumer {
    /// The queue.
    pub queue: String,
    /// Messages per batch at most.
    pub max_batch_size: Option<u64>,
    /// Seconds a batch waits to fill up.
    pub max_batch_timeout_secs: Option<f64>,
    /// How often a message is delivered again.
    pub max_retries: Option<u64>,
    /// Where messages go after the last retry.
    pub dead_letter_queue: Option<String>,
    /// Batches handled at the same time at most.
    pub max_concurrency: Option<u64>,
    /// Milliseconds a message stays invisible while it is handled.
    pub visibility_timeout_ms: Option<u64>,
    /// Seconds a retried message waits.
    pub retry_delay_secs: Option<f64>,
}

pub(crate) fn queue_consumers(scope: &Scope) -> Vec<QueueConsumer> {
    // The producers' reader has made every complaint about `queues` itself.
    let Some(queues) = scope.declares("queues") else { return Vec::new() };
    let Node::Table(_) = &queues.value.node else { return Vec::new() };
    let Some(consumers) = scope.repeated("queues").and_then(|field| field.object()?.get("consumers")) else {
        return Vec::new();
    };
    let mut found: Vec<QueueConsumer> = Vec::new();
    for section in consumers.sections() {
        let place = section.table.get("queue").map_or(section.span, |entry| entry.value.span);
        let notes = section.notes;
        let Some(consumer) = queue_consumer(section) else { continue };
        if found.iter().any(|known| known.queue == consumer.queue) {
            notes.error(place, format!("Queue has several consumers in this configuration: `{}`", consumer.queue));
        }
        found.push(consumer);
    }
    found
}

fn queue_consumer(section: Section) -> Option<QueueConsumer> {
    let queue = match section.get("queue").as_ref().map(|field| &field.value.node) {
        Some(Node::String(queue)) => Some(queue.clone()),
        _ => {
            let json = section.json();
            section.notes.error(
                section.span,
                format!("\"{}\" should have a string \"queue\" field but got {json}.", section.path),
            );
            None
        }
    };
    kind(&section);
    let consumer = QueueConsumer {
        queue: queue.unwrap_or_default(),
        max_batch_size: number(&section, "max_batch_size"),
        max_batch_timeout_secs: seconds(&section, "max_batch_timeout"),
        max_retries: number(&section, "max_retries"),
        dead_letter_queue: section.string("dead_letter_queue"),
        max_concurrency: nullable(&section, "max_concurrency"),
        visibility_timeout_ms: number(&section, "visibility_timeout_ms"),
        retry_delay_secs: seconds(&section, "retry_delay"),
    };
    section.finish();
    (!consumer.queue.is_empty()).then_some(consumer)
}

/// A count that may be absent.
fn number(section: &Section, key: &'static str) -> Option<u64> {
    seconds(section, key)?;
    section.whole(key)
}

/// A number that may be absent.
fn seconds(section: &Section, key: &'static str) -> Option<f64> {
    let field = section.get(key)?;
    match &field.value.node {
        Node::Number(number) => number.as_f64(),
        _ => {
            let (path, json) = (&section.path, section.json());
            field.error(format!("\"{path}\" should, optionally, have a number \"{key}\" field but got {json}."));
            None
        }
    }
}

fn nullable(section: &Section, key: &'static str) -> Option<u64> {
    section.get(key).filter(|field| field.value.node != Node::Null)?;
    number(section, key)
}

fn kind(section: &Section) {
    let Some(field) = section.get("type") else { return };
    match &field.value.node {
        Node::String(text) if text == "worker" => {}
        _ => field.error(format!(
            "\"{}\" has an invalid value {}. Only \"worker\" consumers can be configured in your Wrangler configuration.",
            field.path,
            field.json()
        )),
    }
}

/// A Worker that is told what this Worker did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TailConsumer {
    /// The name of the other Worker.
    pub service: String,
    /// Which environment of it is meant.
    pub environment: Option<String>,
    /// Whether it is told while things happen, not afterwards.
    pub streaming: bool,
}

pub(crate) fn tail_consumers(scope: &Scope) -> Vec<TailConsumer> {
    let mut found = Vec::new();
    for (key, streaming) in [("tail_consumers", false), ("streaming_tail_consumers", true)] {
        let Some(field) = scope.repeated(key) else { continue };
        for section in field.sections() {
            let service = section.required("service").and_then(|field| field.string());
            let environment = section.string("environment");
            section.finish();
            found.extend(service.map(|service| TailConsumer { service, environment, streaming }));
        }
    }
    found
}

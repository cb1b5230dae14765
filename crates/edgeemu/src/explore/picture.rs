//! The story of a failure as data: who said what to whom, in order. The page that `html` makes draws it.

use std::collections::BTreeSet;

use edgeemu_sim as sim;
use edgeemu_world::Timestamp;
use serde_json::{Value, json};
use sim::{OpId, OpRecord, Outcome, Shrunk, TaskRecord, When};

/// The template: one file that loads nothing.
const PAGE: &str = include_str!("timeline.html");
const PLACE_OF_DATA: &str = "/*DATA*/";
/// What central stores and everything else outside of a location are called.
const CENTRAL: &str = "central";

/// A page with all stories, for a browser; it needs no network.
#[must_use]
pub fn html(outcomes: &[super::TestOutcome]) -> String {
    let tests: Vec<&Value> = outcomes.iter().map(|outcome| &outcome.json).collect();
    // Inside of a script element nothing may look like the end of one.
    let data = json!({ "tests": tests }).to_string().replace('<', "\\u003c");
    PAGE.replace(PLACE_OF_DATA, &data)
}

/// One story.
pub(super) fn story(shrunk: &Shrunk) -> Value {
    let history = &shrunk.finished.history;
    let clients: Vec<&str> = unique(history.tasks.iter().filter_map(TaskRecord::client));
    let colos: Vec<String> = unique(history.tasks.iter().map(|task| task.colo.to_string()));
    let legal: Vec<Value> =
        sim::grounds(shrunk).iter().map(|ground| json!({ "sentence": ground.sentence, "page": ground.page })).collect();
    json!({
        "about": shrunk.anomaly.about,
        "class": shrunk.anomaly.class.name(),
        "seen": shrunk.anomaly.text,
        "causes": sim::causes(shrunk),
        "advice": shrunk.anomaly.advice,
        "deviations": shrunk.plan.deviations.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "passesIf": shrunk.mended_by,
        "legal": legal,
        "clients": clients,
        "colos": colos,
        "events": events(shrunk),
    })
}

fn unique<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for one in all {
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    seen
}

fn events(shrunk: &Shrunk) -> Vec<Value> {
    let history = &shrunk.finished.history;
    let marked: BTreeSet<OpId> = shrunk.anomaly.ops.iter().copied().collect();
    let causes = sim::causes(shrunk);
    let mut events: Vec<(When, u8, Value)> = Vec::new();
    for task in &history.tasks {
        let (client, colo) = (task.client().unwrap_or(CENTRAL), task.colo.to_string());
        let begins = json!({
            "time": offset(history.began, task.started.1), "from": client, "to": colo, "label": &*task.name,
            "why": format!("{} begins", task.name),
        });
        events.push((task.started, 0, begins));
        if let Some((when, response)) = &task.response {
            let body: String = response.body.chars().take(60).collect();
            let label = format!("{} {body}", response.status);
            let answers = json!({
                "time": offset(history.began, when.1), "from": colo, "to": client, "label": label,
                "why": format!("{} is answered {label}", task.name),
            });
            events.push((*when, 2, answers));
        }
    }
    for op in &history.ops {
        let when = op.effect.or(op.answered).unwrap_or(op.announced);
        let mut event = operation((history.began, when.1), op, marked.contains(&op.id));
        let told = || format!("{} (of {})", sim::told_of(op), history.task(op.id.task).name);
        let cause = causes.iter().find(|cause| cause.starts_with(&*op.name));
        event["why"] = cause.cloned().unwrap_or_else(told).into();
        events.push((when, 1, event));
    }
    events.sort_by_key(|(when, kind, _)| (*when, *kind));
    events.into_iter().map(|(_, _, event)| event).collect()
}

fn operation((began, at): (Timestamp, Timestamp), op: &OpRecord, is_marked: bool) -> Value {
    let colo = op.colo.to_string();
    let is_stale = op.read().is_some_and(|read| read.stale.as_ref().is_some_and(|stale| !stale.by.is_zero()));
    let (version, writes, to) = match &op.outcome {
        Outcome::Read(read) => {
            let from_cache = matches!(read.source, edgeemu_kv::consistency::Source::Cache { .. });
            (Some(read.version.0), false, if from_cache { colo.as_str() } else { CENTRAL })
        }
        Outcome::Wrote { version, .. } => (Some(version.0), true, CENTRAL),
        Outcome::Listed(_) | Outcome::Done | Outcome::Failed { happened: true } if !is_timer(op) => {
            (None, false, CENTRAL)
        }
        _ => (None, false, colo.as_str()),
    };
    let mut event = json!({
        "time": offset(began, at), "from": colo, "to": to, "label": sim::told_of(op),
        "marked": is_marked || is_stale, "writes": writes,
    });
    if let Some(version) = version {
        event["version"] = version.into();
    }
    event
}

fn is_timer(op: &OpRecord) -> bool {
    matches!(op.operation, sim::Operation::Wait(_))
}

fn offset(began: Timestamp, at: Timestamp) -> String {
    format!("+{} s", (at - began).as_secs_f64())
}

//! A failure, told like an engineer would tell it.

use super::explore::{Report, Violation, tasks_of};
use super::history::{History, OpRecord, Outcome, TaskRecord, When};
use super::operation::TaskId;
use edgeemu_world::Timestamp;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What a search found, as text.
#[must_use]
pub fn render(name: &str, report: &Report) -> String {
    let mut text = String::new();
    for violation in &report.violations {
        let _ = writeln!(text, "✗ {name}: {} [{}]", violation.anomaly.about, violation.anomaly.class);
        text.push_str(&violation_text(violation));
    }
    if let Some(what) = &report.nondeterminism {
        let _ = writeln!(text, "✗ {name}: NOT DETERMINISTIC: {what}");
    }
    if text.is_empty() {
        let _ = writeln!(text, "✓ {name}");
    }
    let stage = |stage: &super::explore::Stage| {
        format!("{} ({}{})", stage.name, stage.runs, if stage.complete { "" } else { ", not completed" })
    };
    let stages: Vec<String> = report.stages.iter().map(stage).collect();
    let _ = writeln!(text, "  {} runs, {} different: {}", report.runs, report.distinct, stages.join(" · "));
    for finding in &report.findings {
        let _ = writeln!(text, "  seen, and no failure: [{}] {}", finding.class, finding.text);
    }
    text
}

fn violation_text(violation: &Violation) -> String {
    let shrunk = &violation.shrunk;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "  found in run {}, shrunk from {} to {} deviations in {} runs, trace {}\n",
        violation.found_in_run,
        violation.deviations_found,
        shrunk.plan.deviations.len(),
        shrunk.runs,
        shrunk.finished.trace
    );
    text.push_str(&timeline(&shrunk.finished.history, &shrunk.anomaly.ops.iter().copied().collect()));
    let _ = writeln!(text, "\n  Seen       {}", shrunk.anomaly.text);
    if !shrunk.anomaly.advice.is_empty() {
        let _ = writeln!(text, "  Because    {}", shrunk.anomaly.advice);
    }
    let none = if shrunk.plan.deviations.is_empty() { "nothing unusual: every run has it" } else { "exactly this:" };
    let _ = writeln!(text, "  Needed     {none}");
    for deviation in &shrunk.plan.deviations {
        let _ = writeln!(text, "               {deviation}");
    }
    for mended in &shrunk.mended_by {
        let _ = writeln!(text, "  Passes if  {mended}");
    }
    let tasks: Vec<&str> =
        tasks_of(&shrunk.anomaly).into_iter().map(|task: TaskId| &*shrunk.finished.history.task(task).name).collect();
    if !tasks.is_empty() {
        let _ = writeln!(text, "  Requests   {}", tasks.join(", "));
    }
    text
}

/// One line of the timeline.
enum Line<'a> {
    Begins(&'a TaskRecord),
    Does(&'a OpRecord),
    Answers(&'a TaskRecord),
}

fn timeline(history: &History, marked: &BTreeSet<super::operation::OpId>) -> String {
    let mut lines: Vec<(When, u8, Line<'_>)> = Vec::new();
    for task in &history.tasks {
        lines.push((task.started, 0, Line::Begins(task)));
        lines.extend(task.response.as_ref().map(|(when, _)| (*when, 2, Line::Answers(task))));
    }
    for op in &history.ops {
        lines.push((op.effect.or(op.answered).unwrap_or(op.announced), 1, Line::Does(op)));
    }
    lines.sort_by_key(|(when, kind, _)| (*when, *kind));
    let mut text = String::new();
    for (when, _, line) in &lines {
        let (colo, what) = match line {
            Line::Begins(task) => (task.colo, format!("{} begins", task.name)),
            Line::Does(op) => (op.colo, does(history, op, marked.contains(&op.id))),
            Line::Answers(task) => (task.colo, answers(task)),
        };
        let _ = writeln!(text, "  {:>9}  {colo}  {what}", offset(history.began, when.1));
    }
    text
}

fn offset(began: Timestamp, at: Timestamp) -> String {
    format!("+{:.3} s", (at - began).as_secs_f64())
}

fn answers(task: &TaskRecord) -> String {
    let response = task.response.as_ref().map(|(_, response)| response);
    let (status, body) = response.map_or((0, ""), |response| (response.status, response.body.as_str()));
    format!("{} → {status} {body}", task.name)
}

fn does(history: &History, op: &OpRecord, is_marked: bool) -> String {
    let name = op.name.split_once(" · ").map_or(&*op.name, |(_, name)| name);
    let task = &history.task(op.id.task).name;
    let what = match &op.outcome {
        Outcome::Read(read) => {
            let value = read.entry.as_ref().map_or("nothing".to_owned(), |entry| {
                format!("`{}`", String::from_utf8_lossy(&entry.value).chars().take(40).collect::<String>())
            });
            let stale = read.stale.as_ref().map(|stale| format!(", STALE by {} s", stale.by.as_secs_f64()));
            format!("= {value} ({}{})", read.version, stale.unwrap_or_default())
        }
        Outcome::Listed(read) => {
            let names: Vec<&str> = read.page.keys.iter().map(|key| key.name.as_str()).collect();
            format!("= [{}]{}", names.join(", "), if read.drift.is_some() { ", STALE" } else { "" })
        }
        Outcome::Wrote { version, .. } => format!("makes {version}"),
        Outcome::Done => String::new(),
        Outcome::Refused(text) => format!("is refused: {text}"),
        Outcome::Failed { happened: true } => "happens, and throws".to_owned(),
        Outcome::Failed { happened: false } => "throws".to_owned(),
        Outcome::Cut { .. } => "is CUT and never happens".to_owned(),
        Outcome::Pending => "had not happened at the end".to_owned(),
    };
    format!("  {name} {what}   of {task}{}", if is_marked { "   ◀" } else { "" })
}

//! A failure, told like an engineer would tell it.

use super::anomaly::Class;
use super::explore::{Report, Violation};
use super::grounds::Ground;
use super::history::{History, OpRecord, Outcome, TaskRecord, When};
use super::operation::TaskId;
use super::shrink::Shrunk;
use edgeemu_kv::consistency::Source;
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
    if let Some(why) = &report.broken {
        let _ = writeln!(text, "✗ {name}: DOES NOT WORK, also when nothing unusual happens: {why}");
    }
    for (what, _) in report.sometimes.iter().filter(|(_, seen)| !**seen) {
        let _ = writeln!(text, "✗ {name}: VACUOUS: no run showed this: {what}");
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
    let is_told = |text: &str| {
        report.violations.iter().any(|violation| {
            violation.shrunk.anomaly.text == text || causes(&violation.shrunk).iter().any(|cause| cause == text)
        })
    };
    for finding in report.findings.iter().filter(|finding| !is_told(&finding.text)) {
        let _ = writeln!(text, "  seen, and no failure: [{}] {}", finding.class, finding.text);
    }
    text
}

/// What happened in one run, as text.
#[must_use]
pub fn render_run(name: &str, finished: &super::run::Finished) -> String {
    let failures: Vec<_> = finished.failures().collect();
    let mut text = format!("{} {name}, trace {}\n\n", if failures.is_empty() { "✓" } else { "✗" }, finished.trace);
    let marked = failures.iter().flat_map(|anomaly| anomaly.ops.iter().copied()).collect();
    text.push_str(&timeline(&finished.history, &marked));
    text.push('\n');
    for anomaly in &finished.anomalies {
        let kind = if anomaly.fails { "Seen" } else { "Noticed" };
        let _ = writeln!(text, "  {kind:<10} [{}] {}", anomaly.class, anomaly.text);
    }
    if let Some(why) = &finished.history.inconclusive {
        let _ = writeln!(text, "  Nothing can be said: {why}");
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
    for line in causes(shrunk) {
        let _ = writeln!(text, "  Cause      {line}");
    }
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
    for ground in grounds(shrunk) {
        let _ = writeln!(text, "  Legal      {}\n             {}", ground.sentence, ground.page);
    }
    text
}

/// What the reads that took part answered, and why: for a demand of the test, every one that was stale.
#[must_use]
pub fn causes(shrunk: &Shrunk) -> Vec<String> {
    if shrunk.anomaly.class != Class::Property {
        return Vec::new();
    }
    let history = &shrunk.finished.history;
    let told = shrunk.finished.anomalies.iter().filter(|anomaly| anomaly.class != Class::Property);
    let mut lines: Vec<String> = told.map(|anomaly| anomaly.text.clone()).collect();
    lines.dedup();
    let refused = history.ops.iter().filter_map(|op| match &op.outcome {
        Outcome::Failed { .. } => Some(format!("{} threw", op.name)),
        _ => None,
    });
    lines.extend(refused);
    lines
}

/// The documented behaviour behind a story, each once.
#[must_use]
pub fn grounds(shrunk: &Shrunk) -> Vec<Ground> {
    let mut grounds: Vec<Ground> = Vec::new();
    let of_deviations = shrunk.plan.deviations.iter().map(Ground::of);
    for ground in of_deviations.chain(Ground::of_class(shrunk.anomaly.class)) {
        if !grounds.contains(&ground) {
            grounds.push(ground);
        }
    }
    grounds
}

/// One line of the timeline.
enum Line<'a> {
    Begins(&'a TaskRecord),
    Does(&'a OpRecord),
    Answers(&'a TaskRecord),
}

impl Line<'_> {
    fn task(&self) -> TaskId {
        match self {
            Line::Begins(task) | Line::Answers(task) => task.id,
            Line::Does(op) => op.id.task,
        }
    }
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
    let mut before = None;
    for (when, _, line) in &lines {
        let (colo, mut what) = match line {
            Line::Begins(task) => (task.colo, task.name.to_string()),
            Line::Does(op) => (op.colo, does(op, marked.contains(&op.id))),
            Line::Answers(task) => (task.colo, answers(task)),
        };
        // Whose line it is goes without saying below its request.
        if !matches!(line, Line::Begins(_)) && before != Some(line.task()) {
            let _ = write!(what, "   (of {})", history.task(line.task()).name);
        }
        before = Some(line.task());
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
    let body: String = body.chars().take(60).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("  → {status} {body}").trim_end().to_owned()
}

/// What became of an operation, in a few words.
#[must_use]
pub fn told_of(op: &OpRecord) -> String {
    does(op, false).trim_start().to_owned()
}

fn does(op: &OpRecord, is_marked: bool) -> String {
    let name = op.name.split_once(" · ").map_or(&*op.name, |(_, name)| name);
    let what = match &op.outcome {
        Outcome::Read(read) => {
            let value = read.entry.as_ref().map_or("nothing".to_owned(), |entry| {
                format!("`{}`", String::from_utf8_lossy(&entry.value).chars().take(40).collect::<String>())
            });
            // What was overtaken while the answer was on its way was right when it was given.
            let is_cached = matches!(read.source, Source::Cache { .. });
            let stale = read.stale.as_ref().filter(|stale| is_cached || !stale.by.is_zero());
            let stale = stale.map(|stale| format!(", STALE by {} s", stale.by.as_secs_f64()));
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
        Outcome::Cancelled => "is not waited for any more".to_owned(),
        Outcome::Cut { .. } => "is CUT and never happens".to_owned(),
        Outcome::Pending => "had not happened at the end".to_owned(),
    };
    format!("  {name} {what}{}", if is_marked { "   ◀" } else { "" }).trim_end().to_owned()
}

//! What came of a test: a verdict, a text for people, and the same for programs.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use edgeemu_sim as sim;
use serde_json::{Value, json};
use sim::{Finished, Scenario as _};

use super::picture;
use super::stored::StoredPlan;
use super::story::Story;

/// What is to be thought of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// Something breaks it.
    Violated,
    /// It does not work at all.
    Broken,
    /// It is not the same when it is done twice.
    NotDeterministic,
    /// It never saw what it is about.
    Vacuous,
    /// It was stopped before anything was found.
    Stopped,
}

/// What came of a test.
#[derive(Clone, Debug)]
pub struct TestOutcome {
    /// The test.
    pub name: String,
    /// In a word.
    pub verdict: Verdict,
    /// For people.
    pub text: String,
    /// For programs.
    pub json: Value,
    /// The plans that break it, made small.
    pub plans: Vec<StoredPlan>,
    /// How many runs there were, those that made plans small among them.
    pub runs: usize,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether isolates went from run to run.
    pub keeps_isolates: bool,
}

impl TestOutcome {
    pub(super) fn of_search(name: &str, file: &Path, report: &sim::Report) -> TestOutcome {
        let stored = |violation: &sim::Violation| StoredPlan {
            file: file.display().to_string(),
            test: name.to_owned(),
            plan: violation.shrunk.plan.clone(),
        };
        let unseen: Vec<&str> =
            report.sometimes.iter().filter(|(_, seen)| !**seen).map(|(name, _)| name.as_str()).collect();
        let verdict = match report {
            sim::Report { broken: Some(_), .. } => Verdict::Broken,
            sim::Report { nondeterminism: Some(_), .. } => Verdict::NotDeterministic,
            report if !report.violations.is_empty() => Verdict::Violated,
            _ if !unseen.is_empty() => Verdict::Vacuous,
            _ => Verdict::Clean,
        };
        TestOutcome {
            name: name.to_owned(),
            verdict,
            text: sim::render(name, report),
            json: json!({
                "test": name,
                "verdict": format!("{verdict:?}"),
                "text": sim::render(name, report),
                "runs": report.runs,
                "different": report.distinct,
                "stages": report.stages.iter().map(stage).collect::<Vec<_>>(),
                "violations": report.violations.iter().map(violation).collect::<Vec<_>>(),
                "stories": report.violations.iter().map(|found| picture::story(&found.shrunk)).collect::<Vec<_>>(),
                "findings": report.findings.iter().map(anomaly).collect::<Vec<_>>(),
                "unseen": unseen,
                "broken": report.broken,
                "nondeterminism": report.nondeterminism,
            }),
            plans: report.violations.iter().map(stored).collect(),
            runs: report.runs + report.violations.iter().map(|violation| violation.shrunk.runs).sum::<usize>(),
            elapsed: Duration::ZERO,
            keeps_isolates: false,
        }
    }
}

fn stage(stage: &sim::Stage) -> Value {
    json!({ "name": stage.name, "runs": stage.runs, "complete": stage.complete })
}

fn anomaly(anomaly: &sim::Anomaly) -> Value {
    json!({
        "class": anomaly.class.name(),
        "about": anomaly.about,
        "text": anomaly.text,
        "advice": anomaly.advice,
        "fails": anomaly.fails,
    })
}

fn violation(violation: &sim::Violation) -> Value {
    let shrunk = &violation.shrunk;
    json!({
        "anomaly": anomaly(&shrunk.anomaly),
        "foundInRun": violation.found_in_run,
        "deviations": shrunk.plan.deviations,
        "without": shrunk.plan.without,
        "trace": shrunk.finished.trace.to_string(),
        "passesIf": shrunk.mended_by,
    })
}

/// Runs a plan three times in new isolates.
pub(super) fn replayed(story: &Story, stored: &StoredPlan) -> TestOutcome {
    let setup = Rc::new(story.setup());
    let run = || sim::replay(&setup, &mut *story.pristine(), &stored.plan);
    let (finished, unused) = run();
    let traces = [finished.trace, run().0.trace, run().0.trace];
    let mut outcome = of_run(story, stored, &finished);
    for deviation in &unused.deviations {
        outcome.text.push_str(&format!("  Unused     {deviation}: nothing of this name happened\n"));
    }
    if traces.iter().any(|trace| *trace != traces[0]) {
        outcome.verdict = Verdict::NotDeterministic;
        outcome.text.push_str("  NOT DETERMINISTIC: three runs of this plan were not the same\n");
    }
    outcome.runs = traces.len();
    outcome
}

fn of_run(story: &Story, stored: &StoredPlan, finished: &Finished) -> TestOutcome {
    let broken = finished.history.inconclusive.clone();
    let verdict = match &broken {
        Some(_) => Verdict::Broken,
        None if finished.failures().next().is_some() => Verdict::Violated,
        None => Verdict::Clean,
    };
    TestOutcome {
        name: story.name.clone(),
        verdict,
        text: sim::render_run(&story.name, finished),
        json: json!({
            "test": story.name,
            "verdict": format!("{verdict:?}"),
            "text": sim::render_run(&story.name, finished),
            "runs": 1,
            "stages": [],
            "stories": [],
            "trace": finished.trace.to_string(),
            "anomalies": finished.anomalies.iter().map(anomaly).collect::<Vec<_>>(),
            "broken": broken,
        }),
        plans: vec![stored.clone()],
        runs: 1,
        elapsed: Duration::ZERO,
        keeps_isolates: false,
    }
}

/// Makes a plan small, and says what mends it.
pub(super) fn shrunk(story: &Story, stored: &StoredPlan) -> TestOutcome {
    story.choose_isolates();
    let setup = Rc::new(story.setup());
    let (finished, _) = sim::replay(&setup, &mut *story.pristine(), &stored.plan);
    let Some(anomaly) = finished.failures().next().cloned() else { return of_run(story, stored, &finished) };
    let shrunk = sim::shrink(story, (&setup, &finished), &anomaly);
    let runs = shrunk.runs;
    let found = sim::Violation { anomaly, found_in_run: 1, deviations_found: stored.plan.deviations.len(), shrunk };
    let report = sim::Report { runs, violations: vec![found], ..sim::Report::default() };
    TestOutcome::of_search(&story.name, Path::new(&stored.file), &report)
}

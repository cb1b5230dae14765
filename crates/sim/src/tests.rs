//! Tests of the search, on Workers made of Rust futures.

mod checks;
mod plans;
mod runs;
mod search;
mod stories;
mod workers;

use super::reference::{Context, Story, Worker, worker};
use super::{Class, Failure, Invocation, Options, Report, Response, Scenario, Setup, explore, render};
use edgeemu_kv::consistency::Colo;

const FRA: Colo = Colo::new(*b"FRA");
const SFO: Colo = Colo::new(*b"SFO");

type Answer = Result<Response, Failure>;

/// What a request asks for: the last part of its path, and the method with the first part.
fn asked(invocation: &Invocation) -> (String, String) {
    match invocation {
        Invocation::Request(request) => {
            let path = request.path.trim_start_matches('/');
            let (route, rest) = path.split_once('/').unwrap_or((path, ""));
            (format!("{} {route}", request.method), rest.to_owned())
        }
        Invocation::Message { body, .. } => ("message".to_owned(), String::from_utf8_lossy(body).into_owned()),
    }
}

fn ok(body: impl Into<String>) -> Answer {
    Ok(Response::new(200, body))
}

fn status(status: u16) -> Answer {
    Ok(Response::new(status, ""))
}

fn two_clients() -> Setup {
    Setup::new(&[("ada", FRA), ("bob", SFO)])
}

fn search(name: &str, setup: Setup, worker: Worker) -> Report {
    explore(&Story::new(name, setup, worker), &Options { runs_max: 400, ..Options::default() })
}

/// The search finds this, in a story of no more than so many requests and deviations.
#[track_caller]
fn finds(story: &Story, class: Class, (requests, deviations): (usize, usize)) -> Report {
    let report = explore(story, &Options { runs_max: 1000, ..Options::default() });
    let told = render(story.name(), &report);
    let violation = report.violations.first().unwrap_or_else(|| panic!("nothing was found\n{told}"));
    assert_eq!(violation.anomaly.class, class, "{told}");
    let shrunk = &violation.shrunk;
    assert!(shrunk.plan.deviations.len() <= deviations, "{told}");
    assert!(shrunk.finished.history.tasks.iter().filter(|task| task.client().is_some()).count() <= requests, "{told}");
    assert!(!shrunk.mended_by.is_empty() || shrunk.plan.deviations.is_empty(), "{told}");
    report
}

/// The search finds nothing that fails, in all plans of up to two deviations or as many runs.
#[track_caller]
fn is_clean(story: &Story) {
    let report = explore(story, &Options { runs_max: 600, depth: 2, ..Options::default() });
    assert!(report.violations.is_empty() && report.nondeterminism.is_none(), "{}", render(story.name(), &report));
}

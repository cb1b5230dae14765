//! The search as a whole.

use super::super::reference::Story;
use super::super::{Options, Setup, explore, render};
use super::{FRA, SFO, two_clients, workers};
use edgeemu_kv::consistency::{Profile, Settings};

#[test]
fn stages_say_whether_they_were_completed() {
    let setup = two_clients().request("ada", "POST /login/s").request("bob", "GET /me/s");
    let report = explore(
        &Story::new("sessions", setup, workers::sessions()),
        &Options { runs_max: 300, depth: 2, ..Options::default() },
    );
    let stages: Vec<(&str, bool)> = report.stages.iter().map(|stage| (stage.name.as_str(), stage.complete)).collect();
    assert_eq!(
        stages,
        [("boring", true), ("corpus", true), ("all plans of up to 2", true), ("worst answers", true), ("chance", true)]
    );
    assert_eq!(report.runs, 300);
    assert!(render("sessions", &report).starts_with("✓ sessions\n"));
}

#[test]
fn what_fails_in_every_run_needs_no_deviation() {
    let mut setup = Setup::new(&[("ada", FRA)]).request("ada", "GET /me/s");
    setup.checks = setup.checks.property("signed in", |history| {
        if history.tasks.iter().any(|task| task.succeeded()) { Ok(()) } else { Err("nobody is".to_owned()) }
    });
    let report = explore(&Story::new("sessions", setup, workers::sessions()), &Options::default());
    assert_eq!((report.runs, report.violations[0].shrunk.plan.deviations.len()), (1, 0));
    assert!(render("sessions", &report).contains("nothing unusual: every run has it"));
}

#[test]
fn a_plan_of_before_is_tried_first() {
    let setup = two_clients().together(&[("ada", "POST /hit/c"), ("bob", "POST /hit/c")]);
    let story = Story::new("counter", setup, workers::counter());
    let first = explore(&story, &Options::default());
    let plan = first.violations[0].shrunk.plan.clone();
    let again = explore(&story, &Options { corpus: vec![plan], ..Options::default() });
    assert_eq!(again.violations[0].found_in_run, 2);
}

#[test]
fn the_same_seed_finds_the_same() {
    let requests = [("ada", "POST /hit/c"), ("bob", "POST /hit/c"), ("ada", "POST /hit/c")];
    let story = Story::new("counter", two_clients().together(&requests), workers::counter());
    let options = Options { all: true, runs_max: 200, depth: 0, ..Options::default() };
    let (one, other) = (explore(&story, &options), explore(&story, &options));
    assert_eq!(render("counter", &one), render("counter", &other));
    assert!(!one.violations.is_empty());
}

#[test]
fn with_one_location_and_one_cache_there_is_nothing_stale_to_find() {
    for profile in [Profile::Strong, Profile::Documented] {
        let mut setup = two_clients().request("ada", "POST /publish/1").request("bob", "GET /page").advance(3);
        setup = setup.request("ada", "POST /publish/2").together(&[("bob", "GET /page"), ("ada", "GET /page")]);
        setup.clients.iter_mut().for_each(|client| client.colo = FRA);
        setup.kv = Settings::of(profile, &[FRA]);
        let report = explore(
            &Story::new("pages", setup, workers::two_keys()),
            &Options { runs_max: 400, depth: 2, ..Options::default() },
        );
        assert!(report.violations.is_empty() && report.findings.is_empty(), "{}", render("pages", &report));
    }
}

#[test]
fn findings_are_told_and_fail_nothing() {
    let setup = two_clients().request("bob", "GET /go/x").request("ada", "POST /link/x").request("bob", "GET /go/x");
    let report =
        explore(&Story::new("links", setup, workers::links()), &Options { runs_max: 50, ..Options::default() });
    assert!(report.violations.is_empty());
    let text = render("links", &report);
    assert!(text.contains("seen, and no failure: [negative cache]"), "{text}");
    assert!(text.contains(&SFO.to_string()), "{text}");
}

#[test]
fn a_report_is_told_like_a_story() {
    let setup = two_clients().together(&[("ada", "POST /hit/c"), ("bob", "POST /hit/c"), ("ada", "GET /hit/d")]);
    let report = explore(&Story::new("counter", setup, workers::counter()), &Options::default());
    let text = render("counter", &report);
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    for part in [
        "✗ counter: KV:c [lost update]",
        "found in run",
        "Seen ",
        "Because    KV has no compare-and-set",
        "Needed ",
        "Passes if ",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(part.trim_end())), "`{part}` is missing in\n{text}");
    }
    assert!(!text.contains("/hit/d"), "what has nothing to do with it is left out:\n{text}");
}

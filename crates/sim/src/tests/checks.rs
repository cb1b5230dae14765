//! What is looked for, on single runs.

use super::super::reference::Reference;
use super::super::strategy::{Boring, Worst, WorstOf};
use super::super::{Checks, Class, Expectation, Finished, Setup, simulate};
use super::{Worker, two_clients, workers};
use std::rc::Rc;
use std::time::Duration;

fn worst(setup: Setup, worker: Worker) -> Finished {
    simulate(&Rc::new(setup), &mut Reference::new(worker), &mut Worst::new(WorstOf::All))
}

fn classes(finished: &Finished) -> Vec<(Class, bool)> {
    finished.anomalies.iter().map(|anomaly| (anomaly.class, anomaly.fails)).collect()
}

fn pages() -> Setup {
    let setup = two_clients().request("ada", "POST /publish/1").request("bob", "GET /page").advance(20);
    setup.request("ada", "POST /publish/2").advance(20).request("bob", "GET /page")
}

#[test]
fn staleness_fails_where_it_is_more_than_was_asked_for() {
    for (bound, fails) in [(None, false), (Some(20), false), (Some(19), true), (Some(0), true)] {
        let mut setup = pages();
        if let Some(secs) = bound {
            setup.checks = Checks::default().expect("CFG:conf", Expectation::MaxStaleness(Duration::from_secs(secs)));
        }
        assert_eq!(classes(&worst(setup, workers::one_key())), [(Class::StaleRead, fails)], "{bound:?}");
    }
}

#[test]
fn what_is_waived_is_not_looked_for() {
    let mut setup = pages();
    setup.checks = Checks::default().waive(Class::StaleRead, "CFG:");
    assert_eq!(classes(&worst(setup, workers::one_key())), []);
    let mut setup = pages();
    setup.checks = Checks::default().waive(Class::StaleRead, "OTHER:");
    assert_eq!(classes(&worst(setup, workers::one_key())).len(), 1);
}

#[test]
fn own_writes_that_come_back_are_no_anomaly() {
    let setup = two_clients().request("ada", "POST /hit/c").advance(2).request("ada", "POST /hit/c");
    let finished = simulate(&Rc::new(setup), &mut Reference::new(workers::counter()), &mut Boring);
    assert_eq!(classes(&finished), []);
}

#[test]
fn blind_writes_are_no_lost_updates() {
    let setup = two_clients().together(&[("ada", "POST /login/s"), ("bob", "POST /login/s")]);
    assert_eq!(classes(&worst(setup, workers::sessions())), []);
}

//! Single runs: what is boring, what is replayed, what time does.

use super::super::reference::{Reference, worker};
use super::super::strategy::{Boring, Delays, Length, Pct, Strategy, Walk};
use super::super::{Deviation, Faults, Finished, Invocation, Plan, Setup, replay, simulate};
use super::{Answer, Context, FRA, Worker, ok, two_clients, workers};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

fn run(setup: &Rc<Setup>, worker: &Worker, strategy: &mut dyn Strategy) -> Finished {
    simulate(setup, &mut Reference::new(Rc::clone(worker)), strategy)
}

/// Tests with plenty of everything in them.
fn busy() -> Vec<(Rc<Setup>, Worker)> {
    let pauses = vec![Duration::from_secs(1), Duration::from_secs(61)];
    let hits = [("ada", "POST /hit/c"), ("bob", "POST /hit/c"), ("ada", "GET /hit/d"), ("bob", "POST /hit/d")];
    let counter = two_clients().together(&hits).advance(10).together(&hits);
    let orders =
        two_clients().together(&[("ada", "POST /order/1"), ("bob", "POST /order/2")]).request("ada", "POST /order/3");
    let pages = two_clients().request("ada", "POST /publish/1").together(&[
        ("ada", "GET /page"),
        ("bob", "GET /page"),
        ("ada", "POST /publish/2"),
    ]);
    let todos = two_clients()
        .together(&[("ada", "POST /add/1"), ("bob", "GET /all"), ("bob", "POST /add/2")])
        .request("bob", "GET /all");
    let patient = two_clients().together(&[("ada", "GET /"), ("bob", "GET /")]);
    let tests = [
        (counter, workers::counter()),
        (orders, workers::orders(true)),
        (pages, workers::two_keys()),
        (todos, workers::todos()),
        (patient, workers::patient()),
        (two_clients().together(&[("ada", "GET /"), ("bob", "GET /")]), workers::audit(true)),
    ];
    let all = |(setup, worker)| (Rc::new(Setup { faults: Faults::all(), pauses: pauses.clone(), ..setup }), worker);
    tests.into_iter().map(all).collect()
}

#[test]
fn whatever_was_done_is_done_again_by_its_plan() {
    for (setup, worker) in busy() {
        let boring = run(&setup, &worker, &mut Boring);
        let length = Length { events: boring.events(), decisions: boring.made.len() };
        for seed in 0..12 {
            let mut strategies: [Box<dyn Strategy>; 3] = [
                Box::new(Walk::new(seed)),
                Box::new(Pct::new(seed, 3, length)),
                Box::new(Delays::new(seed, 4, length)),
            ];
            for strategy in &mut strategies {
                let first = run(&setup, &worker, &mut **strategy);
                let text = first.plan.render();
                let plan = Plan::parse(&text).unwrap();
                let (again, unused) = replay(&setup, &mut Reference::new(Rc::clone(&worker)), &plan);
                assert_eq!((again.trace, again.plan.render()), (first.trace, text.clone()), "seed {seed}\n{text}");
                assert_eq!(unused, Plan::default(), "seed {seed}\n{text}");
            }
        }
    }
}

#[test]
fn the_boring_run_has_an_empty_plan_and_serves_one_request_after_the_other() {
    let setup =
        Rc::new(two_clients().together(&[("ada", "POST /hit/c"), ("bob", "POST /hit/c"), ("ada", "POST /hit/c")]));
    let finished = run(&setup, &workers::counter(), &mut Boring);
    assert_eq!(finished.plan, Plan::default());
    assert_eq!(finished.history.final_value("KV", "c").as_deref(), Some("3"));
    assert_eq!(finished.failures().count(), 0);
}

#[test]
fn time_passes_only_when_nothing_else_can_happen() {
    let setup = Rc::new(two_clients().together(&[("ada", "GET /"), ("bob", "GET /")]));
    let finished = run(&setup, &workers::patient(), &mut Boring);
    let took = finished.history.ended - finished.history.began;
    // Both timers ran at the same time.
    assert_eq!(took, Duration::from_secs(5));
}

#[test]
fn what_meets_nothing_is_reported() {
    let setup = Rc::new(two_clients().request("ada", "POST /hit/c"));
    let nowhere = Deviation { at: "ada/GET /gone#1".to_owned(), verb: "cut".to_owned(), to: String::new() };
    let never = Deviation::hold("ada/POST /hit/d#1", "ada/POST /hit/c#1");
    let plan = Plan::of(vec![nowhere.clone(), never.clone()]);
    let (finished, unused) = replay(&setup, &mut Reference::new(workers::counter()), &plan);
    assert_eq!(unused.deviations, [nowhere, never]);
    assert_eq!(finished.plan, Plan::default());
}

#[test]
fn a_hold_for_what_never_happens_ends_when_nothing_else_is_left() {
    let setup = Rc::new(two_clients().request("ada", "POST /hit/c"));
    let plan = Plan::of(vec![Deviation::hold("ada/POST /hit/c#1", "something else")]);
    let (finished, _) = replay(&setup, &mut Reference::new(workers::counter()), &plan);
    assert_eq!(finished.history.final_value("KV", "c").as_deref(), Some("1"));
}

#[test]
fn a_worker_that_never_ends_is_given_up() {
    let restless = worker(async |_: Invocation, env: Context| -> Answer {
        loop {
            env.wait(Duration::from_millis(1)).await;
        }
    });
    let finished = run(&Rc::new(Setup::new(&[("ada", FRA)]).request("ada", "GET /")), &restless, &mut Boring);
    assert!(finished.endless);
}

#[test]
fn chance_of_its_own_is_noticed() {
    let count = Rc::new(Cell::new(0));
    let impure = worker(move |_: Invocation, _: Context| {
        count.set(count.get() + 1);
        let body = count.get().to_string();
        async move { ok(body) }
    });
    let report = super::search("impure", Setup::new(&[("ada", FRA)]).request("ada", "GET /"), impure);
    assert!(report.nondeterminism.is_some());
}

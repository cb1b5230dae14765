//! Bugs that Workers had in production, found again; and what mends them, which must stay silent.

use super::super::{Class, Expectation, Fault, Faults, History};
use super::{FRA, Report, SFO, Setup, Story, finds, is_clean, render, two_clients, workers};
use std::time::Duration;

fn told(report: &Report) -> String {
    render("story", report)
}

fn no_session_after_logout(history: &History) -> Result<(), String> {
    let logout = history.tasks.iter().find(|task| task.name.contains("logout") && task.succeeded());
    let Some(logout) = logout.and_then(|task| task.response.as_ref()) else { return Ok(()) };
    let late =
        history.tasks.iter().find(|task| task.name.contains("GET /me") && task.started >= logout.0 && task.succeeded());
    late.map_or(Ok(()), |task| Err(format!("{} was answered 200 after the logout was", task.name)))
}

fn logout() -> Setup {
    let mut setup = two_clients()
        .request("ada", "POST /login/s:42")
        .request("bob", "GET /me/s:42")
        .request("ada", "GET /me/s:42")
        .advance(5)
        .request("ada", "POST /logout/s:42")
        .advance(5)
        .request("bob", "GET /me/s:42");
    setup.checks = setup.checks.property("no session after logout", no_session_after_logout);
    setup
}

#[test]
fn s3_logout_is_not_global() {
    let report = finds(&Story::new("logout", logout(), workers::sessions()), Class::Property, (4, 1));
    let text = told(&report);
    let shrunk = &report.violations[0].shrunk;
    assert_eq!(shrunk.plan.deviations[0].verb, "stale");
    assert_eq!(shrunk.plan.deviations[0].at, "bob/GET /me/s:42#2 · KV.get(SESS,s:42)#1");
    assert_eq!(shrunk.plan.deviations[0].to, "version 1");
    for line in ["the last request comes 61 s later", "the data is in a store without caches"] {
        assert!(text.contains(&format!("Passes if  {line}")), "{text}");
    }
    is_clean(&Story::new("revocable", logout(), workers::revocable_sessions()));
}

#[test]
fn s3_the_age_of_a_revoked_session_is_told() {
    let mut setup = logout();
    setup.checks = super::super::Checks::default().expect("SESS:", Expectation::MaxStaleness(Duration::from_secs(3)));
    let report = finds(&Story::new("logout", setup.clone(), workers::sessions()), Class::ResurrectedDelete, (4, 1));
    let text = &report.violations[0].shrunk.anomaly.text;
    assert!(text.contains("SFO answered v1 for `s:42`, which was deleted in FRA"), "{text}");
    setup.checks = super::super::Checks::default().expect("SESS:", Expectation::MaxStaleness(Duration::from_secs(60)));
    is_clean(&Story::new("logout", setup, workers::sessions()));
}

#[test]
fn s2_a_new_link_is_not_found() {
    let mut setup =
        two_clients().request("bob", "GET /go/x").advance(1).request("ada", "POST /link/x").request("bob", "GET /go/x");
    setup.checks = setup.checks.expect("LINKS:", Expectation::MaxStaleness(Duration::ZERO));
    finds(&Story::new("links", setup, workers::links()), Class::NegativeCache, (3, 1));
    // Nobody asked for it before: every location finds it.
    let mut setup = two_clients().request("ada", "POST /link/x").request("bob", "GET /go/x");
    setup.checks = setup.checks.expect("LINKS:", Expectation::MaxStaleness(Duration::ZERO));
    is_clean(&Story::new("links", setup, workers::links()));
}

#[test]
fn s5_two_requests_count_one() {
    let setup = two_clients().together(&[("ada", "POST /hit/c"), ("ada", "POST /hit/c")]);
    let report = finds(&Story::new("counter", setup.clone(), workers::counter()), Class::LostUpdate, (2, 1));
    assert!(told(&report).contains("had read it before"), "{}", told(&report));
    is_clean(&Story::new("safe counter", setup, workers::safe_counter()));
}

#[test]
fn s4_an_update_is_lost_without_anything_at_once() {
    let setup = two_clients()
        .request("bob", "POST /hit/cart")
        .advance(10)
        .request("ada", "POST /hit/cart")
        .advance(10)
        .request("bob", "POST /hit/cart");
    let report = finds(&Story::new("cart", setup, workers::counter()), Class::LostUpdate, (3, 1));
    assert!(told(&report).contains("nothing had to be concurrent"), "{}", told(&report));
}

#[test]
fn s5_ten_at_once_count_fewer() {
    let requests = [("ada", "POST /hit/c"); 10];
    let mut setup = two_clients().together(&requests);
    setup.checks =
        super::super::Checks::default().waive(Class::LostUpdate, "KV:").property("ten are counted", |history| {
            let count = history.final_value("KV", "c");
            if count.as_deref() == Some("10") { Ok(()) } else { Err(format!("the counter says {count:?}")) }
        });
    // All ten are asked for, and one event out of order is enough.
    let report = finds(&Story::new("counter", setup, workers::counter()), Class::Property, (10, 1));
    assert!(report.violations[0].found_in_run < 100, "{}", told(&report));
}

#[test]
fn a05_two_keys_are_seen_as_they_never_were() {
    let page = |setup: Setup| {
        let mut setup = setup
            .request("ada", "POST /publish/1")
            .request("bob", "GET /page")
            .advance(10)
            .request("ada", "POST /publish/2")
            .request("bob", "GET /page");
        setup.checks = setup.checks.expect("CFG:", Expectation::Causal);
        setup
    };
    let report = finds(&Story::new("torn", page(two_clients()), workers::two_keys()), Class::TornRead, (4, 1));
    assert!(told(&report).contains("saw v2 of CFG:version, but v1 of CFG:body"), "{}", told(&report));
    is_clean(&Story::new("one key", page(two_clients()), workers::one_key()));
}

#[test]
fn a06_a_value_goes_back_within_one_location() {
    let mut setup = two_clients()
        .request("bob", "POST /publish/1")
        .request("ada", "GET /page")
        .advance(2)
        .request("bob", "POST /publish/2")
        .request("ada", "GET /page")
        .request("ada", "GET /page");
    setup.checks = setup.checks.expect("CFG:", Expectation::MonotonicReads);
    // Two caches inside of Frankfurt, and two deviations: the second read passes by the other one, the third does not.
    finds(&Story::new("flip", setup, workers::one_key()), Class::NonMonotonicRead, (5, 2));
}

#[test]
fn s9_a_flag_flips_for_one_who_roams() {
    let mut setup = two_clients();
    setup.clients.iter_mut().for_each(|client| client.colo = FRA);
    let mut setup = setup
        .request("ada", "POST /publish/1")
        .request("ada", "GET /page")
        .advance(1)
        .request("ada", "POST /publish/2")
        .request("ada", "GET /page");
    setup.checks = setup.checks.expect("CFG:", Expectation::ReadYourWrites);
    finds(&Story::new("own write", setup, workers::one_key()), Class::ReadYourWrites, (4, 2));
}

#[test]
fn a07_the_draft_wins() {
    let setup = Setup::new(&[("ada", FRA)]).request("ada", "POST /publish");
    let report = finds(&Story::new("hasty", setup, workers::hasty()), Class::WrongWinner, (1, 1));
    let shrunk = &report.violations[0].shrunk;
    assert!(shrunk.plan.deviations[0].is_hold());
    assert_eq!(shrunk.finished.history.final_value("DOCS", "state").as_deref(), Some("draft"));
}

#[test]
fn a08_nobody_noticed_the_429() {
    let setup = two_clients().request("ada", "GET /").request("ada", "GET /");
    let report = finds(&Story::new("last seen", setup, workers::last_seen()), Class::SwallowedRefusal, (2, 1));
    assert!(told(&report).contains("KV PUT failed: 429 Too Many Requests"), "{}", told(&report));
    let slower = two_clients().request("ada", "POST /login/s").advance(1).request("ada", "POST /login/s");
    is_clean(&Story::new("slower", slower, workers::sessions()));
}

#[test]
fn a14_the_audit_record_is_lost() {
    let setup = Setup::new(&[("ada", FRA)]).request("ada", "POST /pay");
    finds(&Story::new("audit", setup.clone(), workers::audit(false)), Class::LostAcknowledged, (1, 1));
    is_clean(&Story::new("held", setup.clone(), workers::audit(true)));
    // What `waitUntil` holds is lost only where that is asked for.
    let faults = Faults([Fault::CutWaitUntil].into());
    finds(&Story::new("cut", Setup { faults, ..setup }, workers::audit(true)), Class::LostAcknowledged, (1, 1));
}

#[test]
fn s10_a_list_names_what_is_gone() {
    let mut setup = two_clients()
        .request("ada", "POST /add/1")
        .request("ada", "GET /all")
        .advance(3)
        .request("ada", "POST /done/1")
        .request("ada", "GET /all");
    setup.checks = setup.checks.property("no exceptions", |history| {
        let failed = history.tasks.iter().find(|task| task.response.as_ref().is_some_and(|(_, it)| it.status == 500));
        failed.map_or(Ok(()), |task| Err(format!("{} threw", task.name)))
    });
    let report = finds(&Story::new("todos", setup, workers::todos()), Class::Property, (4, 1));
    assert_eq!(report.violations[0].shrunk.plan.deviations[0].verb, "list");
}

#[test]
fn s8_a_lock_in_kv_has_two_holders() {
    let mut setup = two_clients().together(&[("ada", "POST /run/nightly"), ("bob", "POST /run/nightly")]);
    setup.checks = setup.checks.at_most_once("billing").waive(Class::LostUpdate, "LOCKS:");
    finds(&Story::new("lock", setup.clone(), workers::kv_lock()), Class::DuplicateEffect, (2, 1));
    is_clean(&Story::new("row", setup, workers::table_lock()));
}

#[test]
fn s8_a_lock_in_kv_is_not_seen_elsewhere() {
    let mut setup = two_clients().request("bob", "GET /go/nightly");
    setup =
        setup.request("bob", "POST /run/other").request("ada", "POST /run/nightly").request("bob", "POST /run/nightly");
    setup.checks = setup.checks.at_most_once("billing").waive(Class::LostUpdate, "LOCKS:");
    // Nobody in San Francisco had asked for this lock, so it is seen there.
    setup.steps.remove(0);
    is_clean(&Story::new("lock", setup, workers::kv_lock()));
}

#[test]
fn s7_a_one_time_code_works_twice() {
    let redeemed_once = |history: &History| {
        let welcomed =
            history.responses("POST /redeem/123").into_iter().filter(|response| response.body == "welcome").count();
        if welcomed <= 1 { Ok(()) } else { Err(format!("{welcomed} were welcomed")) }
    };
    let mut setup = two_clients()
        .request("ada", "POST /issue/123")
        .advance(1)
        .together(&[("ada", "POST /redeem/123"), ("bob", "POST /redeem/123")]);
    setup.checks = setup.checks.property("one is welcomed", redeemed_once);
    finds(&Story::new("code", setup, workers::one_time_code()), Class::Property, (3, 1));
}

#[test]
fn s6_a_limit_in_kv_lets_more_through() {
    let mut setup = two_clients();
    for _ in 0..3 {
        setup = setup.request("ada", "POST /try/ada").advance(2).request("bob", "POST /try/ada").advance(2);
    }
    setup.checks = setup.checks.waive(Class::LostUpdate, "RATE:").property("three get through", |history| {
        let passed = history.tasks.iter().filter(|task| task.succeeded()).count();
        if passed <= 3 { Ok(()) } else { Err(format!("{passed} got through")) }
    });
    finds(&Story::new("limiter", setup, workers::limiter()), Class::Property, (8, 2));
}

#[test]
fn a27_a_mail_is_sent_twice() {
    let mut setup = Setup::new(&[("ada", FRA)]).request("ada", "POST /order/7");
    setup.checks = setup.checks.at_most_once("mail");
    let report = finds(&Story::new("mail", setup.clone(), workers::orders(false)), Class::DuplicateEffect, (1, 1));
    assert_eq!(report.violations[0].shrunk.plan.deviations[0].verb, "dup");
    is_clean(&Story::new("keyed", setup, workers::orders(true)));
}

#[test]
fn a27_a_crash_after_the_mail_sends_it_again() {
    let mut setup = Setup::new(&[("ada", FRA)]).request("ada", "POST /order/7");
    setup.checks = setup.checks.at_most_once("mail");
    setup.faults = Faults([Fault::Crash].into());
    let report = finds(&Story::new("mail", setup, workers::orders(false)), Class::DuplicateEffect, (1, 1));
    let deviation = &report.violations[0].shrunk.plan.deviations[0];
    assert_eq!(
        (deviation.at.as_str(), deviation.verb.as_str()),
        ("queue orders/message 1#1 · mail.confirm 7#1", "crash")
    );
}

#[test]
fn a28_the_old_stock_level_wins() {
    let mut setup = Setup::new(&[("ada", FRA)]).together(&[("ada", "POST /stock/2"), ("ada", "POST /stock/1")]);
    setup.faults = Faults([].into());
    setup.checks = setup.checks.property("the last level is the last message", |history| {
        let levels: Vec<u32> = history
            .ops
            .iter()
            .filter(|op| op.effect.is_some())
            .filter_map(|op| op.operation.to_string().strip_prefix("log.stock ").and_then(|level| level.parse().ok()))
            .collect();
        if levels == [1, 2] { Err("1 was processed before 2".to_owned()) } else { Ok(()) }
    });
    let report = finds(&Story::new("stock", setup, workers::stock()), Class::Property, (2, 1));
    assert!(report.violations[0].shrunk.plan.deviations[0].is_hold());
}

#[test]
fn a30_a_consumer_reads_what_was_before_the_message() {
    let mut setup =
        Setup::new(&[("ada", FRA)]).request("ada", "POST /doc/one").advance(2).request("ada", "POST /doc/two");
    setup.consumer = Some(SFO);
    setup.kv.colos.push(SFO);
    setup.checks = setup.checks.property("messages are indexed as they are", |history| {
        let old = history.ops.iter().find(|op| op.operation.to_string() == "log.two indexed as one");
        old.map_or(Ok(()), |op| Err(format!("{} says so", op.name)))
    });
    finds(&Story::new("indexer", setup, workers::indexer()), Class::Property, (2, 1));
}

#[test]
fn a31_an_order_is_stored_and_never_shipped() {
    let mut setup = Setup::new(&[("ada", FRA)]).request("ada", "POST /order/7");
    setup.faults = Faults([Fault::Crash].into());
    setup.checks = setup.checks.property("what is stored is shipped", |history| {
        let (stored, shipped) = (history.times("orders.store 7"), history.times("warehouse.ship 7"));
        if stored > 0 && shipped == 0 { Err("order 7 is stored, and nobody ships it".to_owned()) } else { Ok(()) }
    });
    let report = finds(&Story::new("dual write", setup, workers::dual_write()), Class::Property, (1, 1));
    assert!(told(&report).contains("the Worker survives"), "{}", told(&report));
}

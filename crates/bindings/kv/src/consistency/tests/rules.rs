//! The rules of the documentation, one by one.

use super::{Bench, FRA, SFO, at, entry, text, until};
use crate::consistency::{
    Arbitration, CacheStatus, Colo, ListQuery, LocalVisibility, Oldest, Place, Profile, Propagation, Settings, Visit,
    WriteRate,
};
use std::collections::BTreeMap;
use std::time::Duration;

#[test]
fn another_location_sees_a_change_when_its_entry_ends() {
    let mut kv = Bench::of(Profile::Documented);
    kv.put((FRA, 0), "k", Some(entry("old")));
    assert_eq!(kv.get((SFO, 1), "k").as_deref(), Some("old"));
    kv.put((FRA, 10), "k", Some(entry("new")));
    let stale = kv.read((SFO, 60), "k", None);
    assert_eq!(text(&stale).as_deref(), Some("old"));
    assert_eq!(stale.stale.unwrap().by, Duration::from_secs(50));
    assert_eq!(kv.get((SFO, 61), "k").as_deref(), Some("new"));
}

#[test]
fn the_location_that_writes_sees_it_at_once() {
    let mut kv = Bench::of(Profile::Documented);
    assert_eq!(kv.get((FRA, 0), "k"), None);
    kv.put((FRA, 1), "k", Some(entry("new")));
    assert_eq!(kv.get((FRA, 1), "k").as_deref(), Some("new"));
}

#[test]
fn absence_is_cached_like_a_value() {
    let mut kv = Bench::of(Profile::Documented);
    assert_eq!(kv.get((SFO, 0), "k"), None);
    kv.put((FRA, 1), "k", Some(entry("new")));
    let read = kv.read((SFO, 59), "k", None);
    assert_eq!(text(&read), None);
    assert!(read.stale.unwrap().is_negative);
    assert_eq!(kv.get((SFO, 60), "k").as_deref(), Some("new"));
}

#[test]
fn a_location_that_never_asked_is_never_behind() {
    for profile in [Profile::Documented, Profile::Adversarial] {
        let mut kv = Bench::of(profile);
        kv.choices = Box::new(Oldest);
        kv.put((FRA, 0), "k", Some(entry("old")));
        kv.put((FRA, 10), "k", Some(entry("new")));
        assert_eq!(kv.get((SFO, 10), "k").as_deref(), Some("new"), "{profile}");
    }
}

#[test]
fn the_reader_says_how_old_an_answer_may_be() {
    let mut kv = Bench::of(Profile::Documented);
    kv.put((FRA, 0), "k", Some(entry("old")));
    kv.read((SFO, 0), "k", Some(3600));
    kv.put((FRA, 1), "k", Some(entry("new")));
    // The entry lives for an hour, but not for somebody who takes nothing older than half a minute.
    assert_eq!(text(&kv.read((SFO, 50), "k", Some(3600))).as_deref(), Some("old"));
    assert_eq!(text(&kv.read((SFO, 50), "k", Some(30))).as_deref(), Some("new"));
}

#[test]
fn a_long_cache_ttl_without_reads_is_as_stale_as_it_is_long() {
    let mut kv = Bench::of(Profile::Documented);
    kv.put((FRA, 0), "k", Some(entry("old")));
    kv.read((SFO, 0), "k", Some(86_400));
    kv.put((FRA, 1), "k", Some(entry("new")));
    let first = kv.read((SFO, 86_399), "k", Some(86_400));
    assert_eq!(text(&first).as_deref(), Some("old"));
    assert_eq!(first.cache_status(), CacheStatus::Revalidate);
    assert_eq!(first.stale.unwrap().by, Duration::from_secs(86_398));
    // That read asked for the current value, for those after it.
    assert_eq!(text(&kv.read((SFO, 86_399), "k", Some(86_400))).as_deref(), Some("new"));
}

#[test]
fn expiry_goes_before_every_cache() {
    let mut kv = Bench::of(Profile::Documented);
    kv.put((FRA, 0), "k", Some(until("code", 70)));
    assert_eq!(text(&kv.read((SFO, 60), "k", Some(3600))).as_deref(), Some("code"));
    assert_eq!(text(&kv.read((SFO, 69), "k", Some(3600))).as_deref(), Some("code"));
    assert_eq!(text(&kv.read((SFO, 70), "k", Some(3600))), None);
    // That it has expired is remembered as its absence is.
    kv.put((FRA, 80), "k", Some(entry("again")));
    assert_eq!(kv.get((SFO, 81), "k"), None);
}

#[test]
fn a_second_write_within_a_second_is_refused() {
    let mut kv = Bench::of(Profile::Documented);
    kv.put((FRA, 0), "k", Some(entry("one")));
    let mut visit = Visit { now: at(0), place: Place::of(SFO), choices: &mut *kv.choices };
    let refused = kv.replicas.put(&mut visit, "k", None).unwrap_err();
    assert_eq!(refused.to_string(), "429 Too Many Requests");
    kv.put((FRA, 0), "other", Some(entry("one")));
    kv.put((SFO, 1), "k", Some(entry("two")));
}

#[test]
fn the_later_commit_wins_whatever_the_order_of_starts() {
    let mut kv =
        Bench::with(Settings { write_rate: WriteRate::Ignore, ..Settings::of(Profile::Documented, &[FRA, SFO]) });
    let mut visit = Visit { now: at(0), place: Place::of(FRA), choices: &mut *kv.choices };
    let draft = kv.replicas.start_put(&mut visit, "k", Some(entry("draft"))).unwrap();
    let published = kv.replicas.start_put(&mut visit, "k", Some(entry("published"))).unwrap();
    kv.replicas.commit(&mut visit, &published);
    kv.replicas.commit(&mut visit, &draft);
    assert_eq!(kv.get((SFO, 1), "k").as_deref(), Some("draft"));
}

#[test]
fn a_skewed_clock_loses_a_later_write_for_good() {
    let skew = BTreeMap::from([(SFO, -1500)]);
    let settings = Settings { arbitration: Arbitration::Origin(skew), ..Settings::of(Profile::Strong, &[FRA, SFO]) };
    let mut kv = Bench::with(settings);
    kv.put((FRA, 0), "k", Some(entry("first")));
    kv.put((SFO, 1), "k", Some(entry("second")));
    assert_eq!(kv.get((FRA, 1000), "k").as_deref(), Some("first"));
}

#[test]
fn a_purge_takes_the_time_from_the_one_location_to_the_other() {
    let rio = Colo::new(*b"GIG");
    let pairs = BTreeMap::from([((FRA, SFO), Duration::from_secs(9))]);
    let purge = Some(Propagation { otherwise: Duration::from_secs(3), pairs });
    let mut kv = Bench::with(Settings { purge, ..Settings::of(Profile::Documented, &[FRA, SFO, rio]) });
    for colo in [SFO, rio] {
        assert_eq!(kv.get((colo, 0), "k"), None);
    }
    kv.put((FRA, 1), "k", Some(entry("new")));
    assert_eq!([kv.get((rio, 3), "k"), kv.get((SFO, 9), "k")], [None, None]);
    assert_eq!(kv.get((rio, 4), "k").as_deref(), Some("new"));
    assert_eq!(kv.get((SFO, 10), "k").as_deref(), Some("new"));
}

#[test]
fn a_tier_adds_its_lifetime_to_that_of_the_cache() {
    let tier_ttl = Duration::from_secs(60);
    let mut kv = Bench::with(Settings { tier_ttl, ..Settings::of(Profile::Documented, &[FRA, SFO]) });
    assert_eq!(kv.get((SFO, 0), "k"), None);
    kv.put((FRA, 1), "k", Some(entry("new")));
    // A second before the entry of the tier ends it fills the cache anew.
    kv.read((SFO, 59), "k", Some(59));
    assert_eq!(kv.get((SFO, 117), "k"), None);
    assert_eq!(kv.get((SFO, 118), "k").as_deref(), Some("new"));
}

#[test]
fn a_fixed_delay_is_that_delay_and_nothing_else() {
    let mut kv = Bench::of("delay=10s".parse().unwrap());
    assert_eq!(kv.get((SFO, 0), "k"), None);
    kv.put((FRA, 1), "k", Some(entry("new")));
    assert_eq!(kv.get((FRA, 1), "k").as_deref(), Some("new"));
    assert_eq!(kv.get((SFO, 10), "k"), None);
    assert_eq!(kv.get((SFO, 11), "k").as_deref(), Some("new"));
}

#[test]
fn while_developing_reads_are_strong_and_say_what_production_might_have_answered() {
    let mut kv = Bench::of(Profile::Dev);
    kv.get((SFO, 0), "s:42");
    kv.put((FRA, 20), "s:42", Some(entry("alice")));
    let read = kv.read((SFO, 32), "s:42", None);
    assert_eq!(text(&read).as_deref(), Some("alice"));
    assert_eq!(read.stale, None);
    let told = read.production.unwrap().explain("s:42", Place::of(SFO), at(32));
    assert_eq!(
        told,
        "SFO answered \"does not exist\" for `s:42`, which was created in FRA 12 s ago; its cache has had that for 32 s \
         and may answer it for another 28 s"
    );
}

#[test]
fn without_write_through_even_the_writer_may_be_behind() {
    let settings = Settings::of(Profile::Documented, &[FRA]);
    let mut kv = Bench::with(Settings { local_visibility: LocalVisibility::Untouched, ..settings.clone() });
    assert_eq!(kv.get((FRA, 0), "k"), None);
    kv.put((FRA, 1), "k", Some(entry("new")));
    assert_eq!(kv.get((FRA, 2), "k"), None);
    let mut kv = Bench::with(Settings { local_visibility: LocalVisibility::Invalidate, ..settings });
    assert_eq!(kv.get((FRA, 0), "k"), None);
    kv.put((FRA, 1), "k", Some(entry("new")));
    assert_eq!(kv.get((FRA, 2), "k").as_deref(), Some("new"));
}

#[test]
fn lists_are_kept_apart_and_no_write_removes_them() {
    let mut kv = Bench::of(Profile::Documented);
    kv.put((FRA, 0), "todo:1", Some(entry("one")));
    let query = ListQuery { prefix: "todo:".to_owned(), ..ListQuery::default() };
    let list = |kv: &mut Bench, secs: i64| {
        let fresh = kv.replicas.page(&query, at(secs));
        let mut visit = Visit { now: at(secs), place: Place::of(FRA), choices: &mut *kv.choices };
        kv.replicas.list(&mut visit, &query, fresh)
    };
    assert_eq!(list(&mut kv, 1).drift, None);
    kv.put((FRA, 2), "todo:1", None);
    kv.put((FRA, 2), "todo:2", Some(entry("two")));
    let drift = list(&mut kv, 60).drift.unwrap();
    assert_eq!((drift.ghosts, drift.missing), (vec!["todo:1".to_owned()], vec!["todo:2".to_owned()]));
    // `get` in the same location knows better.
    assert_eq!([kv.get((FRA, 60), "todo:1"), kv.get((FRA, 60), "todo:2")], [None, Some("two".to_owned())]);
    assert_eq!(list(&mut kv, 61).drift, None);
}

#[test]
fn pages_of_the_model_follow_each_other() {
    let mut kv = Bench::of(Profile::Strong);
    for name in ["b", "a", "c", "x"] {
        kv.put((FRA, 0), name, Some(entry("1")));
    }
    kv.put((FRA, 1), "b", None);
    let mut query = ListQuery { limit: Some(2), ..ListQuery::default() };
    let first = kv.replicas.page(&query, at(2));
    assert_eq!((first.keys.len(), first.list_complete, first.cursor.as_deref()), (2, false, Some("c")));
    query.cursor = first.cursor;
    let second = kv.replicas.page(&query, at(2));
    assert_eq!((second.keys[0].name.as_str(), second.list_complete, second.cursor), ("x", true, None));
}

#[test]
fn what_nobody_can_answer_is_forgotten() {
    let mut kv =
        Bench::with(Settings { write_rate: WriteRate::Ignore, ..Settings::of(Profile::Documented, &[FRA, SFO]) });
    for (secs, value) in [(0, "one"), (1, "two"), (2, "three"), (3, "four")] {
        kv.put((FRA, secs), "k", Some(entry(value)));
        if secs == 1 {
            kv.get((SFO, 1), "k");
        }
        kv.replicas.forget("k", at(secs));
    }
    let kept = kv.replicas.history("k").unwrap().versions().iter().map(|version| {
        version.content.as_ref().map(|entry| String::from_utf8_lossy(&entry.value).into_owned()).unwrap_or_default()
    });
    assert_eq!(kept.collect::<Vec<_>>(), ["", "", "two", "", "four"]);
}

#[test]
fn profiles_are_read_as_they_are_written() {
    for text in ["strong", "dev", "documented", "adversarial", "delay=10s", "delay=250ms", "stale-until-told"] {
        assert_eq!(text.parse::<Profile>().unwrap().to_string(), text);
    }
    assert_eq!("delay=2m".parse(), Ok(Profile::Delay(Duration::from_secs(120))));
    for text in ["", "delay", "delay=", "delay=s", "delay=10", "eventual"] {
        let error = text.parse::<Profile>().unwrap_err().to_string();
        assert!(error.ends_with("use strong, dev, documented, adversarial, delay=10s or stale-until-told"), "{error}");
    }
    assert_eq!("fra".parse(), Ok(FRA));
    assert!("FRAN".parse::<Colo>().is_err());
}

//! What is stored, and for how long.

use std::time::Duration;

use http::HeaderMap;

use super::{KEY, cache, response};
use crate::{CacheError, Caches, NotStored};

fn secs(control: &str) -> Result<(), NotStored> {
    cache().1.put(KEY, response(200, &[("cache-control", control)]), false)
}

#[test]
fn freshness_decides_whether_a_response_is_stored() {
    for control in [
        "max-age=10",
        "s-maxage=10",
        "max-age=0, s-maxage=10",
        "max-age=\"10\"",
        "MAX-AGE=10",
        "max-age = 10",
        "max-age=10;",
        "max-age=1e3",
        "immutable",
        "max-age=10, must-revalidate",
        "max-age=10, private=set-cookie",
    ] {
        assert_eq!(secs(control), Ok(()), "{control}");
    }
    for control in [
        "max-age=0",
        "max-age=-1",
        "max-age=abc",
        "s-maxage=0, max-age=10",
        "no-cache",
        "public",
        "must-revalidate",
        "",
        "max-age=10, no-cache",
        "max-age=10, no-cache=foo",
        "max-age=10, proxy-revalidate",
        "stale-while-revalidate=10",
    ] {
        assert_eq!(secs(control), Err(NotStored::Stale), "{control}");
    }
    for control in ["no-store", "private", "max-age=10, private", "max-age=10, private=\"x\""] {
        assert_eq!(secs(control), Err(NotStored::Forbidden), "{control}");
    }
}

#[test]
fn expires_is_an_end_and_a_change_long_ago_is_a_sign() {
    let store = |list: &[(&str, &str)]| cache().1.put(KEY, response(200, list), false).is_ok();
    assert!(store(&[("expires", "Thu, 01 Jan 2099 00:00:00 GMT")]));
    assert!(store(&[("expires", "Thu, 01 Jan 2099 00:00:00 GMT"), ("cache-control", "public")]));
    assert!(store(&[("expires", "0"), ("cache-control", "max-age=10")]));
    for expires in ["Thu, 01 Jan 1970 00:00:00 GMT", "0", "-1", "nonsense"] {
        assert!(!store(&[("expires", expires)]), "{expires}");
    }
    assert!(store(&[("last-modified", "Thu, 01 Jan 2015 00:00:00 GMT")]));
    assert!(!store(&[("etag", "\"a\"")]));
}

#[test]
fn some_statuses_are_stored() {
    let fresh = [("cache-control", "max-age=10")];
    let store = |status| cache().1.put(KEY, response(status, &fresh), false);
    for status in [200, 203, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 501] {
        assert_eq!(store(status), Ok(()), "{status}");
    }
    for status in [201, 202, 204, 205, 304, 400, 401, 403, 418, 429, 500, 502, 503, 599] {
        assert_eq!(store(status), Err(NotStored::Status), "{status}");
    }
}

#[test]
fn cookies_stay_with_their_owner() {
    let (_world, cache) = cache();
    let with = |control| response(200, &[("set-cookie", "a=1"), ("cache-control", control)]);
    assert_eq!(cache.put(KEY, with("max-age=10"), false), Err(NotStored::Cookie));
    assert_eq!(cache.put(KEY, with("max-age=10, private=\"Set-Cookie\""), false), Err(NotStored::Cookie));
    assert_eq!(cache.put(KEY, with("max-age=10, private=Set-Cookie"), false), Ok(()));
    let found = cache.find(KEY, &HeaderMap::new()).unwrap();
    assert_eq!(
        (found.headers.get("set-cookie"), &found.headers["cache-control"]),
        (None, &"max-age=10,".parse().unwrap())
    );
}

#[test]
fn what_was_asked_with_credentials_is_not_for_everybody() {
    let put = |control| cache().1.put(KEY, response(200, &[("cache-control", control)]), true);
    assert_eq!(put("max-age=10"), Err(NotStored::Authorized));
    for control in ["max-age=10, public", "s-maxage=10", "max-age=10, must-revalidate"] {
        assert_eq!(put(control), Ok(()), "{control}");
    }
}

#[test]
fn an_entry_ends_with_its_freshness() {
    let (world, cache) = cache();
    cache.put(KEY, response(200, &[("cache-control", "max-age=100"), ("age", "30")]), false).unwrap();
    let age = || cache.find(KEY, &HeaderMap::new()).map(|found| found.headers["age"].clone());
    assert_eq!(age(), Some("30".parse().unwrap()));
    world.clock().advance_by(Duration::from_secs(69));
    assert_eq!(age(), Some("99".parse().unwrap()));
    world.clock().advance_by(Duration::from_secs(1));
    assert_eq!(age(), None);
    assert!(!cache.delete(KEY));
    let old = response(200, &[("cache-control", "max-age=100"), ("age", "100")]);
    assert_eq!(cache.put(KEY, old, false), Err(NotStored::Stale));
}

#[test]
fn a_stale_response_takes_the_place_of_a_fresh_one_and_a_forbidden_one_does_not() {
    let (_world, cache) = cache();
    let put = |control| cache.put(KEY, response(200, &[("cache-control", control)]), false);
    put("max-age=10").unwrap();
    put("no-store").unwrap_err();
    assert!(cache.find(KEY, &HeaderMap::new()).is_some());
    put("max-age=0").unwrap_err();
    assert!(cache.find(KEY, &HeaderMap::new()).is_none());
}

#[test]
fn each_name_and_each_location_has_a_cache_of_its_own() {
    let (world, _) = cache();
    let caches = Caches::new(&world);
    let open = |colo, name| caches.open(colo, name).unwrap();
    open("FRA", Some("one")).put(KEY, response(200, &[("cache-control", "max-age=10")]), false).unwrap();
    let there = |colo, name| open(colo, name).find(KEY, &HeaderMap::new()).is_some();
    assert_eq!((there("FRA", Some("one")), there("FRA", Some("two"))), (true, false));
    assert_eq!((there("FRA", None), there("LHR", Some("one"))), (false, false));
    assert!(open("FRA", Some("one")).delete(KEY));
    assert!(!open("FRA", Some("one")).delete(KEY));
    assert!(caches.open("FRA", Some(&"a".repeat(1023))).is_ok());
    assert_eq!(caches.open("FRA", Some(&"a".repeat(1024))).err(), Some(CacheError::NameTooLong));
}

#[test]
fn what_was_not_used_for_longest_goes_first() {
    let (_world, cache) = cache();
    let put = |key: &str| {
        let mut large = response(200, &[("cache-control", "max-age=10")]);
        large.body = vec![0; 200 << 20].into();
        cache.put(key, large, false).unwrap();
    };
    put("a");
    put("b");
    assert!(cache.find("a", &HeaderMap::new()).is_some());
    put("c");
    let there = |key| cache.find(key, &HeaderMap::new()).is_some();
    assert_eq!((there("a"), there("b"), there("c")), (true, false, true));
}

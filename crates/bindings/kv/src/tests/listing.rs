//! Listing: order, pages, and ten thousand random operations against a model.

use super::*;
use edgeemu_world::Rng;
use std::collections::BTreeMap;
use std::time::Duration;

fn page(prefix: &str, limit: i64, cursor: Option<String>) -> ListOptions {
    ListOptions { prefix: Some(prefix.to_owned()), limit: Some(limit), cursor }
}

/// All pages, and what each must keep to.
fn all_pages(namespace: &Namespace, prefix: &str, limit: i64) -> Vec<String> {
    let mut names = Vec::new();
    let mut cursor = None;
    loop {
        let page = namespace.list(&page(prefix, limit, cursor)).unwrap();
        assert_eq!(page.list_complete, page.cursor.is_none());
        if !page.list_complete {
            assert_eq!(page.keys.len(), usize::try_from(limit).unwrap(), "only the last page may be short");
        }
        names.extend(page.keys.into_iter().map(|key| key.name));
        cursor = page.cursor;
        if cursor.is_none() {
            return names;
        }
    }
}

#[test]
fn keys_are_ordered_by_their_utf8_bytes() {
    let (_, namespace) = namespace();
    let ordered = ["A", "a", "a\0", "aa", "b", "\u{e4}", "\u{e000}", "\u{ffff}", "\u{1f600}"];
    for key in ordered.iter().rev() {
        put(&namespace, key, "");
    }
    assert_eq!(names(&namespace, &ListOptions::default()), ordered);
    for limit in 1..=9 {
        assert_eq!(all_pages(&namespace, "", limit), ordered, "limit {limit}");
    }
}

#[test]
fn a_prefix_narrows_the_list() {
    let (_, namespace) = namespace();
    for key in ["user", "user:", "user:1", "user:2", "user;", "v"] {
        put(&namespace, key, "");
    }
    let with = |prefix: &str| names(&namespace, &page(prefix, 10, None));
    assert_eq!(with("user:"), ["user:", "user:1", "user:2"]);
    assert_eq!(with("x"), [""; 0]);
    assert_eq!(all_pages(&namespace, "user:", 1), ["user:", "user:1", "user:2"]);
}

#[test]
fn a_thousand_keys_make_one_page_and_one_more_makes_two() {
    let (_, namespace) = namespace();
    let keys: Vec<String> = (0..1001).map(|number| format!("{number:04}")).collect();
    keys[..1000].iter().for_each(|key| put(&namespace, key, ""));
    for limit in [None, Some(0), Some(-1), Some(1000)] {
        let found = namespace.list(&ListOptions { limit, ..ListOptions::default() }).unwrap();
        assert_eq!((found.keys.len(), found.list_complete, found.cursor), (1000, true, None));
    }
    put(&namespace, &keys[1000], "");
    let first = namespace.list(&ListOptions::default()).unwrap();
    assert!(!first.list_complete);
    let second = namespace.list(&ListOptions { cursor: first.cursor, ..ListOptions::default() }).unwrap();
    assert_eq!(second.keys[0].name, "1000");
    assert!(second.list_complete);
}

#[test]
fn a_cursor_stands_after_a_key_even_when_that_key_is_gone() {
    let (_, namespace) = namespace();
    for key in ["a", "c", "e"] {
        put(&namespace, key, "");
    }
    let cursor = namespace.list(&page("", 2, None)).unwrap().cursor;
    namespace.delete("c").unwrap();
    put(&namespace, "b", "missed");
    put(&namespace, "d", "seen");
    assert_eq!(names(&namespace, &page("", 9, cursor.clone())), ["d", "e"]);
    // The cursor does not carry the prefix, and an empty one is the beginning.
    assert_eq!(names(&namespace, &page("e", 9, cursor)), ["e"]);
    assert_eq!(names(&namespace, &page("", 9, Some(String::new()))), ["a", "b", "d", "e"]);
}

#[test]
fn a_cursor_before_the_prefix_begins_at_the_prefix() {
    let (_, namespace) = namespace();
    for key in ["a", "b", "p1", "p2", "q"] {
        put(&namespace, key, "");
    }
    let cursor = namespace.list(&page("", 1, None)).unwrap().cursor;
    assert_eq!(names(&namespace, &page("p", 9, cursor)), ["p1", "p2"]);
    let cursor = namespace.list(&page("", 4, None)).unwrap().cursor;
    let behind = namespace.list(&page("a", 9, cursor)).unwrap();
    assert_eq!((behind.keys.len(), behind.list_complete), (0, true));
}

#[test]
fn a_listed_key_shows_expiration_and_metadata() {
    let (_, namespace) = namespace();
    let options = PutOptions { expiration_ttl: Some(60), metadata: Some("[1]".to_owned()), ..PutOptions::default() };
    namespace.put("key", Bytes::new(), &options).unwrap();
    let key = namespace.list(&ListOptions::default()).unwrap().keys.remove(0);
    assert_eq!((key.expiration, key.metadata.as_deref()), (Some(NOW + 60), Some("[1]")));
}

/// The model: key to value and expiration.
type Model = BTreeMap<String, (String, Option<i64>)>;

struct Run {
    rng: Rng,
    world: World,
    namespace: Namespace,
    model: Model,
}

const ALPHABET: [&str; 7] = ["a", "b", "/", "\0", "\u{e4}", "\u{ffff}", "\u{1f600}"];

impl Run {
    fn pick(&self, below: u64) -> usize {
        usize::try_from(self.rng.below(below)).unwrap()
    }

    fn text(&self, shortest: u64) -> String {
        (0..shortest + self.rng.below(4)).map(|_| ALPHABET[self.pick(7)]).collect()
    }

    fn now(&self) -> i64 {
        self.world.clock().now().as_secs()
    }

    fn live(&self) -> impl Iterator<Item = (&String, &(String, Option<i64>))> {
        let now = self.now();
        self.model.iter().filter(move |(_, (_, expiration))| expiration.is_none_or(|at| at > now))
    }

    fn put(&mut self, number: u32) {
        let key = self.text(1);
        let ttl = (self.rng.below(3) == 0).then(|| 60 + i64::try_from(self.rng.below(200)).unwrap());
        let options = PutOptions { expiration_ttl: ttl, ..PutOptions::default() };
        self.namespace.put(&key, Bytes::from(number.to_string()), &options).unwrap();
        let expiration = ttl.map(|ttl| self.now() + ttl);
        self.model.insert(key, (number.to_string(), expiration));
    }

    fn delete(&mut self) {
        let key = self.text(1);
        self.namespace.delete(&key).unwrap();
        self.model.remove(&key);
    }

    fn get(&self) {
        let key = self.text(1);
        let wanted = self.live().find(|(live, _)| **live == key).map(|(_, (value, _))| value.clone());
        assert_eq!(get(&self.namespace, &key), wanted, "{key:?}");
    }

    fn list(&self) {
        let prefix = if self.rng.below(2) == 0 { String::new() } else { self.text(0) };
        let limit = 1 + i64::try_from(self.rng.below(30)).unwrap();
        let wanted: Vec<String> =
            self.live().map(|(key, _)| key).filter(|key| key.starts_with(&prefix)).cloned().collect();
        assert_eq!(all_pages(&self.namespace, &prefix, limit), wanted, "prefix {prefix:?}, limit {limit}");
    }

    fn step(&mut self, number: u32) {
        match self.rng.below(20) {
            0..10 => self.put(number),
            10..13 => self.delete(),
            13..18 => self.get(),
            18 => self.list(),
            _ => self.world.clock().advance_by(Duration::from_millis(self.rng.below(20_000))),
        }
    }
}

#[test]
fn ten_thousand_random_operations_do_as_the_model_does() {
    let seed = World::real().env().var("EDGEEMU_TEST_SEED").and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| Rng::real().u64());
    // Shown by the test runner if the test fails.
    #[allow(clippy::print_stdout)]
    {
        println!("EDGEEMU_TEST_SEED={seed}");
    }
    let world = World::simulated(seed);
    let namespace = Kv::open(&Storage::memory(&world)).unwrap().namespace("model");
    let mut run = Run { rng: world.rng().fork("operations"), world, namespace, model: Model::new() };
    for number in 0..10_000 {
        run.step(number);
    }
    run.list();
}

//! The contract of tables, kept in memory, on disk, and on disk with each write waiting for it.

use crate::{Batch, Durability, INLINE_MAX, Row, Rows, Span, Storage, StorageError};
use bytes::Bytes;
use edgeemu_world::{Disk, Rng, World};
use std::collections::BTreeMap;
use tempfile::TempDir;

/// A storage that can be closed and opened again.
struct Fixture {
    world: World,
    durability: Durability,
    folder: Option<TempDir>,
    storage: Option<Storage>,
}

impl Fixture {
    fn memory() -> Fixture {
        let world = World::simulated(1);
        let storage = Some(Storage::memory(&world));
        Fixture { world, durability: Durability::Process, folder: None, storage }
    }

    fn disk(durability: Durability) -> Fixture {
        let world = World::simulated(1).with_disk(Disk::real());
        let folder = Some(tempfile::tempdir().unwrap());
        let mut fixture = Fixture { world, durability, folder, storage: None };
        fixture.reopen();
        fixture
    }

    /// Closes and opens; what is in memory would be gone and stays open.
    fn reopen(&mut self) {
        if let Some(folder) = &self.folder {
            self.storage = None;
            let storage = Storage::open_with(&self.world, folder.path(), self.durability).unwrap();
            assert_eq!(storage.notices(), []);
            self.storage = Some(storage);
        }
    }

    fn storage(&self) -> &Storage {
        self.storage.as_ref().unwrap()
    }

    fn rows(&self) -> Rows {
        self.storage().rows("table").unwrap()
    }
}

macro_rules! contract {
    ($($name:ident,)*) => {
        mod memory { $(#[test] fn $name() { super::$name(&mut super::Fixture::memory()); })* }
        mod disk { $(#[test] fn $name() { super::$name(&mut super::Fixture::disk(crate::Durability::Process)); })* }
        mod strict { $(#[test] fn $name() { super::$name(&mut super::Fixture::disk(crate::Durability::Strict)); })* }
    };
}

contract! {
    a_row_comes_back_and_can_be_replaced_and_removed,
    bodies_of_every_length_come_back,
    keys_are_in_the_order_of_their_bytes,
    spans_hold_what_lies_between_their_bounds,
    a_batch_changes_everything_at_once_and_the_last_change_of_a_key_counts,
    a_row_is_removed_only_with_the_head_expected,
    tables_do_not_see_each_other,
    a_scan_survives_changes_beside_it,
    keys_and_heads_have_a_longest_length,
    everything_is_there_again_after_reopening,
    random_operations_do_as_the_model_does,
    writers_on_several_threads_lose_nothing,
}

fn row(head: &str, body: &[u8]) -> Row {
    Row { head: Bytes::copy_from_slice(head.as_bytes()), body: Bytes::copy_from_slice(body) }
}

fn keys(rows: &Rows, span: Span) -> Vec<String> {
    rows.scan(span).map(|found| String::from_utf8(found.unwrap().0.to_vec()).unwrap()).collect()
}

fn a_row_comes_back_and_can_be_replaced_and_removed(fixture: &mut Fixture) {
    let rows = fixture.rows();
    assert_eq!(rows.get(b"key").unwrap(), None);
    rows.put(b"key", row("head", b"body")).unwrap();
    assert_eq!(rows.get(b"key").unwrap(), Some(row("head", b"body")));
    assert_eq!(rows.head(b"key").unwrap().unwrap(), "head");
    rows.put(b"key", row("", b"")).unwrap();
    assert_eq!(rows.get(b"key").unwrap(), Some(Row::default()));
    rows.remove(b"key").unwrap();
    rows.remove(b"key").unwrap();
    assert_eq!((rows.get(b"key").unwrap(), rows.head(b"key").unwrap()), (None, None));
}

fn bodies_of_every_length_come_back(fixture: &mut Fixture) {
    let lengths = [0, 1, INLINE_MAX - 1, INLINE_MAX, INLINE_MAX + 1, 1_000_000];
    let body = |length| Bytes::from(vec![b'x'; length]);
    for length in lengths {
        let row = Row { head: Bytes::from_static(b"h"), body: body(length) };
        fixture.rows().put(length.to_string().as_bytes(), row).unwrap();
    }
    for _ in 0..2 {
        for length in lengths {
            let found = fixture.rows().get(length.to_string().as_bytes()).unwrap().unwrap();
            assert!(found.body == body(length), "length {length}");
        }
        fixture.reopen();
    }
}

fn keys_are_in_the_order_of_their_bytes(fixture: &mut Fixture) {
    let rows = fixture.rows();
    let ordered: [&[u8]; 7] = [b"", b"\0", b"\0\0", b"a", b"a\xff", b"b", b"\xff\xff"];
    ordered.iter().rev().for_each(|key| rows.put(key, Row::default()).unwrap());
    let found: Vec<Bytes> = rows.scan(Span::all()).map(|found| found.unwrap().0).collect();
    assert_eq!(found, ordered);
}

fn spans_hold_what_lies_between_their_bounds(fixture: &mut Fixture) {
    let rows = fixture.rows();
    for key in ["a", "ab", "abc", "ac", "b"] {
        rows.put(key.as_bytes(), Row::default()).unwrap();
    }
    for (span, wanted) in [
        (Span::all(), vec!["a", "ab", "abc", "ac", "b"]),
        (Span::prefix(b"ab"), vec!["ab", "abc"]),
        (Span::prefix(b""), vec!["a", "ab", "abc", "ac", "b"]),
        (Span::prefix(b"abcd"), vec![]),
        (Span::prefix(b"ab").after(b"ab"), vec!["abc"]),
        (Span::prefix(b"ab").after(b"a"), vec!["ab", "abc"]),
        (Span::prefix(b"ab").after(b"z"), vec![]),
        (Span::all().after(b"aba"), vec!["abc", "ac", "b"]),
        (Span::between(b"ab", b"ac"), vec!["ab", "abc"]),
        (Span::between(b"b", b"a"), vec![]),
        (Span::between(b"b", b"b"), vec![]),
        (Span::all().beyond_prefix(b"ab"), vec!["ac", "b"]),
        (Span::all().beyond_prefix(b"\xff"), vec![]),
    ] {
        assert_eq!(keys(&rows, span.clone()), wanted, "{span:?}");
    }
    rows.put(b"\xff\xff", Row::default()).unwrap();
    assert_eq!(rows.scan(Span::prefix(b"\xff")).count(), 1);
}

fn a_batch_changes_everything_at_once_and_the_last_change_of_a_key_counts(fixture: &mut Fixture) {
    fixture.rows().put(b"old", row("", b"")).unwrap();
    let mut batch = Batch::default();
    assert!(batch.is_empty());
    batch.put(*b"new", row("1", &[1; 20_000]));
    batch.put(*b"new", row("2", &[2; 20_000]));
    batch.put(*b"gone", row("", b""));
    batch.remove(*b"gone");
    batch.remove(*b"old");
    assert_eq!(batch.len(), 3);
    fixture.rows().apply(batch).unwrap();
    fixture.reopen();
    assert_eq!(keys(&fixture.rows(), Span::all()), ["new"]);
    assert_eq!(fixture.rows().get(b"new").unwrap(), Some(row("2", &[2; 20_000])));
}

fn a_row_is_removed_only_with_the_head_expected(fixture: &mut Fixture) {
    let rows = fixture.rows();
    rows.put(b"key", row("head", &[1; 10_000])).unwrap();
    assert!(!rows.remove_if_head(b"key", b"other").unwrap());
    assert!(!rows.remove_if_head(b"missing", b"").unwrap());
    assert!(rows.get(b"key").unwrap().is_some());
    assert!(rows.remove_if_head(b"key", b"head").unwrap());
    assert_eq!(rows.get(b"key").unwrap(), None);
}

fn tables_do_not_see_each_other(fixture: &mut Fixture) {
    let [one, other] = ["one", "other"].map(|name| fixture.storage().rows(name).unwrap());
    one.put(b"key", row("1", b"")).unwrap();
    assert_eq!(other.get(b"key").unwrap(), None);
    let again = fixture.storage().rows("one").unwrap();
    assert_eq!(again.get(b"key").unwrap(), Some(row("1", b"")));
}

fn a_scan_survives_changes_beside_it(fixture: &mut Fixture) {
    let rows = fixture.rows();
    (0..100).for_each(|number| rows.put(format!("{number:03}").as_bytes(), Row::default()).unwrap());
    let mut seen = Vec::new();
    for found in rows.scan(Span::all()) {
        let key = found.unwrap().0;
        rows.remove(&key).unwrap();
        seen.push(key);
    }
    assert_eq!(seen.len(), 100);
    assert_eq!(rows.scan(Span::all()).count(), 0);
}

fn keys_and_heads_have_a_longest_length(fixture: &mut Fixture) {
    let rows = fixture.rows();
    let longest = vec![1; 65_536];
    rows.put(&longest, Row { head: longest.clone().into(), body: Bytes::new() }).unwrap();
    let too_long = vec![1; 65_537];
    let error = rows.put(&too_long, Row::default()).unwrap_err();
    assert_eq!(error.to_string(), "a key of 65537 bytes exceeds the limit of 65536 bytes");
    let error = rows.put(b"", Row { head: too_long.into(), body: Bytes::new() }).unwrap_err();
    assert!(matches!(error, StorageError::TooLong { part: "head", len: 65_537 }));
}

fn everything_is_there_again_after_reopening(fixture: &mut Fixture) {
    for (number, length) in [10, 20_000, 30, 40_000].into_iter().enumerate() {
        fixture.rows().put(&[u8::try_from(number).unwrap()], row("h", &vec![7; length])).unwrap();
        fixture.reopen();
        fixture.storage().flush().unwrap();
    }
    fixture.rows().remove(&[1]).unwrap();
    fixture.reopen();
    let found: Vec<u8> = fixture.rows().scan(Span::all()).map(|found| found.unwrap().0[0]).collect();
    assert_eq!(found, [0, 2, 3]);
    assert_eq!(fixture.rows().get(&[3]).unwrap().unwrap().body.len(), 40_000);
}

fn random_row(rng: &Rng) -> Row {
    let length = if rng.below(8) == 0 { 8_000 + rng.below(4_000) } else { rng.below(200) };
    // Few different bodies, so that rows share the files of large ones.
    let body = vec![u8::try_from(rng.below(3)).unwrap(); usize::try_from(length / 100 * 100).unwrap()];
    Row { head: Bytes::from(rng.below(4).to_string()), body: body.into() }
}

fn random_key(rng: &Rng) -> Vec<u8> {
    vec![u8::try_from(rng.below(5)).unwrap() * 60; usize::try_from(rng.below(5)).unwrap()]
}

fn random_operations_do_as_the_model_does(fixture: &mut Fixture) {
    let rng = crate::tests::seeded_rng();
    let mut model: BTreeMap<Vec<u8>, Row> = BTreeMap::new();
    for _ in 0..2_000 {
        let key = random_key(&rng);
        match rng.below(100) {
            0..40 => {
                let row = random_row(&rng);
                fixture.rows().put(&key, row.clone()).unwrap();
                model.insert(key, row);
            }
            40..60 => {
                fixture.rows().remove(&key).unwrap();
                model.remove(&key);
            }
            60..70 => {
                let head = rng.below(4).to_string();
                let is_same = model.get(&key).is_some_and(|row| row.head == head);
                assert_eq!(fixture.rows().remove_if_head(&key, head.as_bytes()).unwrap(), is_same);
                if is_same {
                    model.remove(&key);
                }
            }
            70..95 => assert_eq!(fixture.rows().get(&key).unwrap().as_ref(), model.get(&key), "{key:?}"),
            95..98 => {
                let found = fixture.rows().scan(Span::prefix(&key)).map(Result::unwrap);
                let wanted = model.iter().filter(|(known, _)| known.starts_with(&key));
                assert!(found.eq(wanted.map(|(key, row)| (Bytes::from(key.clone()), row.head.clone()))));
            }
            98 => fixture.storage().flush().unwrap(),
            _ => fixture.reopen(),
        }
    }
    fixture.reopen();
    for (key, row) in &model {
        assert_eq!(fixture.rows().get(key).unwrap().as_ref(), Some(row), "{key:?}");
    }
    assert_eq!(fixture.rows().scan(Span::all()).count(), model.len());
}

fn writers_on_several_threads_lose_nothing(fixture: &mut Fixture) {
    std::thread::scope(|scope| {
        for thread in 0..3_u8 {
            let rows = fixture.rows();
            let storage = fixture.storage().clone();
            scope.spawn(move || {
                for number in 0..60_u8 {
                    // All threads write the same large body, and remove it again under other keys.
                    let body = vec![number % 2; if number % 3 == 0 { 9_000 } else { 10 }];
                    rows.put(&[thread, number], row("", &body)).unwrap();
                    assert_eq!(rows.get(&[thread, number]).unwrap().unwrap().body, body);
                    if number % 3 == 1 {
                        rows.remove(&[thread, number - 1]).unwrap();
                    }
                    if number % 20 == 0 {
                        storage.flush().unwrap();
                    }
                }
            });
        }
    });
    fixture.reopen();
    let rows = fixture.rows();
    assert_eq!(rows.scan(Span::all()).count(), 3 * 40);
    for found in rows.scan(Span::all()) {
        rows.get(&found.unwrap().0).unwrap().unwrap();
    }
}

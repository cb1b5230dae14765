//! Keys, values and SQL of one object.

use super::{durable, get, put, refusal, rows, sqlite, store, store_of, world};
use crate::{Backend, Durability, Durable, ListOptions, Stores, Value, WriteOptions};
use edgeemu_world::{Disk, World};

fn keys(store: &crate::Store, options: &ListOptions) -> String {
    let pairs = store.list(options).unwrap();
    pairs.into_iter().map(|(key, _)| key).collect::<Vec<_>>().join(",")
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_value_comes_back_and_goes() {
    let (_stores, store) = store();
    assert_eq!(get(&store, "a"), None);
    assert!(!store.delete("a", WriteOptions::default()).unwrap());
    put(&store, "a", "1");
    put(&store, "a", "2");
    assert_eq!(get(&store, "a").as_deref(), Some("2"));
    assert!(store.delete("a", WriteOptions::default()).unwrap());
    assert_eq!(get(&store, "a"), None);
}

#[test]
fn keys_are_listed_by_their_bytes() {
    let (_stores, store) = store();
    for key in ["a", "b", "ba", "bb", "c", "\u{e9}", "z", "\u{1f600}", "\u{ffee}"] {
        put(&store, key, key);
    }
    let all = ListOptions::default();
    assert_eq!(keys(&store, &all), "a,b,ba,bb,c,z,\u{e9},\u{ffee},\u{1f600}");
    assert_eq!(keys(&store, &ListOptions { start_after: text("b"), limit: Some(2), ..all.clone() }), "ba,bb");
    assert_eq!(keys(&store, &ListOptions { prefix: text("b"), reverse: true, limit: Some(2), ..all.clone() }), "bb,ba");
    let part = ListOptions { start: text("b"), end: text("z"), reverse: true, ..all.clone() };
    assert_eq!(keys(&store, &part), "c,bb,ba,b");
    let both = ListOptions { prefix: text("b"), start: text("a"), end: text("bb"), ..all.clone() };
    assert_eq!(keys(&store, &both), "b,ba");
    assert_eq!(keys(&store, &ListOptions { start: text("c"), end: text("a"), ..all.clone() }), "");
    let wrong = ListOptions { start: text("c"), start_after: text("a"), ..all.clone() };
    assert_eq!(
        store.list(&wrong).unwrap_err().to_string(),
        "list() cannot be called with both start and startAfter values."
    );
    let nothing = ListOptions { limit: Some(0), ..all };
    assert_eq!(store.list(&nothing).unwrap_err().to_string(), "List limit must be positive.");
}

#[test]
fn a_prefix_ends_where_its_last_character_does() {
    let (_stores, store) = store();
    for key in ["\u{d7ff}", "\u{d7ff}x", "\u{e000}", "\u{10ffff}", "\u{10ffff}\u{10ffff}"] {
        put(&store, key, "");
    }
    assert_eq!(keys(&store, &ListOptions { prefix: text("\u{d7ff}"), ..ListOptions::default() }), "\u{d7ff},\u{d7ff}x");
    let last = ListOptions { prefix: text("\u{10ffff}"), ..ListOptions::default() };
    assert_eq!(keys(&store, &last), "\u{10ffff},\u{10ffff}\u{10ffff}");
}

#[test]
fn a_listing_that_is_walked_sees_what_happens_meanwhile() {
    let (_stores, store) = store();
    ["a", "b", "c"].iter().for_each(|key| put(&store, key, key));
    let all = ListOptions::default();
    assert_eq!(store.list_next(&all, None).unwrap().unwrap().0, "a");
    store.delete("b", WriteOptions::default()).unwrap();
    assert_eq!(store.list_next(&all, text("a")).unwrap().unwrap().0, "c");
    assert_eq!(store.list_next(&all, text("c")).unwrap(), None);
    let back = ListOptions { reverse: true, ..all };
    assert_eq!(store.list_next(&back, text("c")).unwrap().unwrap().0, "a");
}

#[test]
fn classes_with_key_value_storage_have_its_limits() {
    let (_stores, store) = store_of(&world(), Backend::KeyValue);
    let options = WriteOptions::default();
    let said = |error: crate::DurableError| error.to_string();
    assert_eq!(
        said(store.put(&"k".repeat(2049), b"", options).unwrap_err()),
        "Keys cannot be larger than 2048 bytes. A key of size 2049 was provided."
    );
    assert!(store.put(&"k".repeat(2048), &vec![0; 131_072 + 34], options).is_ok());
    assert_eq!(
        said(store.put("k", &vec![0; 131_107], options).unwrap_err()),
        "Values cannot be larger than 131072 bytes. A value of size 131107 was provided."
    );
    let pairs = vec![("k".to_owned(), vec![]); 129];
    assert_eq!(
        said(store.put_many(&pairs, options).unwrap_err()),
        "Maximum number of key value pairs is 128. 129 pairs were provided."
    );
    let keys = vec!["k".to_owned(); 129];
    assert_eq!(said(store.get_many(&keys).unwrap_err()), "Maximum number of keys is 128. 129 keys were provided.");
    assert!(store.delete_many(&keys, options).is_err());
    assert!(said(store.exec("select 1", &[]).unwrap_err()).starts_with("SQL is not enabled for this Durable Object"));
    assert!(store.check_sync_kv().is_err());
}

#[test]
fn classes_with_sqlite_have_the_limit_of_sqlite() {
    let (_stores, store) = store();
    assert!(store.put(&"k".repeat(5000), &vec![0; 1_900_000], WriteOptions::default()).is_ok());
    let error = store.put("k", &vec![0; 2_000_001], WriteOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "string or blob too big: SQLITE_TOOBIG");
}

#[test]
fn a_cursor_is_one_row_ahead_of_its_reader() {
    let (_stores, store) = store();
    rows(&store, "create table n(a integer primary key); insert into n values (1), (2), (3)");
    let mut cursor = store.exec("select a from n", &[]).unwrap();
    assert_eq!((cursor.counts().rows_read, cursor.columns()), (1, &["a".to_owned()][..]));
    assert_eq!(cursor.next_row().unwrap(), Some(vec![Value::Integer(1)]));
    assert_eq!(cursor.counts().rows_read, 2);
    assert_eq!(cursor.next_row().unwrap(), Some(vec![Value::Integer(2)]));
    assert_eq!(cursor.next_row().unwrap(), Some(vec![Value::Integer(3)]));
    assert!(cursor.is_done());
    assert_eq!((cursor.next_row().unwrap(), cursor.counts().rows_read), (None, 3));
}

#[test]
fn a_cursor_of_endless_rows_is_read_as_far_as_one_likes() {
    let (_stores, store) = store();
    let sql = "with recursive c(n) as (select 1 union all select n + 1 from c) select n from c";
    let mut cursor = store.exec(sql, &[]).unwrap();
    let mut other = store.exec(sql, &[]).unwrap();
    for n in 1..5 {
        assert_eq!(cursor.next_row().unwrap(), Some(vec![Value::Integer(n)]));
    }
    assert_eq!(other.next_row().unwrap(), Some(vec![Value::Integer(1)]));
}

#[test]
fn several_statements_give_the_rows_of_the_last() {
    let (_stores, store) = store();
    let found = rows(&store, "create table t(a); insert into t values (1), (2); select sum(a) from t;");
    assert_eq!(found, [[Value::Integer(3)]]);
    assert_eq!(refusal(&store, "select 1; -- nothing"), "SQL code did not contain a statement.");
    let values = [Value::Integer(1)];
    assert_eq!(
        store.exec("select ?; select ?", &values).unwrap_err().to_string(),
        "When executing multiple SQL statements in a single call, only the last statement can have parameters."
    );
}

#[test]
fn what_sql_may_not_do_is_refused() {
    let (_stores, store) = store();
    put(&store, "a", "1");
    assert!(
        refusal(&store, "begin").starts_with("To execute a transaction, please use the state.storage.transaction()")
    );
    assert_eq!(refusal(&store, "select * from _cf_KV"), "access to _cf_KV.key is prohibited: SQLITE_AUTH");
    assert_eq!(refusal(&store, "vacuum"), "cannot VACUUM from within a transaction: SQLITE_ERROR");
    assert_eq!(refusal(&store, "selec"), "near \"selec\": syntax error at offset 0: SQLITE_ERROR");
    assert_eq!(refusal(&store, ""), "SQL code did not contain a statement.");
    assert_eq!(refusal(&store, "select ?"), "Wrong number of parameter bindings for SQL query.");
}

#[test]
fn everything_goes_at_once() {
    let (_stores, store) = store();
    rows(&store, "create table p(id integer primary key); create table c(p references p(id))");
    rows(&store, "insert into p values (1); insert into c values (1); create view v as select * from p");
    put(&store, "a", "1");
    store.set_alarm(Some(9e12 / 2.0)).unwrap();
    store.commit_turn().unwrap();
    let before = store.database_size().unwrap();
    store.delete_all(true).unwrap();
    assert!(rows(&store, "select * from sqlite_master").is_empty());
    assert_eq!((get(&store, "a"), store.alarm().unwrap()), (None, None));
    assert!(store.database_size().unwrap() < before);
    store.set_alarm(Some(9e12 / 2.0)).unwrap();
    store.delete_all(false).unwrap();
    assert!(store.alarm().unwrap().is_some(), "though it was set in this very turn");
    store.set_alarm(Some(9e12 / 2.0)).unwrap();
    store.commit_turn().unwrap();
    store.delete_all(false).unwrap();
    assert!(store.alarm().unwrap().is_some());
}

#[test]
fn bookmarks_grow() {
    let (_stores, store) = store();
    let seen: Vec<_> = (0..3).map(|_| store.current_bookmark().unwrap()).collect();
    assert_eq!(seen[0], "00000000-00000000-00000000-00000000000000000000000000000000");
    assert!(seen.is_sorted_by(|first, second| first < second), "{seen:?}");
}

#[test]
fn only_so_many_files_are_open() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::simulated(1).with_disk(Disk::real());
    let durable = Durable::open(&world, Some(dir.path().to_path_buf()), Durability::Process).unwrap();
    let (stores, namespace) = (Stores::new(&durable, 3), sqlite(&durable));
    let all: Vec<_> =
        (0..20).map(|n| stores.store(&namespace, namespace.id_from_name(&n.to_string(), None), None)).collect();
    for (n, store) in all.iter().enumerate() {
        put(store, "n", &n.to_string());
        store.commit_turn().unwrap();
        assert!(stores.open_count() <= 3);
    }
    for (n, store) in all.iter().enumerate() {
        assert_eq!(get(store, "n"), Some(n.to_string()));
    }
    // Those that are in the middle of something stay open.
    let busy: Vec<_> = all[..5].iter().inspect(|store| put(store, "busy", "1")).collect();
    assert!(busy.iter().all(|store| !store.rest()));
    busy.iter().for_each(|store| store.commit_turn().unwrap());
    assert!(busy.iter().all(|store| get(store, "busy").is_some() && store.rest()));
}

#[test]
fn many_objects_have_few_files_open() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::simulated(1).with_disk(Disk::real());
    let durable = Durable::open(&world, Some(dir.path().to_path_buf()), Durability::Process).unwrap();
    let (stores, namespace) = (Stores::new(&durable, 16), sqlite(&durable));
    let store = |n: u32| stores.store(&namespace, namespace.id_from_name(&n.to_string(), None), None);
    for n in 0..300 {
        let store = store(n);
        put(&store, "n", &n.to_string());
        store.commit_turn().unwrap();
        assert!(stores.open_count() <= 16);
    }
    for n in (0..300).step_by(7) {
        assert_eq!(get(&store(n), "n"), Some(n.to_string()));
        assert!(stores.open_count() <= 16);
    }
}

#[test]
fn objects_of_a_deleted_class_are_gone() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::simulated(1).with_disk(Disk::real());
    let durable = Durable::open(&world, Some(dir.path().to_path_buf()), Durability::Process).unwrap();
    let namespace = sqlite(&durable);
    let id = namespace.id_from_name("a", None);
    let stores = Stores::new(&durable, 3);
    let store = stores.store(&namespace, id, None);
    put(&store, "a", "1");
    store.commit_turn().unwrap();
    drop(store);
    assert!(durable.delete_namespace("suite-Room").unwrap());
    assert!(!durable.delete_namespace("suite-Room").unwrap());
    assert_eq!(get(&Stores::new(&durable, 3).store(&namespace, id, None), "a"), None);
}

#[test]
fn objects_do_not_know_each_other() {
    let durable = durable(&world());
    let (stores, namespace) = (Stores::new(&durable, 8), sqlite(&durable));
    let [first, second] = ["a", "b"].map(|name| stores.store(&namespace, namespace.id_from_name(name, None), None));
    put(&first, "k", "1");
    assert_eq!(get(&second, "k"), None);
    let again = stores.store(&namespace, namespace.id_from_name("a", None), None);
    assert_eq!(get(&again, "k").as_deref(), Some("1"));
}

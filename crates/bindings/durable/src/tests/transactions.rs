//! What is written as one.

use super::{get, put, rows, store};
use crate::Store;

/// As if the process had ended here: what is not committed is gone.
fn after_the_end(store: &Store) {
    store.rollback_turn();
}

#[test]
fn what_a_turn_writes_is_one() {
    let (_stores, store) = store();
    put(&store, "a", "1");
    rows(&store, "create table t(a); insert into t values (1)");
    assert!(store.is_dirty() && store.output().is_shut());
    after_the_end(&store);
    assert_eq!(get(&store, "a"), None);
    assert!(rows(&store, "select * from sqlite_master").is_empty());
    put(&store, "a", "1");
    store.commit_turn().unwrap();
    assert!(!store.is_dirty() && !store.output().is_shut());
    after_the_end(&store);
    assert_eq!(get(&store, "a").as_deref(), Some("1"));
}

#[test]
fn a_transaction_is_undone_alone() {
    let (_stores, store) = store();
    put(&store, "before", "1");
    let id = store.begin_transaction(false).unwrap();
    put(&store, "inside", "1");
    store.end_transaction(id, false).unwrap();
    store.commit_turn().unwrap();
    assert_eq!((get(&store, "before").is_some(), get(&store, "inside")), (true, None));
}

#[test]
fn transactions_nest() {
    let (_stores, store) = store();
    let outer = store.begin_transaction(false).unwrap();
    put(&store, "a", "outer");
    let inner = store.begin_transaction(false).unwrap();
    put(&store, "a", "inner");
    assert_eq!(
        store.end_transaction(outer, false).unwrap_err().to_string(),
        "Cannot roll back an outer transaction while a nested transaction is still running."
    );
    store.end_transaction(inner, false).unwrap();
    assert_eq!(get(&store, "a").as_deref(), Some("outer"));
    store.end_transaction(outer, true).unwrap();
    store.end_transaction(outer, false).unwrap();
    store.commit_turn().unwrap();
    assert_eq!(get(&store, "a").as_deref(), Some("outer"), "one that is over stays as it is");
}

#[test]
fn a_transaction_may_last_for_many_turns() {
    let (_stores, store) = store();
    put(&store, "before", "1");
    let id = store.begin_transaction(true).unwrap();
    put(&store, "inside", "1");
    store.commit_turn().unwrap();
    assert!(!store.output().is_shut(), "what is inside of it may still speak to the outside");
    after_the_end(&store);
    assert_eq!((get(&store, "before").is_some(), get(&store, "inside")), (true, None), "{id}");
    let id = store.begin_transaction(true).unwrap();
    put(&store, "inside", "1");
    store.commit_turn().unwrap();
    store.end_transaction(id, true).unwrap();
    assert!(store.output().is_shut());
    store.commit_turn().unwrap();
    assert!(get(&store, "inside").is_some());
}

#[test]
fn nothing_is_deleted_inside_of_a_transaction() {
    let (_stores, store) = store();
    let id = store.begin_transaction(true).unwrap();
    assert_eq!(store.delete_all(true).unwrap_err().to_string(), "Cannot call deleteAll() within a transaction");
    store.end_transaction(id, true).unwrap();
    store.delete_all(true).unwrap();
}

#[test]
fn a_turn_that_violates_a_constraint_is_undone() {
    let (_stores, store) = store();
    rows(&store, "create table p(id integer primary key)");
    rows(&store, "create table c(p references p(id) deferrable initially deferred)");
    store.commit_turn().unwrap();
    rows(&store, "insert into c values (5)");
    let waiting = store.output().passed();
    assert_eq!(
        store.commit_turn().unwrap_err().to_string(),
        "Durable Object was reset and rolled back to its last known good state because the application left the \
         database in a state where constraints were violated: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT \
         (extended: SQLITE_CONSTRAINT_FOREIGNKEY)"
    );
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(!runtime.block_on(waiting), "nothing that was said in that turn leaves");
    assert!(rows(&store, "select * from c").is_empty());
}

#[test]
fn a_cursor_survives_the_end_of_its_turn() {
    let (_stores, store) = store();
    rows(&store, "create table t(a); insert into t values (1), (2), (3)");
    let mut cursor = store.exec("select a from t", &[]).unwrap();
    cursor.next_row().unwrap();
    store.commit_turn().unwrap();
    assert_eq!(std::iter::from_fn(|| cursor.next_row().unwrap()).count(), 2);
}

//! Queries, batches, what they answer, and bookmarks.

use super::{batch, bound, database, run, texts};
use crate::{D1, Request, Shape, Statement, Value};
use edgeemu_storage::sqlite::rusqlite::types::Value::{Blob, Integer, Null, Real, Text};
use edgeemu_world::{Disk, World};

/// Answers that are not ready at once come from a thread, so this waits as a lane would.
fn json(database: &crate::Database, statements: Vec<Statement>, shape: Shape) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(database.run(Request { statements, shape, session: None })).unwrap().0
}

#[test]
fn values_come_back() {
    let database = database();
    let values = [Null, Integer(7), Real(1.5), Text("a\u{0}b\u{1f600}".to_owned()), Blob(vec![0, 255])];
    let result = bound(&database, "select ?, ?, ?, ?, ?", &values);
    assert_eq!(result.rows, [values.to_vec()]);
}

#[test]
fn answers_as_text_have_productions_shape() {
    let database = database();
    let statements = vec![
        Statement::new("create table t(a, b)"),
        Statement::new("insert into t values ('x\"', x'00ff'), (1e999, 9007199254740993)"),
        Statement::new("select a, b, 1.5 as c, 2.0 as c from t"),
    ];
    let text = json(&database, statements, Shape::Objects);
    let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(parsed[2]["success"], true);
    assert!(text.ends_with(
        "\"results\":[{\"a\":\"x\\\"\",\"b\":[0,255],\"c\":1.5,\"c\":2.0},\
         {\"a\":null,\"b\":9007199254740993,\"c\":1.5,\"c\":2.0}]}]"
    ));
    let keys: Vec<_> = parsed[0]["meta"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys.join(" "),
        "served_by served_by_region served_by_colo served_by_primary timings duration changes last_row_id changed_db \
         size_after rows_read rows_written total_attempts"
    );
    let empty = json(&database, vec![Statement::new("select a from t where 0")], Shape::Arrays);
    assert!(empty.ends_with("\"results\":{\"columns\":[\"a\"],\"rows\":[]}}]"), "{empty}");
    let lists = json(&database, vec![Statement::new("select 1 as a, '[' as a")], Shape::Arrays);
    assert!(lists.ends_with("\"results\":{\"columns\":[\"a\",\"a\"],\"rows\":[[1,\"[\"]]}}]"), "{lists}");
}

#[test]
fn several_statements_answer_with_the_last() {
    let database = database();
    assert_eq!(texts(&run(&database, "select 1 as a; select 2 as b")), ["Integer(2)"]);
    let result = run(&database, "create table t(a); insert into t values (1); insert into t values (2), (3)");
    assert_eq!(result.meta.changes, 3);
    let trigger = "create trigger tr after insert on t begin update t set a = case a when 9 then 10 else a end; \
                   delete from t where a = 1; end; insert into t values (9)";
    run(&database, trigger);
    assert_eq!(texts(&run(&database, "select a from t order by a")), ["Integer(2)", "Integer(3)", "Integer(10)"]);
}

#[test]
fn meta_tells_what_was_done() {
    let database = database();
    let created = run(&database, "create table t(id integer primary key, a)").meta;
    assert_eq!((created.changes, created.changed_db), (0, true));
    let inserted = run(&database, "insert into t(a) values ('x'), ('y')").meta;
    assert_eq!((inserted.changes, inserted.last_row_id, inserted.changed_db), (2, 2, true));
    let read = run(&database, "select * from t").meta;
    assert_eq!((read.changes, read.last_row_id, read.changed_db, read.rows_read), (0, 2, false, 2));
    assert_eq!(read.size_after % 4096, 0);
}

#[test]
fn settings_last_for_a_request() {
    let database = database();
    run(&database, "pragma case_sensitive_like = on; select 1");
    assert_eq!(texts(&run(&database, "select 'a' like 'A'")), ["Integer(1)"]);
    run(&database, "pragma foreign_keys = off");
    assert_eq!(texts(&run(&database, "pragma foreign_keys")), ["Integer(1)"]);
}

#[test]
fn fts_json_math_and_windows_are_there() {
    let database = database();
    run(&database, "create virtual table ft using fts5(x)");
    run(&database, "insert into ft values ('hello world')");
    let found = run(&database, "select highlight(ft, 0, '<', '>') from ft('hello')");
    assert_eq!(texts(&found), ["Text(\"<hello> world\")"]);
    assert_eq!(
        texts(&run(&database, "select '{\"a\":1}' ->> 'a', pow(2, 3), ceil(1.5)")),
        ["Integer(1)", "Real(8.0)", "Real(2.0)"]
    );
    run(&database, "select row_number() over (order by x) from ft");
    run(&database, "create virtual table r using rtree(id, a, b)");
    run(&database, "insert into r values (1, 2, 3)");
}

#[test]
fn the_schema_can_be_changed() {
    let database = database();
    run(&database, "create table t(id integer primary key autoincrement, a text)");
    run(&database, "insert into t(a) values ('x')");
    assert_eq!(run(&database, "select * from t").columns, ["id", "a"]);
    for sql in [
        "create index i on t(a)",
        "alter table t add column b",
        "alter table t rename column a to aa",
        "alter table t drop column b",
        "alter table t rename to u",
        "create view v as select * from u",
        "select * from v",
        "drop view v",
        "analyze",
        "reindex",
        "pragma optimize",
        "pragma table_list",
        "select * from pragma_table_info('u')",
        "pragma quick_check",
        "explain query plan select * from u",
        "drop index i",
    ] {
        run(&database, sql);
    }
    assert_eq!(run(&database, "select * from u").columns, ["id", "aa"]);
    run(&database, "drop table u");
}

#[test]
fn a_statement_that_is_kept_follows_the_schema() {
    let database = database();
    run(&database, "create table t(a)");
    run(&database, "insert into t values (1)");
    assert_eq!(run(&database, "select * from t").columns, ["a"]);
    run(&database, "alter table t add column b default 2");
    let result = run(&database, "select * from t");
    assert_eq!(
        (result.columns, result.rows),
        (vec!["a".to_owned(), "b".to_owned()], vec![vec![Integer(1), Integer(2)]])
    );
}

#[test]
fn bookmarks_grow_with_writes_and_openings() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::simulated(1).with_disk(Disk::real());
    let mut seen = Vec::new();
    for _ in 0..3 {
        let database = D1::new(&world, Some(dir.path().to_path_buf())).database("test").unwrap();
        seen.push(database.bookmark().to_string());
        run(&database, "create table if not exists t(a)");
        seen.push(database.bookmark().to_string());
        run(&database, "select * from t");
        assert_eq!(seen.last(), Some(&database.bookmark().to_string()));
        run(&database, "insert into t values (1)");
        seen.push(database.bookmark().to_string());
    }
    assert_eq!(seen[0], "00000001-00000000-00000000-00000000000000000000000000000000");
    // `create table if not exists` writes nothing the second time.
    seen.dedup();
    assert!(seen.is_sorted_by(|first, second| first < second), "{seen:?}");
}

#[test]
fn a_long_query_goes_to_a_thread_and_others_come_after_it() {
    let world = World::real();
    let database = D1::new(&world, None).database("test").unwrap();
    run(&database, "create table t(a)");
    let long =
        "with recursive c(n) as (select 1 union all select n + 1 from c where n < 200000) select count(*) from c";
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let ask = |sql: &str| {
        database.run(Request { statements: vec![Statement::new(sql)], shape: Shape::Arrays, session: None })
    };
    let (first, second) = runtime.block_on(async {
        let first = ask(long);
        tokio::pin!(first);
        // The asking thread goes on.
        assert!(
            std::future::poll_fn(|context| std::task::Poll::Ready(first.as_mut().poll(context))).await.is_pending()
        );
        let second = ask("insert into t values (1)").await;
        (first.await, second)
    });
    assert!(first.unwrap().0.contains("[[200000]]"));
    assert!(second.is_ok());
}

#[test]
fn a_query_nobody_waits_for_is_stopped() {
    let database = D1::new(&World::real(), None).database("test").unwrap();
    run(&database, "create table t(a)");
    let endless = "insert into t with recursive c(n) as (select 1 union all select n + 1 from c) select n from c";
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let asked = Request { statements: vec![Statement::new(endless)], shape: Shape::Objects, session: None };
        let mut endless = Box::pin(database.run(asked));
        let pending =
            std::future::poll_fn(|context| std::task::Poll::Ready(endless.as_mut().poll(context).is_pending()));
        assert!(pending.await);
        drop(endless);
    });
    // Waits for the thread to give the database back, and sees nothing of it.
    assert_eq!(texts(&run(&database, "select count(*) from t")), ["Integer(0)"]);
    assert_eq!(batch(&database, vec![Statement::new("insert into t values (1)")]).unwrap()[0].meta.changes, 1);
}

#[test]
fn a_query_has_thirty_seconds() {
    let world = World::real();
    world.clock().freeze();
    let database = D1::new(&world, None).database("test").unwrap();
    let endless = "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c";
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let failed = runtime.block_on(async {
        let asked = Request { statements: vec![Statement::new(endless)], shape: Shape::Objects, session: None };
        let mut running = Box::pin(database.run(asked));
        let pending =
            std::future::poll_fn(|context| std::task::Poll::Ready(running.as_mut().poll(context).is_pending()));
        assert!(pending.await);
        // The thread may not have begun yet: whenever it does, its time is over soon.
        loop {
            world.clock().advance_by(std::time::Duration::from_secs(31));
            let wait = std::future::poll_fn(|context| std::task::Poll::Ready(running.as_mut().poll(context)));
            if let std::task::Poll::Ready(reply) = wait.await {
                break reply.unwrap_err();
            }
            std::thread::yield_now();
        }
    });
    assert_eq!(failed.to_string(), "D1 DB storage operation exceeded timeout which caused object to be reset.");
}

#[test]
fn databases_do_not_know_each_other() {
    let d1 = D1::new(&World::simulated(1), None);
    let (first, second) = (d1.database("one").unwrap(), d1.database("two").unwrap());
    run(&first, "create table t(a)");
    assert!(run(&second, "select * from sqlite_master").rows.is_empty());
    let again = d1.database("one").unwrap();
    assert_eq!(bound(&again, "select count(*) from t where a = ?", &[Value::Null]).rows, [vec![Integer(0)]]);
}

//! What SQL may not do, word for word as seen of production's runtime.

use super::{batch, database, refusal, run, try_bound};
use crate::{Statement, Value};

const TRANSACTION: &str = "To execute a transaction, please use the state.storage.transaction() or \
    state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript \
    API is safer because it will automatically roll back on exceptions, and because it interacts correctly with \
    Durable Objects' automatic atomic write coalescing.";

#[test]
fn errors_of_sql_are_those_of_production() {
    let database = database();
    run(&database, "CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE, n NOT NULL DEFAULT 1, c CHECK (c > 0))");
    run(&database, "CREATE TABLE p(id INTEGER PRIMARY KEY)");
    run(&database, "CREATE TABLE ch(p REFERENCES p(id))");
    run(&database, "CREATE TABLE s(a INTEGER) STRICT");
    run(&database, "INSERT INTO t(id, a) VALUES (1, 1)");
    for (sql, expected) in [
        ("selec", "near \"selec\": syntax error at offset 0: SQLITE_ERROR"),
        ("select * from nope", "no such table: nope: SQLITE_ERROR"),
        ("select zz from t", "no such column: zz at offset 7: SQLITE_ERROR"),
        (
            "insert into t(a) values (1)",
            "UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",
        ),
        (
            "insert into t(id) values (1)",
            "UNIQUE constraint failed: t.id: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_PRIMARYKEY)",
        ),
        (
            "insert into t(n) values (null)",
            "NOT NULL constraint failed: t.n: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_NOTNULL)",
        ),
        (
            "insert into t(c) values (-1)",
            "CHECK constraint failed: c > 0: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)",
        ),
        (
            "insert into ch values (5)",
            "FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)",
        ),
        ("insert into p values ('x')", "datatype mismatch: SQLITE_MISMATCH"),
        (
            "insert into s values ('x')",
            "cannot store TEXT value in INTEGER column s.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_DATATYPE)",
        ),
        ("select unknown_fn(1)", "no such function: unknown_fn at offset 7: SQLITE_ERROR"),
        ("select 'abc", "unrecognized token: \"'abc\" at offset 7: SQLITE_ERROR"),
        ("select * from", "incomplete input: SQLITE_ERROR"),
        ("delete from sqlite_master", "table sqlite_master may not be modified: SQLITE_ERROR"),
        ("vacuum", "cannot VACUUM from within a transaction: SQLITE_ERROR"),
        ("select 1; selec", "near \"selec\": syntax error at offset 0: SQLITE_ERROR"),
    ] {
        assert_eq!(refusal(&database, sql), expected, "{sql}");
    }
}

#[test]
fn transactions_are_the_runtimes() {
    let database = database();
    for sql in [
        "begin",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "BEGIN IMMEDIATE",
        "commit",
        "rollback",
        "savepoint x",
        "release x",
        "select 1; begin",
    ] {
        assert_eq!(refusal(&database, sql), TRANSACTION, "{sql}");
    }
}

#[test]
fn what_is_not_allowed_is_not_authorized() {
    let database = database();
    for sql in [
        "attach ':memory:' as x",
        "detach x",
        "create temp table t(a)",
        "create temp view v as select 1",
        "pragma user_version",
        "pragma journal_mode",
        "pragma integrity_check",
        "pragma page_count",
        "pragma encoding",
        "pragma table_info",
        "pragma max_page_count",
        "pragma writable_schema=1",
        "pragma compile_options",
        "create table _cf_x(a)",
        "create table _CF_x(a)",
        "create virtual table ft4 using fts4(x)",
        "create virtual table ds using dbstat",
    ] {
        assert_eq!(refusal(&database, sql), "not authorized: SQLITE_AUTH", "{sql}");
    }
    run(&database, "create table t(a)");
    assert_eq!(refusal(&database, "create index _cf_i on t(a)"), "not authorized: SQLITE_AUTH");
    for sql in ["alter table t rename to _cf_t", "ALTER TABLE main.t /* a */ RENAME\nTO \"_CF_t\""] {
        assert_eq!(refusal(&database, sql), "not authorized: SQLITE_AUTH", "{sql}");
    }
    run(&database, "alter table t rename a to _cf_a");
    assert_eq!(
        refusal(&database, "select * from _cf_METADATA"),
        "access to _cf_METADATA.key is prohibited: SQLITE_AUTH"
    );
}

#[test]
fn only_listed_functions_may_be_called() {
    let database = database();
    for name in ["sqlite_version", "sqlite_source_id"] {
        let expected = format!("not authorized to use function: {name} at offset 7: SQLITE_ERROR");
        assert_eq!(refusal(&database, &format!("select {name}()")), expected);
    }
    for call in ["log10(3)", "power(2,3)", "ceiling(1.5)"] {
        let name = call.split('(').next().unwrap();
        let expected = format!("not authorized to use function: {name} at offset 7: SQLITE_ERROR");
        assert_eq!(refusal(&database, &format!("select {call}")), expected);
    }
    assert_eq!(refusal(&database, "select load_extension('x')"), "not authorized: SQLITE_ERROR");
    assert_eq!(refusal(&database, "select regexp('a', 'b')"), "no such function: regexp at offset 7: SQLITE_ERROR");
    assert_eq!(
        refusal(&database, "select * from generate_series(1, 3)"),
        "no such table: generate_series: SQLITE_ERROR"
    );
}

#[test]
fn limits_are_those_of_production() {
    let database = database();
    let list = |item: &str, count: usize| vec![item; count].join(",");
    let columns: Vec<_> = (0..101).map(|index| format!("c{index}")).collect();
    for (sql, expected) in [
        (format!("select '{}'", "x".repeat(100_000)), "statement too long: SQLITE_TOOBIG"),
        (format!("select 1; select '{}'", "x".repeat(100_000)), "statement too long: SQLITE_TOOBIG"),
        (format!("select {}", list("?", 101)), "too many SQL variables at offset 207: SQLITE_ERROR"),
        (format!("select {}", list("1", 101)), "too many columns in result set: SQLITE_ERROR"),
        (format!("create table w({})", columns.join(",")), "too many columns on w: SQLITE_ERROR"),
        (format!("select 'a' like '{}'", "a".repeat(51)), "LIKE or GLOB pattern too complex: SQLITE_ERROR"),
        (format!("select {}1", "1 union select ".repeat(5)), "too many terms in compound SELECT: SQLITE_ERROR"),
        (
            format!("select {}1{}", "(1+".repeat(101), ")".repeat(101)),
            "Expression tree is too large (maximum depth 100): SQLITE_ERROR",
        ),
        (format!("select max({})", list("1", 128)), "too many arguments on function max at offset 7: SQLITE_ERROR"),
        ("select length(zeroblob(2000001))".to_owned(), "string or blob too big: SQLITE_TOOBIG"),
    ] {
        assert_eq!(refusal(&database, &sql), expected, "{}", &sql[..sql.len().min(60)]);
    }
    run(&database, &format!("values {}", list("(1)", 600)));
    run(&database, "select length(zeroblob(2000000))");
    let long = Value::Text("x".repeat(2_000_001));
    assert_eq!(try_bound(&database, "select ?", &[long]).unwrap_err(), "string or blob too big: SQLITE_TOOBIG");
}

#[test]
fn text_without_a_statement_is_refused() {
    let database = database();
    for sql in ["", "   ", "  -- x", "\n-- x"] {
        assert_eq!(refusal(&database, sql), "No SQL statements detected.", "{sql:?}");
    }
    for sql in ["-- x", ";", "select 1; -- x", "select 1;;", "/* c */"] {
        assert_eq!(refusal(&database, sql), "SQL code did not contain a statement.", "{sql:?}");
    }
    assert_eq!(batch(&database, vec![]).unwrap_err(), "No SQL statements detected.");
}

#[test]
fn values_have_to_match_parameters() {
    let database = database();
    let wrong = "Wrong number of parameter bindings for SQL query.";
    let one = [Value::Real(1.0)];
    assert_eq!(refusal(&database, "select ?"), wrong);
    assert_eq!(try_bound(&database, "select 1", &one).unwrap_err(), wrong);
    assert_eq!(try_bound(&database, "select ?3", &one).unwrap_err(), wrong);
    assert_eq!(
        try_bound(&database, "select ?; select ?", &one).unwrap_err(),
        "When executing multiple SQL statements in a single call, only the last statement can have parameters."
    );
}

#[test]
fn a_failed_batch_leaves_nothing() {
    let database = database();
    run(&database, "create table t(a)");
    let statements = ["insert into t values (1)", "selec"].map(Statement::new).to_vec();
    assert_eq!(batch(&database, statements).unwrap_err(), "near \"selec\": syntax error at offset 0: SQLITE_ERROR");
    assert!(run(&database, "select * from t").rows.is_empty());
}

#[test]
fn deferred_foreign_keys_are_checked_at_the_end() {
    let database = database();
    run(&database, "create table p(id integer primary key); create table c(p references p(id))");
    let steps =
        |last: &str| ["pragma defer_foreign_keys=on", "insert into c values (5)", last].map(Statement::new).to_vec();
    assert_eq!(
        batch(&database, steps("select 1")).unwrap_err(),
        "FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)"
    );
    assert_eq!(batch(&database, steps("insert into p values (5)")).unwrap().len(), 3);
}

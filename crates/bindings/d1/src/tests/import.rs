//! SQL of any size.

use super::{database, refusal, run, texts};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Gives a few bytes at a time, so that characters and statements are cut anywhere.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = self.1.min(buffer.len());
        (&mut self.0).take(wanted as u64).read(buffer)
    }
}

#[test]
fn a_file_is_one_transaction_however_it_is_cut() {
    let sql = "\u{feff}BEGIN TRANSACTION;\r\nCREATE TABLE t(a, b);\n-- a; comment\nINSERT INTO t VALUES ('\u{20ac};''', 1);\n\
        CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END;\nINSERT INTO t VALUES (2, 3)\n;COMMIT;\n\n";
    for bytes in [1, 2, 3, 7, 1000] {
        let database = database();
        let imported = database.import(Trickle(sql.as_bytes(), bytes), None).unwrap();
        assert_eq!((imported.statements, imported.rows_written > 1), (6, true));
        assert_eq!(
            texts(&run(&database, "select a from t")),
            ["Text(\"\u{20ac};'\")", "Real(2.0)"].map(|text| { if text == "Real(2.0)" { "Integer(2)" } else { text } })
        );
    }
}

#[test]
fn a_statement_that_fails_is_named_and_undoes_all() {
    let database = database();
    let before = database.bookmark();
    let refused =
        database.import("create table t(a);\ninsert into t values (1);\nselec;".as_bytes(), None).unwrap_err();
    assert_eq!(refused.to_string(), "statement 3: near \"selec\": syntax error at offset 0: SQLITE_ERROR");
    assert!(refusal(&database, "select * from t").contains("no such table"));
    assert_eq!(database.bookmark(), before);
    let several = "begin transaction; select 1; commit; begin transaction; select 2; commit;";
    assert!(database.import(several.as_bytes(), None).unwrap_err().to_string().contains("several transactions"));
    let transaction = database.import("savepoint a; select 1".as_bytes(), None).unwrap_err().to_string();
    assert!(transaction.starts_with("statement 1: To execute a transaction, please use"), "{transaction}");
}

#[test]
fn statements_are_as_long_as_elsewhere() {
    let database = database();
    let long = |bytes: usize| format!("select '{}';", "x".repeat(bytes));
    assert!(database.import(long(99_000).as_bytes(), None).is_ok());
    let refused = database.import(long(101_000).as_bytes(), None).unwrap_err();
    assert_eq!(refused.to_string(), "statement 1: statement too long: SQLITE_TOOBIG");
    // One that never ends does not fill the memory.
    let endless = Read::chain("select '".as_bytes(), io::repeat(b'x'));
    let refused = database.import(endless, None).unwrap_err().to_string();
    assert!(refused.contains("a statement is longer than 1048576 bytes"), "{refused}");
}

#[test]
fn an_import_nobody_waits_for_is_undone() {
    let database = database();
    let abandoned = Some(Arc::new(AtomicBool::new(true)));
    let sql = "create table t(a); with recursive n(i) as (select 1 union all select i + 1 from n limit 100000) \
        insert into t select i from n;";
    assert!(database.import(sql.as_bytes(), abandoned).is_err());
    assert!(refusal(&database, "select * from t").contains("no such table"));
}

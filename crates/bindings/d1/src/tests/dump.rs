//! Databases that are carried elsewhere.

use super::{database, refusal, run, texts};
use crate::{D1, Database, ExportOptions};
use edgeemu_world::World;
use std::path::Path;

const SCHEMA: &str = "create table users(id integer primary key autoincrement, email text unique, b blob, r real);
    create table plain(a text);
    create table keyed(a text, b, primary key (a, b)) without rowid;
    create table odd(rowid text, \"_rowid_\" text);
    create table children(parent integer references users(id));
    create table g(a, b as (a * 2) stored);
    create index by_email on users(email);
    create view emails as select email from users;
    create virtual table docs using fts5(title, body);
    create virtual table boxes using rtree(id, x0, x1);
    create trigger note after insert on users begin insert into plain values (new.email); end";

fn dumped(database: &Database) -> String {
    let mut text = String::new();
    let kept = database.dump(&mut |line| {
        text.push_str(line);
        text.push('\n');
        Ok(())
    });
    kept.unwrap();
    text
}

fn filled(database: &Database) {
    run(database, SCHEMA);
    run(database, "insert into users(email, b, r) values ('ada''s\nmail', x'00ff', 2.0), (null, null, -1e999)");
    run(database, "insert into users(email) values (cast(x'ff41' as text)), (cast(x'410042' as text))");
    run(database, "delete from users where id = 2");
    run(database, "delete from plain where rowid = 1");
    run(database, "insert into children values (1)");
    run(database, "insert into keyed values ('k', 1); insert into odd values ('x', 'y'); insert into g(a) values (21)");
    run(database, "insert into docs values ('Hello', 'the quick fox'), ('Other', 'lazy')");
    run(database, "insert into boxes values (1, 0.5, 2.5)");
}

fn same(first: &Database, second: &Database) {
    let tables = ["users", "plain", "keyed", "odd", "children", "g", "emails", "docs", "boxes", "sqlite_sequence"];
    for table in tables {
        let all = format!("select * from {table}");
        assert_eq!(run(second, &all).rows, run(first, &all).rows, "{table}");
    }
    let bytes = "select hex(email), typeof(email) from users";
    assert_eq!(run(second, bytes).rows, run(first, bytes).rows);
    let numbers = "select rowid from plain";
    assert_eq!(run(second, numbers).rows, run(first, numbers).rows);
    assert_eq!(texts(&run(second, "select title from docs where docs match 'fox'")), ["Text(\"Hello\")"]);
    assert_eq!(texts(&run(second, "select id from boxes where x0 < 1 and x1 > 1")), ["Integer(1)"]);
    assert_eq!(texts(&run(second, "pragma quick_check")), ["Text(\"ok\")"]);
}

#[test]
fn a_dump_makes_the_same_database_virtual_tables_included() {
    let original = database();
    filled(&original);
    let copy = database();
    // What was there before goes, as do its own virtual tables.
    filled(&copy);
    run(&copy, "create table extra(a); create virtual table more using fts5(x); insert into more values ('y')");
    copy.restore(dumped(&original).as_bytes()).unwrap();
    same(&original, &copy);
    assert_eq!(dumped(&copy), dumped(&original));
    assert!(refusal(&copy, "select * from extra").contains("no such table: extra"));
    // The rules are in force again.
    assert_eq!(
        refusal(&copy, "insert into docs_config values ('a', 1)"),
        "table docs_config may not be modified: SQLITE_ERROR"
    );
    assert!(refusal(&copy, "insert into children values (99)").contains("FOREIGN KEY constraint failed"));
    assert!(refusal(&copy, "pragma user_version").contains("not authorized"));
    run(&copy, "insert into docs values ('New', 'fox too')");
    assert_eq!(run(&copy, "select title from docs where docs match 'fox'").rows.len(), 2);
}

#[test]
fn a_restore_that_fails_changes_nothing() {
    let database = database();
    filled(&database);
    let (before, bookmark) = (dumped(&database), database.bookmark());
    let refused = database.restore("create table half(a); insert into nowhere values (1);".as_bytes()).unwrap_err();
    assert_eq!(refused.to_string(), "no such table: nowhere: SQLITE_ERROR");
    assert_eq!((dumped(&database), database.bookmark()), (before, bookmark));
    database.restore("create table whole(a)".as_bytes()).unwrap();
    assert!(database.bookmark() > bookmark, "a session notices");
}

#[test]
fn databases_that_were_not_opened_are_known_by_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let open = |dir: &Path| D1::new(&World::real(), Some(dir.to_path_buf()));
    for id in ["shop", "a/b \u{fc}"] {
        run(&open(folder.path()).database(id).unwrap(), "create table t(a)");
    }
    assert_eq!(open(folder.path()).ids().unwrap(), ["a/b \u{fc}", "shop"]);
    assert_eq!(open(&folder.path().join("absent")).ids().unwrap(), Vec::<String>::new());
}

#[test]
fn an_export_of_one_table_is_not_stopped_by_a_virtual_one() {
    let database = database();
    filled(&database);
    let options = ExportOptions { tables: vec!["odd".to_owned()], ..ExportOptions::default() };
    let expected = "PRAGMA defer_foreign_keys=TRUE;\nCREATE TABLE odd(rowid text, \"_rowid_\" text);\n\
        INSERT INTO \"odd\" VALUES('x','y');";
    assert_eq!(database.export(&options).unwrap(), expected);
}

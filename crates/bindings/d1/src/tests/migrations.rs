//! Migrations and exports.

use super::{database, run, texts};
use crate::{ExportOptions, Migration, first_line, in_order, numbered, prepare_file};

fn migration(name: &str, sql: &str) -> Migration {
    Migration { name: name.to_owned(), sql: sql.to_owned() }
}

#[test]
fn migrations_are_ordered_by_number() {
    let mut names = ["x.sql", "10_c.sql", "9_b.sql", "0001_init/2.sql", "0001_init/10.sql", "1_a.sql", "b/1.sql"];
    names.sort_by(|first, second| in_order(first, second));
    assert_eq!(names, ["0001_init/2.sql", "0001_init/10.sql", "1_a.sql", "9_b.sql", "10_c.sql", "b/1.sql", "x.sql"]);
    assert_eq!(numbered(names, "add the users"), (11, "0011_add_the_users.sql".to_owned()));
    assert_eq!(numbered([], "init").1, "0001_init.sql");
    let line = first_line(&edgeemu_world::World::simulated(1), 7).unwrap();
    assert_eq!(line, "-- Migration number: 0007 \t 2024-01-01T00:00:00.000Z\n");
}

#[test]
fn each_migration_is_applied_once() {
    let database = database();
    let first = migration("0001_init.sql", "create table t(a);\ninsert into t values (1);");
    let second = migration("0002_more.sql", "insert into t values (2)");
    assert_eq!(database.migrate("d1_migrations", std::slice::from_ref(&first)).unwrap(), ["0001_init.sql"]);
    assert_eq!(database.migrate("d1_migrations", &[second, first]).unwrap(), ["0002_more.sql"]);
    assert_eq!(texts(&run(&database, "select a from t")), ["Integer(1)", "Integer(2)"]);
    assert_eq!(
        texts(&run(&database, "select name, applied_at from d1_migrations where id = 1")),
        ["Text(\"0001_init.sql\")", "Text(\"2024-01-01 00:00:00\")"]
    );
}

#[test]
fn a_migration_that_fails_leaves_nothing_and_ends_it() {
    let database = database();
    let migrations = [
        migration("0001.sql", "create table t(a)"),
        migration("0002.sql", "insert into t values (1); selec"),
        migration("0003.sql", "create table u(a)"),
    ];
    let (name, error) = database.migrate("d1_migrations", &migrations).unwrap_err();
    assert_eq!(name, "0002.sql");
    assert_eq!(error.to_string(), "near \"selec\": syntax error at offset 0: SQLITE_ERROR");
    assert_eq!(texts(&run(&database, "select name from d1_migrations")), ["Text(\"0001.sql\")"]);
    assert!(run(&database, "select * from t").rows.is_empty());
}

#[test]
fn files_are_split_into_statements() {
    let texts =
        |sql: &str| prepare_file(sql).map(|list| list.into_iter().map(|statement| statement.sql).collect::<Vec<_>>());
    let file = "BEGIN TRANSACTION;\r\ncreate table t(a text default ';');\r\n-- a; comment\r\n/* b; */ insert into t \
                values ('it''s; --fine');\r\nCOMMIT;\r\n";
    assert_eq!(
        texts(file).unwrap(),
        ["create table t(a text default ';')", "-- a; comment\n/* b; */ insert into t values ('it''s; --fine')"]
    );
    let trigger = "create trigger x after insert on t begin select case when 1 then 2 end; select 3; end; select 4";
    assert_eq!(texts(trigger).unwrap().len(), 2);
    assert!(texts("BEGIN TRANSACTION; select 1; COMMIT; BEGIN TRANSACTION; select 2; COMMIT;").is_err());
}

#[test]
fn an_export_makes_the_same_database() {
    let original = database();
    run(&original, "create table \"my table\"(id integer primary key autoincrement, a text, b blob, c real)");
    run(&original, "create index i on \"my table\"(a)");
    run(&original, "create table g(a, b as (a * 2) stored); insert into g values (3)");
    run(&original, "insert into \"my table\"(a, b, c) values ('it''s\nhere', x'00ff', 2.0), (null, null, 1e999)");
    let text = original.export(&ExportOptions::default()).unwrap();
    assert!(text.starts_with("PRAGMA defer_foreign_keys=TRUE;\nCREATE TABLE IF NOT EXISTS \"my table\"("), "{text}");
    assert!(!text.contains("_cf_"));
    assert!(text.contains("INSERT INTO \"g\" (\"a\") VALUES(3);"), "{text}");
    let copy = database();
    copy.query(crate::Request { statements: prepare_file(&text).unwrap(), ..Default::default() }).unwrap();
    let all = "select * from \"my table\"";
    assert_eq!(run(&copy, all).rows, run(&original, all).rows);
    assert_eq!(copy.export(&ExportOptions::default()).unwrap(), text);
    let schema = original.export(&ExportOptions { no_data: true, ..Default::default() }).unwrap();
    assert!(!schema.contains("INSERT"));
    run(&original, "create virtual table ft using fts5(x)");
    let refused = original.export(&ExportOptions::default()).unwrap_err();
    assert_eq!(refused.to_string(), "D1 Export error: cannot export databases with Virtual Tables (fts5)");
}

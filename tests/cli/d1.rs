//! `edgeemu d1`: data from outside, whether or not the Worker runs.

use serde_json::{Value, json};

use crate::case::{Outcome, Written, contains, same, written};
use crate::process::{Home, Ran};
use crate::raw;

pub(super) const TESTS: &[Written] = written![
    sql_is_executed,
    the_same_while_the_worker_runs,
    a_file_is_one_transaction,
    migrations_are_created_listed_and_applied,
    a_migration_that_fails_ends_it,
    an_export_makes_the_database_again,
    a_database_has_an_info,
    an_unknown_database_gets_a_suggestion,
    written_data_is_there_after_a_crash,
];

const CONFIG: &str = r#"{ "name": "shop", "main": "worker.js", "compatibility_date": "2026-08-01",
    "d1_databases": [{ "binding": "DB", "database_name": "shop", "database_id": "shop-id" }] }"#;

const WORKER: &str = "export default { async fetch(request, { DB }) { \
    if (request.method === 'PUT') await DB.prepare('INSERT INTO t (a) VALUES (?)').bind(await request.text()).run(); \
    return Response.json(await DB.prepare('SELECT a FROM t ORDER BY id').raw()); } };";

const TABLE: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)";

fn project() -> Home {
    let home = Home::project(WORKER);
    home.write("wrangler.jsonc", CONFIG);
    home
}

fn execute(home: &Home, sql: &str) -> Result<Value, String> {
    let ran = home.run(&["d1", "execute", "DB", "--json", "--command", sql]);
    same("exit code", ran.code, Some(0)).map_err(|error| format!("{error}: {ran:?}"))?;
    serde_json::from_str(&ran.stdout).map_err(|error| format!("{error}: {ran:?}"))
}

fn rows(home: &Home, sql: &str) -> Result<Value, String> {
    let results = execute(home, sql)?;
    Ok(results.as_array().and_then(|results| results.last()).map(|last| last["results"].clone()).unwrap_or_default())
}

fn round(home: &Home) -> Outcome {
    execute(home, TABLE)?;
    let ran = home.run(&["d1", "execute", "shop", "--command", "INSERT INTO t (a) VALUES ('x; y'); SELECT * FROM t"]);
    same("exit code", ran.code, Some(0))?;
    contains("stdout", &ran.stdout, "🌀 Executing on local database shop (shop-id) from .edgeemu/state/d1:\n")?;
    contains("stdout", &ran.stdout, "🚣 2 commands executed successfully.\n[\n  {\n    \"results\": [],\n")?;
    same("rows", rows(home, "SELECT * FROM t")?, json!([{ "id": 1, "a": "x; y" }]))?;
    let refused: Ran = home.run(&["d1", "execute", "DB", "--command", "SELEC"]);
    same("exit code", refused.code, Some(1))?;
    contains("stderr", &refused.stderr, "near \"SELEC\": syntax error at offset 0: SQLITE_ERROR")
}

fn sql_is_executed() -> Outcome {
    round(&project())
}

fn the_same_while_the_worker_runs() -> Outcome {
    let home = project();
    let dev = home.dev(&[]);
    round(&home)?;
    raw::request(&dev.url, "PUT /", "by the Worker")?;
    same("the Worker sees both", raw::get(&dev.url, "/")?.text().as_str(), r#"[["x; y"],["by the Worker"]]"#)?;
    same("and so does the command", rows(&home, "SELECT count(*) AS n FROM t")?, json!([{ "n": 2 }]))
}

fn a_file_is_one_transaction() -> Outcome {
    let home = project();
    home.write("dump.sql", "BEGIN TRANSACTION;\r\nCREATE TABLE t (a);\r\nINSERT INTO t VALUES (1);\r\nCOMMIT;\r\n");
    same("exit code", home.run(&["d1", "execute", "DB", "--file", "dump.sql"]).code, Some(0))?;
    home.write("broken.sql", "INSERT INTO t VALUES (2);\nSELEC;");
    same("exit code", home.run(&["d1", "execute", "DB", "--file", "broken.sql"]).code, Some(1))?;
    same("rows", rows(&home, "SELECT a FROM t")?, json!([{ "a": 1 }]))?;
    let absent = home.run(&["d1", "execute", "DB", "--file", "absent.sql"]);
    contains("stderr", &absent.stderr, "Unable to read SQL text file \"absent.sql\". Please check the file path")?;
    home.write("binary.sql", "SQLite format 3\0");
    let binary = home.run(&["d1", "execute", "DB", "--file", "binary.sql"]);
    contains("stderr", &binary.stderr, "binary SQLite database file")
}

fn migrations_are_created_listed_and_applied() -> Outcome {
    let home = project();
    let none = home.run(&["d1", "migrations", "list", "DB"]);
    same("none", none.stdout.as_str(), "✅ No migrations to apply!\n")?;
    let created = home.run(&["d1", "migrations", "create", "DB", "make a table"]);
    contains("stdout", &created.stdout, "✅ Successfully created Migration '0001_make_a_table.sql'!")?;
    contains("file", &home.read("migrations/0001_make_a_table.sql"), "-- Migration number: 0001 \t 20")?;
    home.write("migrations/0001_make_a_table.sql", TABLE);
    home.write("migrations/0002_fill.sql", "INSERT INTO t (a) VALUES ('one;');\nINSERT INTO t (a) VALUES ('two');");
    let listed = home.run(&["d1", "migrations", "list", "shop"]);
    contains("stdout", &listed.stdout, "Migrations to be applied:\n┌──")?;
    contains("stdout", &listed.stdout, "│ 0001_make_a_table.sql │\n├──")?;
    let applied = home.run(&["d1", "migrations", "apply", "DB"]);
    same("exit code", applied.code, Some(0))?;
    contains("stdout", &applied.stdout, "🚣 5 commands executed successfully.\n")?;
    contains("stdout", &applied.stdout, "│ 0002_fill.sql         │ ✅     │\n")?;
    same("rows", rows(&home, "SELECT a FROM t")?, json!([{ "a": "one;" }, { "a": "two" }]))?;
    let again = home.run(&["d1", "migrations", "apply", "DB"]);
    same("again", again.stdout.as_str(), "✅ No migrations to apply!\n")?;
    let remembered = rows(&home, "SELECT id, name FROM d1_migrations")?;
    let expected = json!([{ "id": 1, "name": "0001_make_a_table.sql" }, { "id": 2, "name": "0002_fill.sql" }]);
    same("remembered", remembered, expected)
}

fn a_migration_that_fails_ends_it() -> Outcome {
    let home = project();
    home.write("migrations/0001.sql", TABLE);
    home.write("migrations/0002.sql", "INSERT INTO t (a) VALUES ('x');\nSELEC;");
    home.write("migrations/0003.sql", "DROP TABLE t");
    let failed = home.run(&["d1", "migrations", "apply", "DB"]);
    same("exit code", failed.code, Some(1))?;
    contains("stdout", &failed.stdout, "│ 0002.sql │ ❌     │\n")?;
    contains("stderr", &failed.stderr, "Migration 0002.sql failed with the following errors:")?;
    contains("stderr", &failed.stderr, "near \"SELEC\": syntax error at offset 0: SQLITE_ERROR")?;
    same("nothing of it stays", rows(&home, "SELECT count(*) AS n FROM t")?, json!([{ "n": 0 }]))
}

fn an_export_makes_the_database_again() -> Outcome {
    let home = project();
    execute(&home, &format!("{TABLE}; INSERT INTO t (a) VALUES ('it''s')"))?;
    let exported = home.run(&["d1", "export", "DB", "--output", "out.sql"]);
    contains("stdout", &exported.stdout, "🌀 Exporting SQL to out.sql...\nDone!\n")?;
    let expected = format!("PRAGMA defer_foreign_keys=TRUE;\n{TABLE};\nINSERT INTO \"t\" VALUES(1,'it''s');");
    same("file", home.read("out.sql").as_str(), expected.as_str())?;
    same("exit code", home.run(&["d1", "export", "DB", "--output", "rows.sql", "--no-schema"]).code, Some(0))?;
    contains("rows", &home.read("rows.sql"), "INSERT")?;
    execute(&home, "DROP TABLE t")?;
    same("exit code", home.run(&["d1", "execute", "DB", "--file", "out.sql"]).code, Some(0))?;
    same("rows", rows(&home, "SELECT a FROM t")?, json!([{ "a": "it's" }]))
}

fn a_database_has_an_info() -> Outcome {
    let home = project();
    execute(&home, TABLE)?;
    let ran = home.run(&["d1", "info", "DB", "--json"]);
    let info: Value = serde_json::from_str(&ran.stdout).map_err(|error| format!("{error}: {ran:?}"))?;
    same("info", (&info["uuid"], &info["name"], &info["num_tables"]), (&json!("shop-id"), &json!("shop"), &json!(1)))?;
    contains("table", &home.run(&["d1", "info", "DB"]).stdout, "│ num_tables │ 1")
}

fn an_unknown_database_gets_a_suggestion() -> Outcome {
    let ran = project().run(&["d1", "execute", "BD", "--command", "SELECT 1"]);
    same("exit code", ran.code, Some(1))?;
    contains(
        "stderr",
        &ran.stderr,
        "Couldn't find a D1 DB with the name or binding 'BD' in your wrangler.jsonc file.",
    )?;
    contains("stderr", &ran.stderr, "the configuration declares: DB")
}

fn written_data_is_there_after_a_crash() -> Outcome {
    let home = project();
    execute(&home, TABLE)?;
    let mut dev = home.dev(&[]);
    same("put", raw::request(&dev.url, "PUT /", "survives")?.status, 200)?;
    dev.signal(rustix::process::Signal::KILL);
    dev.ended(std::time::Duration::from_secs(10));
    same("rows", rows(&home, "SELECT a FROM t")?, json!([{ "a": "survives" }]))
}

//! `edgeemu d1 shell`, and files of SQL that are larger than what is taken into memory.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::case::{Outcome, Written, contains, same, written};
use crate::process::{Dev, Home, Ran};

pub(super) const TESTS: &[Written] = written![
    sql_that_comes_through_a_pipe_is_run,
    the_shell_goes_through_the_worker_that_runs,
    a_large_file_is_imported_piece_by_piece,
    a_large_file_with_a_mistake_changes_nothing,
    a_large_file_goes_through_the_worker_that_runs,
];

const CONFIG: &str = r#"{ "name": "shop", "main": "worker.js", "compatibility_date": "2026-08-01",
    "d1_databases": [{ "binding": "DB", "database_name": "shop", "database_id": "shop-id" }] }"#;

const WORKER: &str = "export default { async fetch(request, { DB }) { \
    return Response.json(await DB.prepare('SELECT count(*) FROM t').raw()); } };";

fn project() -> Home {
    let home = Home::project(WORKER);
    home.write("wrangler.jsonc", CONFIG);
    home
}

/// Runs the shell with this as its input.
fn typed(home: &Home, input: &str) -> Ran {
    let mut shell = Dev::start(home.command(&["d1", "shell", "shop"]).stdin(Stdio::piped()));
    let mut keyboard = shell.keyboard().expect("stdin is a pipe");
    keyboard.write_all(input.as_bytes()).expect("the shell reads");
    drop(keyboard);
    shell.run_out()
}

fn sql_that_comes_through_a_pipe_is_run() -> Outcome {
    let home = project();
    let ran = typed(
        &home,
        "CREATE TABLE t (\n  a TEXT -- a; comment\n);\nINSERT INTO t VALUES ('x;\ny'), ('z');\nSELECT a FROM t WHERE a = 'z';\n\
         CREATE VIEW v AS SELECT 1;\n.tables\n.schema t\n.mode json\nSELECT count(*) AS n FROM t",
    );
    same("exit code", ran.code, Some(0)).map_err(|error| format!("{error}: {ran:?}"))?;
    let expected = "no rows\n2 rows changed\n┌───┐\n│ a │\n├───┤\n│ z │\n└───┘\n1 row\nno rows\n\
        ┌──────┬───────┐\n│ name │ type  │\n├──────┼───────┤\n│ t    │ table │\n├──────┼───────┤\n│ v    │ view  │\n\
        └──────┴───────┘\n2 rows\nCREATE TABLE t (\n  a TEXT -- a; comment\n);\n";
    same("start", &ran.stdout[..expected.len().min(ran.stdout.len())], expected)?;
    let last: Value = serde_json::from_str(ran.stdout.lines().last().unwrap_or_default()).unwrap_or_default();
    same("json", &last["results"], &json!([{ "n": 2 }]))?;
    let refused = typed(&home, "SELEC;\n.nothing\nSELECT 'goes on' AS a;\n.quit\nDROP TABLE t;\n");
    same("exit code", refused.code, Some(1))?;
    contains("stdout", &refused.stdout, "✘ near \"SELEC\": syntax error at offset 0: SQLITE_ERROR\n")?;
    contains("stdout", &refused.stdout, "✘ `.nothing` is not known; `.help` says what there is\n")?;
    contains("stdout", &refused.stdout, "goes on")?;
    contains("stderr", &refused.stderr, "some of the SQL was refused")?;
    contains("nothing after the end", &typed(&home, ".tables").stdout, "│ t    │ table │")
}

fn the_shell_goes_through_the_worker_that_runs() -> Outcome {
    let home = project();
    let dev = home.dev(&[]);
    same("exit code", typed(&home, "CREATE TABLE t (a);\nINSERT INTO t VALUES (1), (2);").code, Some(0))?;
    same("the Worker", crate::raw::get(&dev.url, "/")?.text().as_str(), "[[2]]")
}

/// A dump of more than 5 MB.
fn dump(last: &str) -> String {
    let mut sql = "BEGIN TRANSACTION;\nCREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n".to_owned();
    for id in 1..=5000 {
        sql.push_str(&format!("INSERT INTO t VALUES ({id}, '{}; {id}');\n", "x".repeat(1000)));
    }
    sql + last + "COMMIT;\n"
}

fn import(home: &Home, sql: &str) -> Ran {
    home.write("large.sql", sql);
    home.run(&["d1", "execute", "DB", "--json", "--file", "large.sql"])
}

fn count(home: &Home) -> Result<Value, String> {
    let ran = home.run(&["d1", "execute", "DB", "--json", "--command", "SELECT count(*) AS n, max(a) AS a FROM t"]);
    let results: Value = serde_json::from_str(&ran.stdout).map_err(|error| format!("{error}: {ran:?}"))?;
    Ok(results[0]["results"][0]["n"].clone())
}

fn a_large_file_is_imported_piece_by_piece() -> Outcome {
    let home = project();
    let ran = import(&home, &dump(""));
    same("exit code", ran.code, Some(0)).map_err(|error| format!("{error}: {ran:?}"))?;
    let results: Value = serde_json::from_str(&ran.stdout).map_err(|error| format!("{error}: {ran:?}"))?;
    let done = &results[0]["results"][0];
    same("statements", &done["Total queries executed"], &json!(5003))?;
    same("rows", done["Rows written"].as_u64().is_some_and(|rows| rows >= 5000), true)?;
    same("rows", count(&home)?, json!(5000))
}

fn a_large_file_with_a_mistake_changes_nothing() -> Outcome {
    let home = project();
    let ran = import(&home, &dump("INSERT INTO nowhere VALUES (1);\n"));
    same("exit code", ran.code, Some(1))?;
    contains("stdout", &ran.stdout, "statement 5003: no such table: nowhere: SQLITE_ERROR")?;
    contains("no table", &home.run(&["d1", "info", "DB", "--json"]).stdout, "\"num_tables\": 0")
}

fn a_large_file_goes_through_the_worker_that_runs() -> Outcome {
    let home = project();
    let dev = home.dev(&[]);
    same("exit code", import(&home, &dump("")).code, Some(0))?;
    same("the Worker", crate::raw::get(&dev.url, "/")?.text().as_str(), "[[5000]]")?;
    let refused = import(&home, &dump("INSERT INTO nowhere VALUES (1);\n"));
    contains("stdout", &refused.stdout, "statement 2: table t already exists")?;
    same("rows", count(&home)?, json!(5000))
}

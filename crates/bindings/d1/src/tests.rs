//! What D1 means.

mod crash;
mod disk;
mod dump;
mod import;
mod migrations;
mod page;
mod queries;
mod refusals;
mod replicas;

use crate::{D1, Database, QueryResult, Request, Statement, Value};
use edgeemu_world::World;

fn database() -> Database {
    D1::new(&World::simulated(1), None).database("test").unwrap()
}

fn run(database: &Database, sql: &str) -> QueryResult {
    bound(database, sql, &[])
}

fn bound(database: &Database, sql: &str, params: &[Value]) -> QueryResult {
    try_bound(database, sql, params).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn try_bound(database: &Database, sql: &str, params: &[Value]) -> Result<QueryResult, String> {
    let statement = Statement { sql: sql.to_owned(), params: params.to_vec() };
    batch(database, vec![statement]).map(|mut results| results.remove(0))
}

fn refusal(database: &Database, sql: &str) -> String {
    try_bound(database, sql, &[]).expect_err(sql)
}

fn batch(database: &Database, statements: Vec<Statement>) -> Result<Vec<QueryResult>, String> {
    database.query(Request { statements, ..Request::default() }).map_err(|error| error.to_string())
}

fn texts(result: &QueryResult) -> Vec<String> {
    result.rows.iter().flatten().map(|value| format!("{value:?}")).collect()
}

//! D1 over HTTP, in the shape of Cloudflare's REST API: `{ success, errors, messages, result }`.

use bytes::Bytes;
use edgeemu_d1::{
    D1, Database, ExportOptions, Request as D1Request, Shape, Statement, Value as D1Value, split_statements,
};
use edgeemu_runtime::Body;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use super::d1_stream::{self, Use, Written};
use crate::pages;

type Refused = (StatusCode, String);

/// `rest` is the path below `d1/database`.
pub(super) async fn answer(d1: &D1, rest: &str, request: Request<Body>) -> Response<Body> {
    let answered = match dispatch(d1, rest, request).await {
        Ok(Answer::Sql(body)) => return pages::typed(StatusCode::OK, "application/sql", body),
        Ok(Answer::Json(result)) => Ok(result),
        Err(refused) => Err(refused),
    };
    let (status, body) = match answered {
        Ok(result) => (StatusCode::OK, json!({ "success": true, "errors": [], "messages": [], "result": result })),
        Err((status, message)) => {
            let errors = json!([{ "code": 7500, "message": message }]);
            (status, json!({ "success": false, "errors": errors, "messages": [], "result": null }))
        }
    };
    pages::typed(status, "application/json", body.to_string())
}

enum Answer {
    Json(Value),
    Sql(Body),
}

async fn dispatch(d1: &D1, rest: &str, request: Request<Body>) -> Result<Answer, Refused> {
    let (method, rest) = (request.method().clone(), rest.trim_matches('/'));
    if rest.is_empty() && method == Method::GET {
        let ids = d1.ids().map_err(|error| internal(&error))?;
        return Ok(Answer::Json(ids.iter().map(|id| json!({ "uuid": id, "name": id })).collect()));
    }
    let unknown = || (StatusCode::NOT_FOUND, format!("no such address: {method} d1/database/{rest}"));
    let (id, action) = rest.split_once('/').ok_or_else(unknown)?;
    let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy();
    let open = || d1.database(&id).map_err(|error| internal(&error));
    let body = request.into_body();
    let stream = |what| d1_stream::written(open()?, what).map(Answer::Sql).map_err(|error| internal(&error));
    match (method.as_str(), action) {
        ("POST", "query") => run(&open()?, &collected(body).await?, Shape::Objects).await,
        ("POST", "raw") => run(&open()?, &collected(body).await?, Shape::Arrays).await,
        ("POST", "export") => stream(Written::Export(export_options(&parsed(&collected(body).await?)?))),
        ("GET", "dump") => stream(Written::Dump),
        ("POST", "import" | "restore") => {
            let how = if action == "import" { Use::Import } else { Use::Restore };
            let done = d1_stream::read(open()?, how, body).await;
            done.map(Answer::Json).map_err(|error| (StatusCode::BAD_REQUEST, error))
        }
        _ => Err(unknown()),
    }
}

async fn collected(body: Body) -> Result<Bytes, Refused> {
    body.collect().await.map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))
}

async fn run(database: &Database, body: &[u8], shape: Shape) -> Result<Answer, Refused> {
    let statements = statements(&parsed(body)?)?;
    let (results, _) =
        database.run(D1Request { statements, shape, session: None }).await.map_err(|error| invalid(&error))?;
    serde_json::from_str(&results).map(Answer::Json).map_err(|error| invalid(&error))
}

/// `{ sql, params }`, or `{ batch: [{ sql, params }, …] }`.
fn statements(body: &Value) -> Result<Vec<Statement>, Refused> {
    if let Some(batch) = body["batch"].as_array() {
        return batch.iter().map(statement).collect();
    }
    let single = statement(body)?;
    if !single.params.is_empty() {
        return Ok(vec![single]);
    }
    Ok(split_statements(&single.sql).into_iter().map(Statement::new).collect())
}

fn statement(body: &Value) -> Result<Statement, Refused> {
    let sql = body["sql"].as_str().ok_or_else(|| (StatusCode::BAD_REQUEST, "`sql` is not a string".to_owned()))?;
    let params = body["params"].as_array().into_iter().flatten().map(value).collect::<Result<_, _>>()?;
    Ok(Statement { sql: sql.to_owned(), params })
}

/// As a Worker's values are bound: numbers are real, lists of bytes are blobs. `{ "integer": 1 }` is what no Worker binds.
fn value(value: &Value) -> Result<D1Value, Refused> {
    let byte = |byte: &Value| byte.as_u64().and_then(|byte| u8::try_from(byte).ok());
    let bound = match value {
        Value::Null => Some(D1Value::Null),
        Value::Bool(is_true) => Some(D1Value::Real(f64::from(u8::from(*is_true)))),
        Value::Number(number) => number.as_f64().map(D1Value::Real),
        Value::String(text) => Some(D1Value::Text(text.clone())),
        Value::Array(bytes) => bytes.iter().map(byte).collect::<Option<_>>().map(D1Value::Blob),
        Value::Object(members) => members.get("integer").and_then(Value::as_i64).map(D1Value::Integer),
    };
    bound.ok_or_else(|| (StatusCode::BAD_REQUEST, format!("a value that cannot be bound: {value}")))
}

fn export_options(body: &Value) -> ExportOptions {
    let tables = body["tables"].as_array().into_iter().flatten();
    ExportOptions {
        tables: tables.filter_map(|table| table.as_str().map(str::to_owned)).collect(),
        no_schema: body["no_schema"] == true,
        no_data: body["no_data"] == true,
    }
}

fn parsed(body: &[u8]) -> Result<Value, Refused> {
    serde_json::from_slice(body).map_err(|error| invalid(&error))
}

fn internal(error: &dyn std::error::Error) -> Refused {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

fn invalid(error: &dyn std::error::Error) -> Refused {
    (StatusCode::BAD_REQUEST, error.to_string())
}

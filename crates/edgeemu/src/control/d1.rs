//! D1 over HTTP, in the shape of Cloudflare's REST API: `{ success, errors, messages, result }`.

use edgeemu_d1::{
    D1, Database, ExportOptions, Request as D1Request, Shape, Statement, Value as D1Value, split_statements,
};
use edgeemu_runtime::Body;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::pages;

type Refused = (StatusCode, String);

/// `rest` is the path below `d1/database`.
pub(super) async fn answer(d1: &D1, rest: &str, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let answered = match body.collect().await {
        Ok(body) => dispatch(d1, rest, &parts.method, &body).await,
        Err(error) => Err((StatusCode::BAD_REQUEST, error.to_string())),
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

async fn dispatch(d1: &D1, rest: &str, method: &Method, body: &[u8]) -> Result<Value, Refused> {
    let rest = rest.trim_matches('/');
    if rest.is_empty() && method == Method::GET {
        return Ok(d1.ids().iter().map(|id| json!({ "uuid": id, "name": id })).collect());
    }
    let unknown = || (StatusCode::NOT_FOUND, format!("no such address: {method} d1/database/{rest}"));
    let (id, action) = rest.split_once('/').ok_or_else(unknown)?;
    let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy();
    let open = || d1.database(&id).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()));
    match (method.as_str(), action) {
        ("POST", "query") => run(&open()?, body, Shape::Objects).await,
        ("POST", "raw") => run(&open()?, body, Shape::Arrays).await,
        ("POST", "export") => {
            let text = open()?.export(&export_options(&parsed(body)?)).map_err(|error| invalid(&error))?;
            Ok(json!({ "sql": text }))
        }
        _ => Err(unknown()),
    }
}

async fn run(database: &Database, body: &[u8], shape: Shape) -> Result<Value, Refused> {
    let statements = statements(&parsed(body)?)?;
    let (results, _) = database.run(D1Request { statements, shape }).await.map_err(|error| invalid(&error))?;
    serde_json::from_str(&results).map_err(|error| invalid(&error))
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

/// As a Worker's values are bound: numbers are real, lists of bytes are blobs.
fn value(value: &Value) -> Result<D1Value, Refused> {
    let byte = |byte: &Value| byte.as_u64().and_then(|byte| u8::try_from(byte).ok());
    let bound = match value {
        Value::Null => Some(D1Value::Null),
        Value::Bool(is_true) => Some(D1Value::Real(f64::from(u8::from(*is_true)))),
        Value::Number(number) => number.as_f64().map(D1Value::Real),
        Value::String(text) => Some(D1Value::Text(text.clone())),
        Value::Array(bytes) => bytes.iter().map(byte).collect::<Option<_>>().map(D1Value::Blob),
        Value::Object(_) => None,
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

fn invalid(error: &dyn std::error::Error) -> Refused {
    (StatusCode::BAD_REQUEST, error.to_string())
}

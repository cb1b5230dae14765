//! D1: from `runtime-js/bindings/d1.js` to the database and back.

use deno_core::{OpState, op2, v8};
use edgeemu_d1::{Bookmark, D1Error, Database, Request, Shape, Statement, Value};
use serde_json::json;

use crate::director::Asked;
use crate::host::Operation;
use crate::ops::{current_io, host};
use crate::script::BindingValue;
use crate::settle::Settled;

/// The database of a handle, which is the place of its binding in the script's list.
fn database(state: &OpState, handle: u32) -> Database {
    match &host(state).script.bindings[handle as usize].value {
        BindingValue::D1(database) => database.clone(),
        other => unreachable!("the handle of a D1 binding leads to {other:?}"),
    }
}

/// Resolves with `{ bookmark, results }` or `{ error }`.
#[op2]
pub(crate) fn op_d1_run<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    statements: v8::Local<v8::Array>,
    params: v8::Local<v8::Array>,
    as_arrays: bool,
    #[string] session: String,
) -> v8::Local<'s, v8::Promise> {
    let (host, io, database) = (host(state), current_io(scope), database(state, handle));
    let shape = if as_arrays { Shape::Arrays } else { Shape::Objects };
    let session = Some(session).filter(|session| !session.is_empty());
    let request = unpacked(scope, statements, params).map(|statements| Request { statements, shape, session });
    if host.director.is_some()
        && let Ok(request) = request
    {
        let binding = host.script.bindings[handle as usize].name.clone();
        return host.ask(scope, (io, Asked::D1 { binding, request }));
    }
    let answer = async move { Settled::Json(answer(database, request).await) };
    host.promise(scope, Operation::new(io, answer))
}

async fn answer(database: Database, request: Result<Request, D1Error>) -> String {
    let done = match request {
        Ok(request) => database.run(request).await,
        Err(error) => Err(error),
    };
    answer_text(done)
}

/// What JavaScript takes apart.
pub(crate) fn answer_text(done: Result<(String, Bookmark), D1Error>) -> String {
    match done {
        Ok((results, bookmark)) => format!("{{\"bookmark\":\"{bookmark}\",\"results\":{results}}}"),
        Err(error) => json!({ "error": error.to_string() }).to_string(),
    }
}

fn unpacked(
    scope: &mut v8::PinScope,
    statements: v8::Local<v8::Array>,
    params: v8::Local<v8::Array>,
) -> Result<Vec<Statement>, D1Error> {
    let mut unpacked = Vec::with_capacity(statements.length() as usize);
    for index in 0..statements.length() {
        let sql = statements.get_index(scope, index).and_then(|sql| v8::Local::<v8::String>::try_from(sql).ok());
        let sql = sql.ok_or_else(|| D1Error::Malformed("the SQL of a statement is not a string".to_owned()))?;
        let values = params.get_index(scope, index).and_then(|values| v8::Local::<v8::Array>::try_from(values).ok());
        let params = values.map(|values| list(scope, values)).transpose()?.unwrap_or_default();
        unpacked.push(Statement { sql: sql.to_rust_string_lossy(scope), params });
    }
    Ok(unpacked)
}

fn list(scope: &mut v8::PinScope, values: v8::Local<v8::Array>) -> Result<Vec<Value>, D1Error> {
    let mut list = Vec::with_capacity(values.length() as usize);
    for index in 0..values.length() {
        let value = values.get_index(scope, index);
        list.push(value.map_or(Ok(Value::Null), |value| unpacked_value(scope, value))?);
    }
    Ok(list)
}

/// A number is always real, as it is in production.
fn unpacked_value(scope: &mut v8::PinScope, value: v8::Local<v8::Value>) -> Result<Value, D1Error> {
    if let Ok(number) = v8::Local::<v8::Number>::try_from(value) {
        let number = number.value();
        return Ok(if number.is_finite() { Value::Real(number) } else { Value::Null });
    }
    if value.is_null_or_undefined() {
        return Ok(Value::Null);
    }
    if let Ok(text) = v8::Local::<v8::String>::try_from(value) {
        return Ok(Value::Text(text.to_rust_string_lossy(scope)));
    }
    if let Ok(bytes) = v8::Local::<v8::Array>::try_from(value) {
        let byte =
            |scope: &mut v8::PinScope, index| bytes.get_index(scope, index).and_then(|byte| byte.uint32_value(scope));
        #[allow(clippy::cast_possible_truncation, reason = "each is below 256, or cut as `Uint8Array` does")]
        return Ok(Value::Blob(
            (0..bytes.length()).map(|index| byte(scope, index).unwrap_or_default() as u8).collect(),
        ));
    }
    Err(D1Error::Malformed("a bound value is neither a number, a string, null nor a list of bytes".to_owned()))
}

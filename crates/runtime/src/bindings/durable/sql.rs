//! SQL of an object: statements and cursors.

use deno_core::{OpState, op2, v8};
use edgeemu_durable::{Cursor, DurableError, Value};

use super::object;
use crate::ops::static_bytes;
use crate::settle::string;

/// Runs SQL up to the first row of its last statement: `[cursor, columns, read, written]`, without a cursor (-1) if
/// there are no rows.
#[op2]
pub(crate) fn op_sql_exec<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    #[string] query: &str,
    bindings: v8::Local<v8::Array>,
) -> Result<v8::Local<'s, v8::Value>, DurableError> {
    let object = object(state, io)?;
    let mut params = Vec::with_capacity(bindings.length() as usize);
    for index in 0..bindings.length() {
        let value = bindings.get_index(scope, index).map_or(Value::Null, |value| to_value(scope, value));
        params.push(value);
    }
    let cursor = object.store.exec(query, &params)?;
    let columns: Vec<v8::Local<v8::Value>> = cursor.columns().iter().map(|name| string(scope, name).into()).collect();
    let columns = v8::Array::new_with_elements(scope, &columns).into();
    let [read, written] = counts(scope, &cursor);
    let id =
        if cursor.is_done() { -1 } else { i32::try_from(object.cursors.borrow_mut().insert(cursor)).unwrap_or(-1) };
    let id = v8::Integer::new(scope, id).into();
    Ok(v8::Array::new_with_elements(scope, &[id, columns, read, written]).into())
}

/// The values of the next row; null after the last.
#[op2]
pub(crate) fn op_sql_next<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    #[smi] cursor: u32,
) -> Result<v8::Local<'s, v8::Value>, DurableError> {
    let object = object(state, io)?;
    let mut cursors = object.cursors.borrow_mut();
    let Some(cursor) = cursors.get_mut(cursor as usize) else { return Ok(v8::null(scope).into()) };
    let row = cursor.next_row()?;
    Ok(match row {
        Some(row) => to_row(scope, &row),
        None => v8::null(scope).into(),
    })
}

/// All rows that are left.
#[op2]
pub(crate) fn op_sql_rest<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    #[smi] cursor: u32,
) -> Result<v8::Local<'s, v8::Value>, DurableError> {
    let object = object(state, io)?;
    let mut cursors = object.cursors.borrow_mut();
    let mut rows = Vec::new();
    if let Some(cursor) = cursors.get_mut(cursor as usize) {
        while let Some(row) = cursor.next_row()? {
            rows.push(to_row(scope, &row));
        }
    }
    Ok(v8::Array::new_with_elements(scope, &rows).into())
}

/// What the statement has done so far: `[read, written]`.
#[op2]
pub(crate) fn op_sql_counts<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    #[smi] cursor: u32,
) -> Result<v8::Local<'s, v8::Value>, DurableError> {
    let object = object(state, io)?;
    let cursors = object.cursors.borrow();
    let counts = cursors.get(cursor as usize).map(|cursor| counts(scope, cursor));
    Ok(list_or_null(scope, counts))
}

/// The statement is over; gives what it did.
#[op2]
pub(crate) fn op_sql_close<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    #[smi] cursor: u32,
) -> v8::Local<'s, v8::Value> {
    let object = crate::ops::host(state).object(io);
    let removed = object.and_then(|object| object.cursors.borrow_mut().try_remove(cursor as usize));
    let counts = removed.map(|cursor| counts(scope, &cursor));
    list_or_null(scope, counts)
}

#[op2(fast)]
pub(crate) fn op_sql_size(state: &mut OpState, #[smi] io: u32) -> Result<f64, DurableError> {
    #[allow(clippy::cast_precision_loss, reason = "a database is far smaller than 2^53 bytes")]
    Ok(object(state, io)?.store.database_size()? as f64)
}

fn list_or_null<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    list: Option<[v8::Local<'s, v8::Value>; 2]>,
) -> v8::Local<'s, v8::Value> {
    match list {
        Some(list) => v8::Array::new_with_elements(scope, &list).into(),
        None => v8::null(scope).into(),
    }
}

#[allow(clippy::cast_precision_loss, reason = "nobody counts 2^53 rows")]
fn counts<'s>(scope: &mut v8::PinScope<'s, '_>, cursor: &Cursor) -> [v8::Local<'s, v8::Value>; 2] {
    let counts = cursor.counts();
    [counts.rows_read, counts.rows_written].map(|count| v8::Number::new(scope, count as f64).into())
}

/// A number is always real, as it is in production.
fn to_value(scope: &mut v8::PinScope, value: v8::Local<v8::Value>) -> Value {
    if let Ok(number) = v8::Local::<v8::Number>::try_from(value) {
        return Value::Real(number.value());
    }
    if value.is_null_or_undefined() {
        return Value::Null;
    }
    if value.is_array_buffer_view() {
        return Value::Blob(static_bytes(scope, value).into());
    }
    Value::Text(value.to_rust_string_lossy(scope))
}

fn to_row<'s>(scope: &mut v8::PinScope<'s, '_>, row: &[Value]) -> v8::Local<'s, v8::Value> {
    let values: Vec<_> = row.iter().map(|value| from_value(scope, value)).collect();
    v8::Array::new_with_elements(scope, &values).into()
}

/// Whole numbers lose what a double cannot hold, as in production.
fn from_value<'s>(scope: &mut v8::PinScope<'s, '_>, value: &Value) -> v8::Local<'s, v8::Value> {
    match value {
        Value::Null => v8::null(scope).into(),
        #[allow(clippy::cast_precision_loss, reason = "production does the same")]
        Value::Integer(number) => v8::Number::new(scope, *number as f64).into(),
        Value::Real(number) => v8::Number::new(scope, *number).into(),
        Value::Text(text) => string(scope, text).into(),
        Value::Blob(bytes) => {
            let store = v8::ArrayBuffer::new_backing_store_from_vec(bytes.clone()).make_shared();
            v8::ArrayBuffer::with_backing_store(scope, &store).into()
        }
    }
}

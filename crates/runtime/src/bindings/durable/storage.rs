//! Keys, values, transactions and the alarm of an object.

use deno_core::{JsBuffer, OpState, op2, v8};
use edgeemu_durable::{DurableError, ListOptions, WriteOptions};
use serde::Deserialize;

use super::object;
use crate::host::Operation;
use crate::ops::{current_io, host, static_bytes};
use crate::settle::{Settled, string, uint8_array};

type Pair = (String, Vec<u8>);

/// The options of a listing as JavaScript passes them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listing {
    start: Option<String>,
    start_after: Option<String>,
    end: Option<String>,
    prefix: Option<String>,
    reverse: bool,
    limit: Option<f64>,
}

impl From<Listing> for ListOptions {
    fn from(listing: Listing) -> ListOptions {
        let Listing { start, start_after, end, prefix, reverse, limit } = listing;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limits saturate")]
        let limit = limit.map(|limit| limit as u64);
        ListOptions { start, start_after, end, prefix, reverse, limit }
    }
}

fn write(allow_unconfirmed: bool) -> WriteOptions {
    WriteOptions { allow_unconfirmed }
}

/// The bytes of a value, or undefined.
#[op2]
pub(crate) fn op_storage_get<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    #[string] key: &str,
) -> Result<v8::Local<'s, v8::Value>, DurableError> {
    let value = object(state, io)?.store.get(key)?;
    Ok(match value {
        Some(bytes) => uint8_array(scope, bytes.into()),
        None => v8::undefined(scope).into(),
    })
}

#[op2]
pub(crate) fn op_storage_get_many<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    keys: v8::Local<v8::Array>,
) -> Result<v8::Local<'s, v8::Value>, DurableError> {
    let keys = texts(scope, keys);
    let found = object(state, io)?.store.get_many(&keys)?;
    Ok(flat(scope, found))
}

#[op2]
pub(crate) fn op_storage_put(
    state: &mut OpState,
    #[smi] io: u32,
    #[string] key: &str,
    #[buffer] value: JsBuffer,
    unconfirmed: bool,
) -> Result<(), DurableError> {
    object(state, io)?.store.put(key, &value, write(unconfirmed))
}

/// `pairs`: key, bytes, key, bytes.
#[op2(fast)]
pub(crate) fn op_storage_put_many(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    pairs: v8::Local<v8::Array>,
    unconfirmed: bool,
) -> Result<(), DurableError> {
    let mut put: Vec<Pair> = Vec::with_capacity(pairs.length() as usize / 2);
    for index in (0..pairs.length()).step_by(2) {
        let key = pairs.get_index(scope, index).map(|key| key.to_rust_string_lossy(scope)).unwrap_or_default();
        let value = pairs.get_index(scope, index + 1).map(|value| static_bytes(scope, value)).unwrap_or_default();
        put.push((key, value.into()));
    }
    object(state, io)?.store.put_many(&put, write(unconfirmed))
}

#[op2(fast)]
pub(crate) fn op_storage_delete(
    state: &mut OpState,
    #[smi] io: u32,
    #[string] key: &str,
    unconfirmed: bool,
) -> Result<bool, DurableError> {
    object(state, io)?.store.delete(key, write(unconfirmed))
}

#[op2(fast)]
pub(crate) fn op_storage_delete_many(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    keys: v8::Local<v8::Array>,
    unconfirmed: bool,
) -> Result<f64, DurableError> {
    let keys = texts(scope, keys);
    let removed = object(state, io)?.store.delete_many(&keys, write(unconfirmed))?;
    #[allow(clippy::cast_precision_loss, reason = "a count of keys")]
    Ok(removed as f64)
}

#[op2]
pub(crate) fn op_storage_list<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    #[serde] options: Listing,
) -> Result<v8::Local<'s, v8::Value>, DurableError> {
    let found = object(state, io)?.store.list(&options.into())?;
    Ok(flat(scope, found))
}

/// The pair that comes behind the key `last`, or null.
#[op2]
pub(crate) fn op_storage_list_next<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
    #[serde] options: Listing,
    #[string] last: Option<String>,
) -> Result<v8::Local<'s, v8::Value>, DurableError> {
    let found = object(state, io)?.store.list_next(&options.into(), last)?;
    Ok(match found {
        Some(pair) => flat(scope, vec![pair]),
        None => v8::null(scope).into(),
    })
}

/// Removes everything, the alarm too since its date. Statements under way end.
#[op2(fast)]
pub(crate) fn op_storage_delete_all(state: &mut OpState, #[smi] io: u32) -> Result<(), DurableError> {
    const ALARM_TOO: &str = "delete_all_deletes_alarm";
    let object = object(state, io)?;
    if !object.store.is_in_transaction() {
        object.cursors.borrow_mut().clear();
    }
    let alarm_too = host(state).script.flags.iter().any(|flag| flag == ALARM_TOO);
    object.store.delete_all(alarm_too)
}

/// When the alarm is set for; negative if it is not.
#[op2(fast)]
pub(crate) fn op_storage_alarm(state: &mut OpState, #[smi] io: u32) -> Result<f64, DurableError> {
    let alarm = object(state, io)?.store.alarm()?;
    Ok(alarm.map_or(-1.0, crate::isolate::millis))
}

#[op2(fast)]
pub(crate) fn op_storage_set_alarm(state: &mut OpState, #[smi] io: u32, millis: f64) -> Result<(), DurableError> {
    object(state, io)?.store.set_alarm(Some(millis))
}

#[op2(fast)]
pub(crate) fn op_storage_delete_alarm(state: &mut OpState, #[smi] io: u32) -> Result<(), DurableError> {
    object(state, io)?.store.set_alarm(None)
}

#[op2]
#[string]
pub(crate) fn op_storage_bookmark(state: &mut OpState, #[smi] io: u32) -> Result<String, DurableError> {
    object(state, io)?.store.current_bookmark()
}

/// Begins a transaction; gives its number.
#[op2(fast)]
#[smi]
pub(crate) fn op_storage_begin(state: &mut OpState, #[smi] io: u32, is_async: bool) -> Result<u32, DurableError> {
    object(state, io)?.store.begin_transaction(is_async)
}

/// Ends a transaction: keeps or undoes what was written in it.
#[op2(fast)]
pub(crate) fn op_storage_end(
    state: &mut OpState,
    #[smi] io: u32,
    #[smi] transaction: u32,
    keep: bool,
) -> Result<(), DurableError> {
    object(state, io)?.store.end_transaction(transaction, keep)
}

/// Settles when everything that was written is durable.
#[op2]
pub(crate) fn op_storage_sync<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] io: u32,
) -> v8::Local<'s, v8::Promise> {
    let host = host(state);
    let passed = host.object(io).map(|object| object.store.output().passed());
    let io = current_io(scope);
    let durable = async move {
        let Some(passed) = passed else { return std::future::pending().await };
        if passed.await { Settled::Undefined } else { std::future::pending().await }
    };
    host.promise(scope, Operation::observer(io, durable))
}

#[op2(fast)]
pub(crate) fn op_storage_check_kv(state: &mut OpState, #[smi] io: u32) -> Result<(), DurableError> {
    object(state, io)?.store.check_sync_kv()
}

/// The error for what JavaScript notices by itself.
#[op2(fast)]
pub(crate) fn op_storage_refuse(#[string] why: &str, #[string] name: String) -> Result<(), DurableError> {
    Err(match why {
        "put-undefined" => DurableError::PutUndefined,
        "put-shape" => DurableError::PutShape,
        "rolled-back" => DurableError::RolledBack(name),
        "committed" => DurableError::Committed(name),
        "delete-all" => DurableError::DeleteAllInTransaction,
        "list-invalidated" => DurableError::ListInvalidated,
        "no-results" => DurableError::NoResults,
        "many-results" => DurableError::ManyResults,
        "no-alarm-handler" => DurableError::NoAlarmHandler,
        _ => DurableError::NoRecovery,
    })
}

fn texts(scope: &mut v8::PinScope, list: v8::Local<v8::Array>) -> Vec<String> {
    let text = |index| list.get_index(scope, index).map(|text| text.to_rust_string_lossy(scope)).unwrap_or_default();
    (0..list.length()).map(text).collect()
}

fn flat<'s>(scope: &mut v8::PinScope<'s, '_>, pairs: Vec<Pair>) -> v8::Local<'s, v8::Value> {
    let mut flat: Vec<v8::Local<v8::Value>> = Vec::with_capacity(pairs.len() * 2);
    for (key, value) in pairs {
        flat.push(string(scope, &key).into());
        flat.push(uint8_array(scope, value.into()));
    }
    v8::Array::new_with_elements(scope, &flat).into()
}

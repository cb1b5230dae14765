//! KV: from `runtime-js/bindings/kv.js` to the namespace and back.

use std::rc::Rc;

use bytes::Bytes;
use deno_core::{OpState, op2, v8};
use edgeemu_kv::consistency::{ListRead, Read, Site};
use edgeemu_kv::{BulkGetOptions, Entry, GetOptions, KvError, ListOptions, Operation, PutOptions};

use crate::host::Host;
use crate::script::BindingValue;
use crate::settle::{string, uint8_array};

/// Stands for an option that was not given.
const ABSENT: i32 = i32::MIN;

fn given(option: i32) -> Option<i64> {
    (option != ABSENT).then_some(i64::from(option))
}

/// The namespace of a handle, which is the place of its binding in the script's list, as the calling invocation sees it.
fn site(scope: &mut v8::PinScope, state: &OpState, handle: u32) -> Site {
    let host = state.borrow::<Rc<Host>>();
    match &host.script.bindings[handle as usize].value {
        BindingValue::Kv(colos) if colos.is_direct() => colos.at(host.place),
        BindingValue::Kv(colos) => {
            let context = host.context(crate::ops::current_io(scope));
            colos.at(context.map_or(host.place, |context| context.place))
        }
        other => unreachable!("the handle of a KV binding leads to {other:?}"),
    }
}

/// A key that is not text: the operation (`GET`, `PUT`, `DELETE`) is refused with production's words.
#[op2(fast)]
pub(crate) fn op_kv_undecodable(#[string] operation: &str) -> Result<(), KvError> {
    Err(KvError::undecodable_key(match operation {
        "PUT" => Operation::Put,
        "DELETE" => Operation::Delete,
        _ => Operation::Get,
    }))
}

/// null, or `{ value, metadata, cacheStatus }`.
#[op2]
pub(crate) fn op_kv_get<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
    cache_ttl: i32,
    as_text: bool,
) -> Result<v8::Local<'s, v8::Value>, KvError> {
    let read = site(scope, state, handle).get(key, &GetOptions { cache_ttl: given(cache_ttl) })?;
    Ok(match &read.entry {
        None => v8::null(scope).into(),
        Some(entry) => entry_object(scope, entry, as_text).into(),
    })
}

/// One row `{ key, value, metadata }` per distinct key.
#[op2]
pub(crate) fn op_kv_get_many<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    #[serde] keys: Vec<String>,
    #[string] value_type: String,
    _with_metadata: bool,
    cache_ttl: i32,
) -> Result<v8::Local<'s, v8::Value>, KvError> {
    let value_type = (!value_type.is_empty()).then_some(value_type);
    let options = BulkGetOptions { value_type, cache_ttl: given(cache_ttl) };
    let rows = site(scope, state, handle).get_many(&keys, &options)?;
    let rows: Vec<v8::Local<v8::Value>> = rows.into_iter().map(|row| row_object(scope, row).into()).collect();
    Ok(v8::Array::new_with_elements(scope, &rows).into())
}

#[op2]
pub(crate) fn op_kv_put(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
    value: v8::Local<v8::Value>,
    expiration: i32,
    expiration_ttl: i32,
    #[string] metadata: Option<String>,
) -> Result<(), KvError> {
    let value: Bytes = crate::ops::static_bytes(scope, value);
    let options = PutOptions { expiration: given(expiration), expiration_ttl: given(expiration_ttl), metadata };
    site(scope, state, handle).put(key, value, &options)?;
    Ok(())
}

#[op2(fast)]
pub(crate) fn op_kv_delete(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
) -> Result<(), KvError> {
    site(scope, state, handle).delete(key)?;
    Ok(())
}

/// `{ keys, listComplete, cursor, cacheStatus }`.
#[op2]
pub(crate) fn op_kv_list<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] prefix: Option<String>,
    limit: i32,
    #[string] cursor: Option<String>,
) -> Result<v8::Local<'s, v8::Value>, KvError> {
    let page = site(scope, state, handle).list(&ListOptions { prefix, limit: given(limit), cursor })?;
    Ok(page_object(scope, page).into())
}

fn entry_object<'s>(scope: &mut v8::PinScope<'s, '_>, entry: &Entry, as_text: bool) -> v8::Local<'s, v8::Object> {
    let value = if as_text { text(scope, &entry.value) } else { uint8_array(scope, entry.value.clone()) };
    let metadata = optional(scope, entry.metadata.as_deref());
    let cache_status = v8::null(scope).into();
    object(scope, &[("value", value), ("metadata", metadata), ("cacheStatus", cache_status)])
}

fn row_object<'s>(scope: &mut v8::PinScope<'s, '_>, row: (String, Read)) -> v8::Local<'s, v8::Object> {
    let (key, read) = row;
    let key = string(scope, &key).into();
    let (value, metadata) = match &read.entry {
        Some(entry) => (text(scope, &entry.value), optional(scope, entry.metadata.as_deref())),
        None => (v8::null(scope).into(), v8::null(scope).into()),
    };
    object(scope, &[("key", key), ("value", value), ("metadata", metadata)])
}

fn page_object<'s>(scope: &mut v8::PinScope<'s, '_>, ListRead { page, .. }: ListRead) -> v8::Local<'s, v8::Object> {
    let mut keys: Vec<v8::Local<v8::Value>> = Vec::with_capacity(page.keys.len());
    for key in page.keys {
        let name = string(scope, &key.name).into();
        let expiration = number(scope, key.expiration);
        let metadata = optional(scope, key.metadata.as_deref());
        keys.push(object(scope, &[("name", name), ("expiration", expiration), ("metadata", metadata)]).into());
    }
    let keys = v8::Array::new_with_elements(scope, &keys).into();
    let complete = v8::Boolean::new(scope, page.list_complete).into();
    let cursor = optional(scope, page.cursor.as_deref());
    let cache_status = v8::null(scope).into();
    let fields = [("keys", keys), ("listComplete", complete), ("cursor", cursor), ("cacheStatus", cache_status)];
    object(scope, &fields)
}

fn object<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    fields: &[(&str, v8::Local<'s, v8::Value>)],
) -> v8::Local<'s, v8::Object> {
    let object = v8::Object::new(scope);
    for (name, value) in fields {
        let name = string(scope, name);
        object.set(scope, name.into(), *value);
    }
    object
}

fn text<'s>(scope: &mut v8::PinScope<'s, '_>, bytes: &[u8]) -> v8::Local<'s, v8::Value> {
    string(scope, &String::from_utf8_lossy(bytes)).into()
}

fn optional<'s>(scope: &mut v8::PinScope<'s, '_>, text: Option<&str>) -> v8::Local<'s, v8::Value> {
    match text {
        Some(text) => string(scope, text).into(),
        None => v8::null(scope).into(),
    }
}

#[allow(clippy::cast_precision_loss, reason = "seconds stay exact for 285 million years")]
fn number<'s>(scope: &mut v8::PinScope<'s, '_>, value: Option<i64>) -> v8::Local<'s, v8::Value> {
    match value {
        Some(value) => v8::Number::new(scope, value as f64).into(),
        None => v8::null(scope).into(),
    }
}

//! KV: from `runtime-js/bindings/kv.js` to the namespace and back.

use std::rc::Rc;

use bytes::Bytes;
use deno_core::{OpState, op2, v8};
use edgeemu_kv::consistency::{Site, Told};
use edgeemu_kv::{BulkGetOptions, Entry, GetOptions, KvError, ListOptions, ListPage, Operation, PutOptions};

use super::kv_directed;
use crate::context::IoContext;
use crate::host::Host;
use crate::kv_seen::KvSeen;
use crate::report::Level;
use crate::script::BindingValue;
use crate::settle::{KvAnswer, string, uint8_array};

/// Stands for an option that was not given.
const ABSENT: i32 = i32::MIN;

fn given(option: i32) -> Option<i64> {
    (option != ABSENT).then_some(i64::from(option))
}

/// A namespace as the calling invocation sees it, and who listens to what there is to say about it.
struct Call {
    site: Site,
    handle: u32,
    /// Nobody where nothing lies between the namespace and the Worker.
    listener: Option<(Rc<Host>, Option<Rc<IoContext>>)>,
}

impl Call {
    /// `handle`: the place of the binding in the script's list.
    fn new(scope: &mut v8::PinScope, state: &OpState, handle: u32) -> Call {
        let host = state.borrow::<Rc<Host>>();
        match &host.script.bindings[handle as usize].value {
            BindingValue::Kv(colos) if colos.is_direct() => Call { site: colos.at(host.place), handle, listener: None },
            BindingValue::Kv(colos) => {
                let context = host.context(crate::ops::current_io(scope));
                let place = context.as_ref().map_or(host.place, |context| context.place);
                Call { site: colos.at(place), handle, listener: Some((Rc::clone(host), context)) }
            }
            other => unreachable!("the handle of a KV binding leads to {other:?}"),
        }
    }

    /// Passes on what was said, and notes what was seen.
    fn hear<T>(&self, told: Told<T>, note: impl FnOnce(&T, &str, &mut KvSeen)) -> T {
        let Some((host, context)) = &self.listener else { return told.answer };
        let binding = &host.script.bindings[self.handle as usize].name;
        for remark in &told.remarks {
            let io = context.as_ref().map_or(0, |context| context.id);
            host.notice(io, Level::Warn, format!("KV {binding}: {remark}"));
        }
        if let Some(context) = context {
            note(&told.answer, binding, &mut context.kv_seen.borrow_mut());
        }
        told.answer
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
    if let Some(promise) = kv_directed::get(scope, state, (handle, key, given(cache_ttl), as_text))? {
        return Ok(promise);
    }
    let call = Call::new(scope, state, handle);
    let told = call.site.get(key, &GetOptions { cache_ttl: given(cache_ttl) })?;
    let read = call.hear(told, |read, binding, seen| seen.read((binding, key), read, &call.site));
    Ok(match &read.entry {
        None => v8::null(scope).into(),
        Some(entry) => {
            let cache_status = call.site.has_caches().then(|| read.cache_status().as_str());
            entry_object(scope, (entry, cache_status), as_text).into()
        }
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
    if let Some(promise) = kv_directed::get_many(scope, state, (handle, &keys, &options))? {
        return Ok(promise);
    }
    let call = Call::new(scope, state, handle);
    let told = call.site.get_many(&keys, &options)?;
    let rows = call.hear(told, |rows, binding, seen| {
        rows.iter().for_each(|(key, read)| seen.read((binding, key), read, &call.site));
    });
    let rows = rows.into_iter().map(|(key, read)| (key, read.entry)).collect();
    Ok(rows_array(scope, rows))
}

fn rows_array<'s>(scope: &mut v8::PinScope<'s, '_>, rows: Vec<(String, Option<Entry>)>) -> v8::Local<'s, v8::Value> {
    let rows: Vec<v8::Local<v8::Value>> = rows.into_iter().map(|row| row_object(scope, row).into()).collect();
    v8::Array::new_with_elements(scope, &rows).into()
}

/// What was given to whoever waited for it.
pub(crate) fn answer_value<'s>(scope: &mut v8::PinScope<'s, '_>, answer: KvAnswer) -> v8::Local<'s, v8::Value> {
    match answer {
        KvAnswer::Entry { entry: None, .. } => v8::null(scope).into(),
        KvAnswer::Entry { entry: Some(entry), as_text } => entry_object(scope, (&entry, None), as_text).into(),
        KvAnswer::Rows(rows) => rows_array(scope, rows),
        KvAnswer::Page(mut page) => {
            page.cursor = page.cursor.as_deref().map(edgeemu_kv::checked::cursor_after);
            page_object(scope, (page, None)).into()
        }
    }
}

#[op2]
pub(crate) fn op_kv_put<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
    value: v8::Local<v8::Value>,
    expiration: i32,
    expiration_ttl: i32,
    #[string] metadata: Option<String>,
) -> Result<v8::Local<'s, v8::Value>, KvError> {
    let value: Bytes = crate::ops::static_bytes(scope, value);
    let options = PutOptions { expiration: given(expiration), expiration_ttl: given(expiration_ttl), metadata };
    let put = (handle, key, value);
    if let Some(promise) = kv_directed::put(scope, state, (&put, &options))? {
        return Ok(promise);
    }
    let (_, _, value) = put;
    let call = Call::new(scope, state, handle);
    let told = call.site.put(key, value, &options)?;
    call.hear(told, |_, _, _| {});
    Ok(v8::undefined(scope).into())
}

#[op2]
pub(crate) fn op_kv_delete<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
) -> Result<v8::Local<'s, v8::Value>, KvError> {
    if let Some(promise) = kv_directed::delete(scope, state, (handle, key))? {
        return Ok(promise);
    }
    let call = Call::new(scope, state, handle);
    let told = call.site.delete(key)?;
    call.hear(told, |_, _, _| {});
    Ok(v8::undefined(scope).into())
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
    let options = ListOptions { prefix, limit: given(limit), cursor };
    if let Some(promise) = kv_directed::list(scope, state, (handle, &options))? {
        return Ok(promise);
    }
    let call = Call::new(scope, state, handle);
    let told = call.site.list(&options)?;
    let prefix = options.prefix.as_deref().unwrap_or_default();
    let list = call.hear(told, |list, binding, seen| seen.list((binding, prefix), list, &call.site));
    let cache_status = call.site.has_caches().then_some(if list.from_cache { "HIT" } else { "MISS" });
    Ok(page_object(scope, (list.page, cache_status)).into())
}

fn entry_object<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    (entry, cache_status): (&Entry, Option<&str>),
    as_text: bool,
) -> v8::Local<'s, v8::Object> {
    let value = if as_text { text(scope, &entry.value) } else { uint8_array(scope, entry.value.clone()) };
    let metadata = optional(scope, entry.metadata.as_deref());
    let cache_status = optional(scope, cache_status);
    object(scope, &[("value", value), ("metadata", metadata), ("cacheStatus", cache_status)])
}

fn row_object<'s>(scope: &mut v8::PinScope<'s, '_>, row: (String, Option<Entry>)) -> v8::Local<'s, v8::Object> {
    let (key, entry) = row;
    let key = string(scope, &key).into();
    let (value, metadata) = match entry {
        Some(entry) => (text(scope, &entry.value), optional(scope, entry.metadata.as_deref())),
        None => (v8::null(scope).into(), v8::null(scope).into()),
    };
    object(scope, &[("key", key), ("value", value), ("metadata", metadata)])
}

fn page_object<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    (page, cache_status): (ListPage, Option<&str>),
) -> v8::Local<'s, v8::Object> {
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
    let cache_status = optional(scope, cache_status);
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

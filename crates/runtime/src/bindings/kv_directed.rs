//! KV in an isolate with a director: what is asked for is checked and announced, and answered when the director says so.
//!
//! Each function gives `None` where there is no director, and things happen at once.

use std::rc::Rc;

use bytes::Bytes;
use deno_core::{OpState, v8};
use edgeemu_kv::{BulkGetOptions, GetOptions, KvError, ListOptions, PutOptions, checked};

use crate::director::{Asked, ManyKeys};
use crate::host::Host;

type Promise<'s> = Result<Option<v8::Local<'s, v8::Value>>, KvError>;

/// The host and the calling invocation, if somebody decides when operations happen.
fn directed(scope: &mut v8::PinScope<'_, '_>, state: &OpState) -> Option<(Rc<Host>, u32)> {
    let host = state.borrow::<Rc<Host>>();
    host.director.as_ref()?;
    Some((Rc::clone(host), crate::ops::current_io(scope)))
}

/// The name of the binding of a handle.
fn binding(host: &Host, handle: u32) -> String {
    host.script.bindings[handle as usize].name.clone()
}

pub(super) fn get<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &OpState,
    (handle, key, cache_ttl, as_text): (u32, &str, Option<i64>, bool),
) -> Promise<'s> {
    let Some((host, io)) = directed(scope, state) else { return Ok(None) };
    let (binding, cache_ttl) = (binding(&host, handle), checked::get(key, &GetOptions { cache_ttl })?);
    let asked = Asked::KvGet { binding, key: key.to_owned(), cache_ttl };
    Ok(Some(host.ask_entry(scope, (io, asked, as_text)).into()))
}

pub(super) fn get_many<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &OpState,
    (handle, keys, options): (u32, &[String], &BulkGetOptions),
) -> Promise<'s> {
    let Some((host, io)) = directed(scope, state) else { return Ok(None) };
    let (distinct, cache_ttl) = checked::get_many(keys, options)?;
    let binding = binding(&host, handle);
    let many = ManyKeys { binding, keys: keys.to_vec(), distinct, cache_ttl, options: options.clone() };
    Ok(Some(host.ask_rows(scope, (io, many)).into()))
}

pub(super) fn put<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &OpState,
    ((handle, key, value), options): (&(u32, &str, Bytes), &PutOptions),
) -> Promise<'s> {
    let Some((host, io)) = directed(scope, state) else { return Ok(None) };
    let entry = checked::put(key, value.clone(), (options, host.now()))?;
    let asked = Asked::KvPut { binding: binding(&host, *handle), key: (*key).to_owned(), entry };
    Ok(Some(host.ask(scope, (io, asked)).into()))
}

pub(super) fn delete<'s>(scope: &mut v8::PinScope<'s, '_>, state: &OpState, (handle, key): (u32, &str)) -> Promise<'s> {
    let Some((host, io)) = directed(scope, state) else { return Ok(None) };
    checked::delete(key)?;
    let asked = Asked::KvDelete { binding: binding(&host, handle), key: key.to_owned() };
    Ok(Some(host.ask(scope, (io, asked)).into()))
}

pub(super) fn list<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &OpState,
    (handle, options): (u32, &ListOptions),
) -> Promise<'s> {
    let Some((host, io)) = directed(scope, state) else { return Ok(None) };
    let asked = Asked::KvList { binding: binding(&host, handle), query: checked::list(options)? };
    Ok(Some(host.ask(scope, (io, asked)).into()))
}

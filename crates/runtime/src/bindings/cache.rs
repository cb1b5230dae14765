//! Caches: from `runtime-js/bindings/cache.js` to the caches of a location and back.

use std::rc::Rc;

use bytes::BytesMut;
use deno_core::{OpState, op2, v8};
use edgeemu_cache::{BODY_BYTES_MAX, Cache, CacheError, Found, NotStored, Stored};
use serde_json::json;

use crate::body::Body;
use crate::host::{Host, Operation};
use crate::ops::fetch::outgoing_body;
use crate::ops::{add_source, current_io, headers_from_wire, headers_to_wire, host};
use crate::report::Level;
use crate::settle::Settled;
use crate::source::Source;

/// The cache of a name where the invocation `io` runs; the default one has no name.
fn cache(host: &Host, io: u32, name: Option<&str>) -> Result<Cache, CacheError> {
    // What is stored would outlive the run.
    if host.director.is_some() {
        return Err(CacheError::NotSimulated);
    }
    let place = host.context(io).map_or(host.place, |context| context.place);
    host.script.caches.open(place.colo.as_str(), name)
}

/// Checks a name.
#[op2(fast)]
pub(crate) fn op_cache_open(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[string] name: &str,
) -> Result<(), CacheError> {
    cache(&host(state), current_io(scope), Some(name)).map(drop)
}

/// null, or JSON with the head of a response and the id of its body.
#[op2]
#[string]
pub(crate) fn op_cache_match(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[string] name: Option<String>,
    #[string] key: &str,
    #[string] headers: &str,
) -> Result<Option<String>, CacheError> {
    let (host, io) = (host(state), current_io(scope));
    let found = cache(&host, io, name.as_deref())?.find(key, &headers_from_wire(headers));
    Ok(found.map(|Found { status, headers, body }| {
        let body = (status != 304).then(|| add_source(&host, Source::new(io, body.into(), None)));
        json!({ "status": status, "headers": headers_to_wire(&headers), "body": body }).to_string()
    }))
}

/// False if there was nothing.
#[op2]
pub(crate) fn op_cache_delete(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[string] name: Option<String>,
    #[string] key: &str,
) -> Result<bool, CacheError> {
    Ok(cache(&host(state), current_io(scope), name.as_deref())?.delete(key))
}

/// Refuses what can never be stored, with production's words: 0 is the status of `Response.error()`.
#[op2(fast)]
pub(crate) fn op_cache_check(
    #[string] method: &str,
    #[smi] status: u16,
    #[string] vary: &str,
) -> Result<(), CacheError> {
    match (method, status) {
        ("GET", 206) => Err(CacheError::PartialContent),
        ("GET", _) if vary.contains('*') => Err(CacheError::VaryEverything),
        ("GET", 0) => Err(CacheError::ErrorResponse),
        ("GET", _) => Ok(()),
        _ => Err(CacheError::NotGet),
    }
}

/// What is thrown for a URL without a host.
#[op2(fast)]
pub(crate) fn op_cache_invalid_key() -> Result<(), CacheError> {
    Err(CacheError::InvalidKey)
}

/// Stores a response once its body is complete.
#[op2]
#[allow(clippy::too_many_arguments, reason = "one crossing into the host instead of five")]
pub(crate) fn op_cache_put<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[string] name: Option<String>,
    #[string] key: String,
    authorized: bool,
    #[smi] status: u16,
    #[string] headers: String,
    body: v8::Local<v8::Value>,
) -> v8::Local<'s, v8::Promise> {
    let (host, io) = (host(state), current_io(scope));
    let cache = cache(&host, io, name.as_deref());
    let body = outgoing_body(scope, &host, body).into_body();
    let owner = Rc::clone(&host);
    let put = async move {
        let cache = match cache {
            Ok(cache) => cache,
            Err(error) => return Settled::TypeError(error.to_string()),
        };
        let sized = http_body::Body::size_hint(&body).exact().is_some();
        let stored = match collect(body).await {
            Ok(Some(body)) => {
                let headers = headers_from_wire(&headers);
                cache.put(&key, Stored { status, headers, body: body.freeze(), sized }, authorized)
            }
            Ok(None) => Err(NotStored::TooLarge),
            Err(error) => return Settled::Error(error.0),
        };
        if let Err(reason) = stored {
            // Production says nothing, and it is looked for in vain.
            owner.notice(io, Level::Warn, format!("cache.put() stores nothing for {key}: {reason}"));
        }
        Settled::Undefined
    };
    host.promise(scope, Operation::new(io, put))
}

/// All of a body; nothing if it is too large.
async fn collect(mut body: Body) -> Result<Option<BytesMut>, crate::body::BodyError> {
    let mut all = BytesMut::new();
    while let Some(chunk) = body.chunk().await? {
        all.extend_from_slice(&chunk);
        if all.len() > BODY_BYTES_MAX {
            return Ok(None);
        }
    }
    Ok(Some(all))
}

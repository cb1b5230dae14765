//! KV over HTTP, in the shape of Cloudflare's REST API: `{ success, errors, messages, result }`.

use bytes::Bytes;
use edgeemu_kv::consistency::Colos;
use edgeemu_kv::{BulkEntry, GetOptions, ListOptions, Namespace, PutOptions};
use edgeemu_runtime::Body;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use serde_json::{Value, json};

use super::query;
use crate::data::Data;
use crate::pages;

/// Header with the expiration of a value, in seconds since the epoch.
pub(crate) const EXPIRATION: HeaderName = HeaderName::from_static("expiration");
/// Header with the metadata of a value as JSON.
pub(crate) const METADATA: HeaderName = HeaderName::from_static("cf-kv-metadata");

type Refused = (StatusCode, String);

/// `rest` is the path below `storage/kv/`.
pub(super) async fn answer(data: &Data, rest: &str, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let answered = match body.collect().await {
        Ok(body) => dispatch(data, rest, &Request::from_parts(parts, body)),
        Err(error) => Err((StatusCode::BAD_REQUEST, error.to_string())),
    };
    answered.unwrap_or_else(|(status, message)| {
        let errors = json!([{ "code": 10_000, "message": message }]);
        let body = json!({ "success": false, "errors": errors, "messages": [], "result": null });
        pages::typed(status, "application/json", body.to_string())
    })
}

fn dispatch(data: &Data, rest: &str, request: &Request<Bytes>) -> Result<Response<Body>, Refused> {
    let (method, uri, body) = (request.method(), request.uri(), request.body());
    let unknown = || (StatusCode::NOT_FOUND, format!("no such address: {method} {rest}"));
    let Some(rest) = rest.strip_prefix("namespaces") else { return Err(unknown()) };
    if rest.is_empty() && method == Method::GET {
        let ids = data.kv.namespace_ids().map_err(|error| internal(&error))?;
        let list: Vec<_> = ids.iter().map(|id| json!({ "id": id, "title": id })).collect();
        return Ok(success(&json!(list)));
    }
    let (id, action) = rest.trim_start_matches('/').split_once('/').ok_or_else(unknown)?;
    let colos = data.network.kv(&data.kv, &decoded(id));
    let namespace = colos.central();
    match (method.as_str(), action.split_once('/').unwrap_or((action, ""))) {
        ("GET", ("keys", "")) => list(namespace, uri),
        ("GET", ("values", key)) => get(namespace, &decoded(key)),
        ("PUT", ("values", key)) => put(&colos, &decoded(key), uri, body.clone()),
        ("DELETE", ("values", key)) => {
            let key = decoded(key);
            namespace.delete(&key).and_then(|()| colos.notice(&key)).map_err(|error| refused(&error))?;
            Ok(success(&Value::Null))
        }
        ("PUT", ("bulk", "")) => bulk_put(&colos, uri, body),
        ("POST", ("bulk", "delete")) => bulk_delete(&colos, body),
        ("POST", ("bulk", "get")) => bulk_get(namespace, body),
        _ => Err(unknown()),
    }
}

fn get(namespace: &Namespace, key: &str) -> Result<Response<Body>, Refused> {
    let entry = namespace.get(key, &GetOptions::default()).map_err(|error| refused(&error))?;
    let entry = entry.ok_or_else(|| (StatusCode::NOT_FOUND, "get: 'key not found'".to_owned()))?;
    let mut response = Response::new(Body::from(entry.value));
    let headers = response.headers_mut();
    if let Some(expiration) = entry.expiration {
        headers.insert(EXPIRATION, HeaderValue::from(expiration));
    }
    let metadata = entry.metadata.as_deref().and_then(|metadata| HeaderValue::from_bytes(metadata.as_bytes()).ok());
    if let Some(metadata) = metadata {
        headers.insert(METADATA, metadata);
    }
    Ok(response)
}

fn put(colos: &Colos, key: &str, uri: &Uri, value: Bytes) -> Result<Response<Body>, Refused> {
    let options = PutOptions {
        expiration: whole(uri, "expiration")?,
        expiration_ttl: whole(uri, "expiration_ttl")?,
        metadata: query(uri, "metadata"),
    };
    let stored = colos.central().put(key, value, &options).and_then(|()| colos.notice(key));
    stored.map(|()| success(&Value::Null)).map_err(|error| refused(&error))
}

fn list(namespace: &Namespace, uri: &Uri) -> Result<Response<Body>, Refused> {
    let options =
        ListOptions { prefix: query(uri, "prefix"), limit: whole(uri, "limit")?, cursor: query(uri, "cursor") };
    let page = namespace.list(&options).map_err(|error| refused(&error))?;
    let keys: Vec<_> = page.keys.iter().map(key_json).collect();
    let info = json!({ "count": keys.len(), "cursor": page.cursor.unwrap_or_default() });
    let body = json!({ "success": true, "errors": [], "messages": [], "result": keys, "result_info": info });
    Ok(pages::typed(StatusCode::OK, "application/json", body.to_string()))
}

/// A key as `list` shows it; what it does not have is left out.
pub(crate) fn key_json(key: &edgeemu_kv::Key) -> Value {
    let mut shown = json!({ "name": key.name });
    if let Some(expiration) = key.expiration {
        shown["expiration"] = expiration.into();
    }
    if let Some(metadata) = key.metadata.as_deref().and_then(|metadata| serde_json::from_str(metadata).ok()) {
        shown["metadata"] = metadata;
    }
    shown
}

/// With `?restore=true` expirations stay as they were.
fn bulk_put(colos: &Colos, uri: &Uri, body: &[u8]) -> Result<Response<Body>, Refused> {
    let entries = BulkEntry::parse_file(&String::from_utf8_lossy(body)).map_err(|error| invalid(&error))?;
    let count = entries.len();
    let keys: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
    let is_restored = query(uri, "restore").as_deref() == Some("true");
    let central = colos.central();
    let done = if is_restored { central.restore(entries) } else { central.bulk_put(entries) };
    done.map_err(|error| invalid(&error))?;
    notice(colos, &keys)?;
    Ok(success(&json!({ "successful_key_count": count, "unsuccessful_keys": [] })))
}

fn bulk_delete(colos: &Colos, body: &[u8]) -> Result<Response<Body>, Refused> {
    let keys = BulkEntry::parse_keys(&String::from_utf8_lossy(body)).map_err(|error| invalid(&error))?;
    colos.central().bulk_delete(&keys).map_err(|error| invalid(&error))?;
    notice(colos, &keys)?;
    Ok(success(&json!({ "successful_key_count": keys.len(), "unsuccessful_keys": [] })))
}

/// Lets the caches know what was written past them.
fn notice(colos: &Colos, keys: &[String]) -> Result<(), Refused> {
    keys.iter().try_for_each(|key| colos.notice(key)).map_err(|error| refused(&error))
}

/// `{ "keys": [...] }`, as the REST API takes it, or the bare list.
fn bulk_get(namespace: &Namespace, body: &[u8]) -> Result<Response<Body>, Refused> {
    let parsed: Value = serde_json::from_slice(body).map_err(|error| invalid(&error))?;
    let list = parsed.get("keys").unwrap_or(&parsed).to_string();
    let keys = BulkEntry::parse_keys(&list).map_err(|error| invalid(&error))?;
    let mut values = serde_json::Map::new();
    for key in keys {
        let entry = namespace.get(&key, &GetOptions::default()).map_err(|error| refused(&error))?;
        let value = entry.map(|entry| String::from_utf8_lossy(&entry.value).into_owned());
        values.insert(key, value.map_or(Value::Null, Value::String));
    }
    Ok(success(&json!({ "values": values })))
}

fn success(result: &Value) -> Response<Body> {
    let body = json!({ "success": true, "errors": [], "messages": [], "result": result });
    pages::typed(StatusCode::OK, "application/json", body.to_string())
}

fn refused(error: &edgeemu_kv::KvError) -> Refused {
    (StatusCode::BAD_REQUEST, error.to_string())
}

fn invalid(error: &dyn std::error::Error) -> Refused {
    (StatusCode::BAD_REQUEST, error.to_string())
}

fn internal(error: &dyn std::error::Error) -> Refused {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

fn whole(uri: &Uri, name: &str) -> Result<Option<i64>, Refused> {
    let Some(text) = query(uri, name).filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| (StatusCode::BAD_REQUEST, format!("`{name}` is not a whole number: {text}")))
}

/// A path segment without its percent-encoding.
fn decoded(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

//! R2 over HTTP, in the shape of Cloudflare's REST API: `{ success, errors, messages, result }`, and objects as bodies.

use edgeemu_r2::{Bucket, GetOptions, Got, HttpMetadata, Include, ListOptions, Object, PutOptions, R2};
use edgeemu_runtime::Body;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, EXPIRES,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body::Body as _;
use serde_json::{Value, json};

use super::query;
use crate::pages;

/// Header with all that is known about an object, as JSON.
pub(crate) const OBJECT: HeaderName = HeaderName::from_static("cf-r2-object");
/// Header with the storage class of an object that is put.
pub(crate) const STORAGE_CLASS: HeaderName = HeaderName::from_static("cf-r2-storage-class");

type Refused = (StatusCode, String);

/// `rest` is the path below `r2/buckets`.
pub(super) async fn answer(r2: &R2, rest: &str, request: Request<Body>) -> Response<Body> {
    let answered = dispatch(r2, rest, request).await;
    answered.unwrap_or_else(|(status, message)| {
        let errors = json!([{ "code": 10_000, "message": message }]);
        let body = json!({ "success": false, "errors": errors, "messages": [], "result": null });
        pages::typed(status, "application/json", body.to_string())
    })
}

async fn dispatch(r2: &R2, rest: &str, request: Request<Body>) -> Result<Response<Body>, Refused> {
    let method = request.method().clone();
    let unknown = || (StatusCode::NOT_FOUND, format!("no such address: {method} r2/buckets{rest}"));
    let mut parts = rest.trim_start_matches('/').splitn(3, '/');
    let name = decoded(parts.next().unwrap_or_default());
    let bucket = r2.bucket(&name);
    match (method.as_str(), name.as_str(), parts.next(), parts.next()) {
        ("GET", "", None, None) => {
            let names = r2.bucket_names().map_err(|error| internal(&error))?;
            let list: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
            Ok(success(&json!({ "buckets": list })))
        }
        ("GET", _, None, None) => {
            let (objects, bytes) = bucket.usage().map_err(|error| internal(&error))?;
            Ok(success(&json!({ "name": name, "object_count": objects, "bucket_size": bytes })))
        }
        ("GET", _, Some("objects"), None | Some("")) => list(&bucket, request.uri()),
        ("GET" | "HEAD", _, Some("objects"), Some(key)) => get(&bucket, &decoded(key), &method),
        ("PUT", _, Some("objects"), Some(key)) => put(&bucket, &decoded(key), request).await,
        ("DELETE", _, Some("objects"), Some(key)) => {
            bucket.delete(&[decoded(key)]).map_err(|error| refused(&error))?;
            Ok(success(&Value::Null))
        }
        _ => Err(unknown()),
    }
}

fn list(bucket: &Bucket, uri: &Uri) -> Result<Response<Body>, Refused> {
    let limit = query(uri, "per_page").map(|text| text.parse()).transpose();
    let limit = limit.map_err(|_| (StatusCode::BAD_REQUEST, "`per_page` is not a whole number".to_owned()))?;
    let options = ListOptions {
        limit,
        prefix: query(uri, "prefix"),
        cursor: query(uri, "cursor"),
        delimiter: query(uri, "delimiter"),
        start_after: query(uri, "start_after"),
        include: vec![Include::Http, Include::Custom],
    };
    let page = bucket.list(&options).map_err(|error| refused(&error))?;
    let info = json!({
        "cursor": page.cursor.clone().unwrap_or_default(),
        "is_truncated": page.cursor.is_some(),
        "delimited": page.delimited_prefixes,
    });
    let body = json!({ "success": true, "errors": [], "messages": [], "result": page.objects, "result_info": info });
    Ok(pages::typed(StatusCode::OK, "application/json", body.to_string()))
}

fn get(bucket: &Bucket, key: &str, method: &Method) -> Result<Response<Body>, Refused> {
    let missing = || (StatusCode::NOT_FOUND, "The specified key does not exist.".to_owned());
    let (object, body) = if method == Method::HEAD {
        let object = bucket.head(key).map_err(|error| refused(&error))?.ok_or_else(missing)?;
        (object, Body::empty())
    } else {
        let found = bucket.get(key, &GetOptions::default()).map_err(|error| refused(&error))?;
        let Got { object, body, .. } = found.ok_or_else(missing)?;
        (object, body.map_or_else(Body::empty, Body::from))
    };
    let mut response = Response::new(body);
    *response.headers_mut() = headers_of(&object);
    Ok(response)
}

fn headers_of(object: &Object) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let http = &object.http_metadata;
    let etag = format!("\"{}\"", object.etag);
    let described = serde_json::to_string(object).unwrap_or_default();
    let texts = [
        (CONTENT_TYPE, http.content_type.as_deref()),
        (CONTENT_LANGUAGE, http.content_language.as_deref()),
        (CONTENT_DISPOSITION, http.content_disposition.as_deref()),
        (CONTENT_ENCODING, http.content_encoding.as_deref()),
        (CACHE_CONTROL, http.cache_control.as_deref()),
        (ETAG, Some(etag.as_str())),
        (OBJECT, Some(described.as_str())),
    ];
    for (name, text) in texts {
        // What no header can carry is in the description.
        if let Some(value) = text.and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}

async fn put(bucket: &Bucket, key: &str, request: Request<Body>) -> Result<Response<Body>, Refused> {
    let (parts, mut body) = request.into_parts();
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let size = announced.or(body.size_hint().exact());
    let size = size.ok_or((StatusCode::LENGTH_REQUIRED, "Content-Length header required but missing.".to_owned()))?;
    let mut put = match parts.headers.get(OBJECT) {
        // All that was known about it elsewhere.
        Some(was) => {
            let was: Object = serde_json::from_slice(was.as_bytes()).map_err(|error| invalid(&error))?;
            bucket.begin_restore(Object { key: key.to_owned(), size, ..was })
        }
        None => bucket.begin_put(key, size, put_options(&parts.headers)),
    }
    .map_err(|error| refused(&error))?;
    while let Some(chunk) = body.chunk().await.map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))? {
        put.write(&chunk).map_err(|error| refused(&error))?;
    }
    let object = put.finish().map_err(|error| refused(&error))?;
    Ok(success(&json!(object)))
}

fn put_options(headers: &HeaderMap) -> PutOptions {
    let text = |name: HeaderName| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    PutOptions {
        http_metadata: HttpMetadata {
            content_type: text(CONTENT_TYPE),
            content_language: text(CONTENT_LANGUAGE),
            content_disposition: text(CONTENT_DISPOSITION),
            content_encoding: text(CONTENT_ENCODING),
            cache_control: text(CACHE_CONTROL),
            cache_expiry: text(EXPIRES).and_then(|millis| millis.parse().ok()),
        },
        storage_class: text(STORAGE_CLASS),
        ..PutOptions::default()
    }
}

fn success(result: &Value) -> Response<Body> {
    let body = json!({ "success": true, "errors": [], "messages": [], "result": result });
    pages::typed(StatusCode::OK, "application/json", body.to_string())
}

fn refused(error: &edgeemu_r2::R2Error) -> Refused {
    (StatusCode::BAD_REQUEST, error.to_string())
}

fn invalid(error: &dyn std::error::Error) -> Refused {
    (StatusCode::BAD_REQUEST, error.to_string())
}

fn internal(error: &dyn std::error::Error) -> Refused {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

/// A path segment, or several, without percent-encoding.
fn decoded(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

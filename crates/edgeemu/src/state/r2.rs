//! The objects of R2 without a Worker.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use edgeemu_r2::{GetOptions, HttpMetadata, Include, ListOptions, Object, Put, PutOptions};
use edgeemu_runtime::Body;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body::{Frame, SizeHint};
use serde_json::{Value, json};

use super::{RequestRest, StateAccess, StateError, Way, refused, segment};
use crate::control;

/// How many bytes of a file are read at once.
const CHUNK: usize = 64 * 1024;

/// An object that is being read.
pub struct R2Download {
    /// What is known about it: `key`, `size`, `etag`, `uploaded`, `httpMetadata` and so on.
    pub object: Value,
    body: Body,
}

impl R2Download {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, StateError> {
        self.body.chunk().await.map_err(|error| StateError::Refused(error.to_string()))
    }
}

impl StateAccess {
    /// The object under `key` with its bytes; `None` if there is none.
    ///
    /// # Errors
    /// When R2 refuses the key, or the data cannot be reached.
    pub async fn r2_get(&self, bucket: &str, key: &str) -> Result<Option<R2Download>, StateError> {
        match &self.way {
            Way::Direct(data) => {
                let found = refused(data.r2.bucket(bucket).get(key, &GetOptions::default()))?;
                Ok(found.map(|found| R2Download {
                    object: json!(found.object),
                    body: found.body.map_or_else(Body::empty, Body::from),
                }))
            }
            Way::Remote(remote) => {
                let response = remote.request(Method::GET, &object_path(bucket, key), RequestRest::empty()).await?;
                if response.status() != StatusCode::OK {
                    return remote.collect(response).await.map(|_missing| None);
                }
                let object = described(response.headers());
                Ok(Some(R2Download { object, body: response.into_body() }))
            }
        }
    }

    /// What is known about the object under `key`; `None` if there is none.
    ///
    /// # Errors
    /// When R2 refuses the key, or the data cannot be reached.
    pub async fn r2_head(&self, bucket: &str, key: &str) -> Result<Option<Value>, StateError> {
        match &self.way {
            Way::Direct(data) => Ok(refused(data.r2.bucket(bucket).head(key))?.map(|object| json!(object))),
            Way::Remote(remote) => {
                let response = remote.request(Method::HEAD, &object_path(bucket, key), RequestRest::empty()).await?;
                let response = remote.collect(response).await?;
                Ok((response.status() == StatusCode::OK).then(|| described(response.headers())))
            }
        }
    }

    /// Puts an object of `size` bytes, which come from `source`.
    ///
    /// # Errors
    /// When R2 refuses it, the source cannot be read, or the data cannot be reached.
    pub async fn r2_put(
        &self,
        (bucket, key): (&str, &str),
        source: impl Read + Send + Unpin + 'static,
        size: u64,
        options: PutOptions,
    ) -> Result<(), StateError> {
        match &self.way {
            Way::Direct(data) => {
                let put = refused(data.r2.bucket(bucket).begin_put(key, size, options))?;
                filled(put, FileBody { source, left: size })
            }
            Way::Remote(remote) => {
                let headers = headers_of(&options, size);
                let rest = RequestRest { headers, body: Body::stream(FileBody { source, left: size }) };
                let response = remote.request(Method::PUT, &object_path(bucket, key), rest).await?;
                remote.collect(response).await.map(drop)
            }
        }
    }

    /// Puts an object that was elsewhere, with all that was known about it there; its bytes come from `source`.
    ///
    /// # Errors
    /// When R2 refuses it, the source cannot be read, or the data cannot be reached.
    pub async fn r2_restore(
        &self,
        bucket: &str,
        object: Object,
        source: impl Read + Send + Unpin + 'static,
    ) -> Result<(), StateError> {
        let bytes = FileBody { source, left: object.size };
        match &self.way {
            Way::Direct(data) => filled(refused(data.r2.bucket(bucket).begin_restore(object))?, bytes),
            Way::Remote(remote) => {
                let path = object_path(bucket, &object.key);
                let described = refused(HeaderValue::from_bytes(json!(object).to_string().as_bytes()))?;
                let headers = [(control::OBJECT, described), (CONTENT_LENGTH, object.size.into())];
                let rest = RequestRest { headers: headers.into_iter().collect(), body: Body::stream(bytes) };
                let response = remote.request(Method::PUT, &path, rest).await?;
                remote.collect(response).await.map(drop)
            }
        }
    }

    /// Removes the object under `key`; fine if there is none.
    ///
    /// # Errors
    /// When R2 refuses the key, or the data cannot be reached.
    pub async fn r2_delete(&self, bucket: &str, key: &str) -> Result<(), StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.r2.bucket(bucket).delete(&[key.to_owned()])),
            Way::Remote(remote) => {
                let path = object_path(bucket, key);
                let response = remote.request(Method::DELETE, &path, RequestRest::empty()).await?;
                remote.collect(response).await.map(drop)
            }
        }
    }

    /// All objects whose keys begin with `prefix`, in order.
    ///
    /// # Errors
    /// When the data cannot be reached.
    pub async fn r2_list(&self, bucket: &str, prefix: &str) -> Result<Vec<Value>, StateError> {
        let mut objects = Vec::new();
        let mut cursor = None;
        loop {
            let (page, next) = self.r2_page(bucket, prefix, cursor).await?;
            objects.extend(page);
            if next.is_none() {
                return Ok(objects);
            }
            cursor = next;
        }
    }

    async fn r2_page(
        &self,
        bucket: &str,
        prefix: &str,
        cursor: Option<String>,
    ) -> Result<(Vec<Value>, Option<String>), StateError> {
        match &self.way {
            Way::Direct(data) => {
                let include = vec![Include::Http, Include::Custom];
                let options =
                    ListOptions { prefix: Some(prefix.to_owned()), cursor, include, ..ListOptions::default() };
                let page = refused(data.r2.bucket(bucket).list(&options))?;
                Ok((page.objects.iter().map(|object| json!(object)).collect(), page.cursor))
            }
            Way::Remote(remote) => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                query.append_pair("prefix", prefix).extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
                let path = format!("r2/buckets/{}/objects?{}", segment(bucket), query.finish());
                let response = remote.request(Method::GET, &path, RequestRest::empty()).await?;
                let mut page: Value =
                    serde_json::from_slice(remote.collect(response).await?.body()).unwrap_or_default();
                let objects = page["result"].as_array_mut().map(std::mem::take).unwrap_or_default();
                let next = page["result_info"]["cursor"].as_str().filter(|cursor| !cursor.is_empty());
                Ok((objects, next.map(str::to_owned)))
            }
        }
    }

    /// The names of the buckets that were used, sorted.
    ///
    /// # Errors
    /// When the data cannot be reached.
    pub async fn r2_buckets(&self) -> Result<Vec<String>, StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.r2.bucket_names()),
            Way::Remote(remote) => {
                let response = remote.request(Method::GET, "r2/buckets", RequestRest::empty()).await?;
                let list: Value = serde_json::from_slice(remote.collect(response).await?.body()).unwrap_or_default();
                let buckets = list["result"]["buckets"].as_array().into_iter().flatten();
                Ok(buckets.filter_map(|bucket| bucket["name"].as_str()).map(str::to_owned).collect())
            }
        }
    }

    /// How many objects a bucket has, and how many bytes they have together.
    ///
    /// # Errors
    /// When the data cannot be reached.
    pub async fn r2_usage(&self, bucket: &str) -> Result<(u64, u64), StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.r2.bucket(bucket).usage()),
            Way::Remote(remote) => {
                let path = format!("r2/buckets/{}", segment(bucket));
                let response = remote.request(Method::GET, &path, RequestRest::empty()).await?;
                let info: Value = serde_json::from_slice(remote.collect(response).await?.body()).unwrap_or_default();
                let number = |name: &str| info["result"][name].as_u64().unwrap_or_default();
                Ok((number("object_count"), number("bucket_size")))
            }
        }
    }
}

fn filled(mut put: Put, mut bytes: FileBody<impl Read>) -> Result<(), StateError> {
    while let Some(chunk) = refused(bytes.chunk())? {
        refused(put.write(&chunk))?;
    }
    refused(put.finish()).map(drop)
}

fn object_path(bucket: &str, key: &str) -> String {
    format!("r2/buckets/{}/objects/{}", segment(bucket), segment(key))
}

fn described(headers: &HeaderMap) -> Value {
    let text = headers.get(control::OBJECT).map(HeaderValue::as_bytes).unwrap_or_default();
    serde_json::from_slice(text).unwrap_or_default()
}

fn headers_of(options: &PutOptions, size: u64) -> HeaderMap {
    let HttpMetadata {
        content_type,
        content_language,
        content_disposition,
        content_encoding,
        cache_control,
        cache_expiry,
    } = options.http_metadata.clone();
    let texts: [(HeaderName, Option<String>); 8] = [
        (CONTENT_LENGTH, Some(size.to_string())),
        (CONTENT_TYPE, content_type),
        (CONTENT_LANGUAGE, content_language),
        (CONTENT_DISPOSITION, content_disposition),
        (CONTENT_ENCODING, content_encoding),
        (CACHE_CONTROL, cache_control),
        (EXPIRES, cache_expiry.map(|millis| millis.to_string())),
        (control::STORAGE_CLASS, options.storage_class.clone()),
    ];
    let value = |text: String| HeaderValue::from_bytes(text.as_bytes()).ok();
    texts.into_iter().filter_map(|(name, text)| Some((name, value(text?)?))).collect()
}

impl RequestRest {
    pub(super) fn empty() -> RequestRest {
        RequestRest { headers: HeaderMap::new(), body: Body::empty() }
    }
}

/// A file on its way into an object or a database.
pub(super) struct FileBody<R> {
    pub(super) source: R,
    pub(super) left: u64,
}

impl<R: Read> FileBody<R> {
    fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        if self.left == 0 {
            return Ok(None);
        }
        let mut chunk = vec![0; usize::try_from(self.left).unwrap_or(CHUNK).min(CHUNK)];
        self.source.read_exact(&mut chunk)?;
        self.left -= chunk.len() as u64;
        Ok(Some(chunk.into()))
    }
}

impl<R: Read + Unpin> http_body::Body for FileBody<R> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(self.chunk().transpose().map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

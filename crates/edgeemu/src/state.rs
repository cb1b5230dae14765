//! The data of a project without running its Worker. While `edgeemu dev` runs, everything goes through it.

pub(crate) mod archive;
mod d1;
mod r2;
pub(crate) mod reset;
mod running;
pub(crate) mod seed;
pub(crate) mod wrangler;

pub use d1::{ByteSink, D1Run};
pub use r2::R2Download;
pub use running::Running;

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use edgeemu_kv::{BulkEntry, Entry, GetOptions, Key, ListOptions, ListPage, PutOptions};
use edgeemu_runtime::Body;
use edgeemu_storage::StorageError;
use edgeemu_world::World;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::control;
use crate::data::Data;
use crate::listen::Listening;
use crate::tls;

/// Tells other programs where the emulator that has the data open can be reached.
const PRESENCE: &str = "dev.json";

/// The note in a state folder that says who runs on it. Removed when dropped.
pub(crate) struct Presence {
    world: World,
    file: PathBuf,
}

impl Presence {
    pub(crate) fn announce(world: &World, dir: &Path, listening: &Listening) -> Presence {
        let file = dir.join(PRESENCE);
        let mut note = json!({ "url": listening.url, "pid": std::process::id() });
        if let Some(secured) = &listening.tls {
            note["certificate"] = BASE64.encode(&secured.certificate).into();
        }
        let note = note.to_string();
        // Without the note other programs are told that the data is in use, and cannot reach it.
        let _unreachable = world.disk().write_replacing(&file, note.as_bytes());
        Presence { world: world.clone(), file }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // The lock on the data decides; the note only says where to ask.
        let _stale = self.world.disk().remove_file(&self.file);
    }
}

/// Why data cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The data on disk.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The binding refused the call.
    #[error("{0}")]
    Refused(String),
    /// A file that is read or written cannot be.
    #[error("`{}`: {reason}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The emulator that has the data open does not answer.
    #[error("the emulator at {url} that has the data open does not answer: {reason}")]
    Unreachable {
        /// Where it said that it is.
        url: String,
        /// What went wrong.
        reason: String,
    },
}

/// Access to the data of a project.
pub struct StateAccess {
    way: Way,
}

enum Way {
    Direct(Box<Data>),
    Remote(Box<Remote>),
}

impl StateAccess {
    /// Opens the data, or finds the emulator that has it open.
    ///
    /// # Errors
    /// When the data cannot be opened, or its owner does not say where it can be reached.
    pub fn open(world: &World, dir: &Path) -> Result<StateAccess, StateError> {
        let way = match Data::open(world, Some(dir)) {
            Ok(data) => Way::Direct(Box::new(data)),
            Err(busy @ StorageError::InUse { .. }) => Way::Remote(Box::new(Remote::find(world, dir).ok_or(busy)?)),
            Err(error) => return Err(error.into()),
        };
        Ok(StateAccess { way })
    }

    /// As [`StateAccess::open`], for looking only: where there is no data yet, none is there to see, and no folder is made.
    ///
    /// # Errors
    /// As [`StateAccess::open`].
    pub fn open_to_read(world: &World, dir: &Path) -> Result<StateAccess, StateError> {
        if Data::exists(world, dir) {
            return StateAccess::open(world, dir);
        }
        Ok(StateAccess { way: Way::Direct(Box::new(Data::open(world, None)?)) })
    }

    /// The classes of Durable Objects that have data in this folder, each as `<Worker>-<class>`. Archives do not hold them,
    /// and nothing here removes them.
    #[must_use]
    pub fn durable_classes(world: &World, dir: &Path) -> Vec<String> {
        Data::durable_classes(world, dir)
    }

    /// The value under `key`; `None` if there is none or it has expired.
    ///
    /// # Errors
    /// When KV refuses the key, or the data cannot be reached.
    pub async fn kv_get(&self, namespace: &str, key: &str) -> Result<Option<Entry>, StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.kv.namespace(namespace).get(key, &GetOptions::default())),
            Way::Remote(remote) => remote.get(namespace, key).await,
        }
    }

    /// Puts a value.
    ///
    /// # Errors
    /// When KV refuses it, or the data cannot be reached.
    pub async fn kv_put(
        &self,
        namespace: &str,
        key: &str,
        value: Bytes,
        options: &PutOptions,
    ) -> Result<(), StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.kv.namespace(namespace).put(key, value, options)),
            Way::Remote(remote) => remote.put(namespace, key, value, options).await,
        }
    }

    /// Removes a key; fine if it does not exist.
    ///
    /// # Errors
    /// When KV refuses the key, or the data cannot be reached.
    pub async fn kv_delete(&self, namespace: &str, key: &str) -> Result<(), StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.kv.namespace(namespace).delete(key)),
            Way::Remote(remote) => remote.delete(namespace, key).await,
        }
    }

    /// A page of keys.
    ///
    /// # Errors
    /// When KV refuses the options, or the data cannot be reached.
    pub async fn kv_list(&self, namespace: &str, options: &ListOptions) -> Result<ListPage, StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.kv.namespace(namespace).list(options)),
            Way::Remote(remote) => remote.list(namespace, options).await,
        }
    }

    /// Puts many values; nothing is written if one is refused.
    ///
    /// # Errors
    /// Names the entry that KV refuses.
    pub async fn kv_bulk_put(&self, namespace: &str, entries: Vec<BulkEntry>) -> Result<(), StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.kv.namespace(namespace).bulk_put(entries)),
            Way::Remote(remote) => remote.bulk_put(namespace, &entries, "").await,
        }
    }

    /// The ids of the namespaces that hold something.
    ///
    /// # Errors
    /// When the data cannot be reached.
    pub async fn kv_namespaces(&self) -> Result<Vec<String>, StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.kv.namespace_ids()),
            Way::Remote(remote) => remote.namespaces().await,
        }
    }

    /// Puts values that were elsewhere: their expirations stay as they were, and what has expired is left out.
    ///
    /// # Errors
    /// Names the entry that KV refuses.
    pub async fn kv_restore(&self, namespace: &str, entries: Vec<BulkEntry>) -> Result<(), StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.kv.namespace(namespace).restore(entries)),
            Way::Remote(remote) => remote.bulk_put(namespace, &entries, "?restore=true").await,
        }
    }

    /// Removes many keys.
    ///
    /// # Errors
    /// Names the key that KV refuses.
    pub async fn kv_bulk_delete(&self, namespace: &str, keys: &[String]) -> Result<(), StateError> {
        match &self.way {
            Way::Direct(data) => refused(data.kv.namespace(namespace).bulk_delete(keys)),
            Way::Remote(remote) => remote.bulk_delete(namespace, keys).await,
        }
    }

    /// Writes everything down. When this returns the data survives the loss of power.
    ///
    /// # Errors
    /// What the storage says.
    pub fn close(self) -> Result<(), StateError> {
        match self.way {
            Way::Direct(data) => Ok(data.flush()?),
            Way::Remote(_) => Ok(()),
        }
    }
}

impl StateError {
    pub(crate) fn file(path: &Path, reason: impl std::fmt::Display) -> StateError {
        StateError::File { path: path.to_path_buf(), reason: reason.to_string() }
    }
}

fn refused<T>(result: Result<T, impl std::error::Error>) -> Result<T, StateError> {
    result.map_err(|error| StateError::Refused(error.to_string()))
}

/// What a request has besides its method and address.
struct RequestRest {
    headers: HeaderMap,
    body: Body,
}

/// The emulator that has the data open, over HTTP.
struct Remote {
    url: String,
    client: Client<HttpsConnector<HttpConnector>, Body>,
}

impl Remote {
    fn find(world: &World, dir: &Path) -> Option<Remote> {
        let note: Value = serde_json::from_str(&world.disk().read_to_string(&dir.join(PRESENCE)).ok()?).ok()?;
        let url = note["url"].as_str()?.to_owned();
        let certificate = note["certificate"].as_str().and_then(|text| BASE64.decode(text).ok());
        Some(Remote { url, client: Client::builder(TokioExecutor::new()).build(tls::connector(certificate)) })
    }

    fn unreachable(&self, reason: &dyn std::fmt::Display) -> StateError {
        StateError::Unreachable { url: self.url.clone(), reason: reason.to_string() }
    }

    /// `path`: below the addresses of the data API.
    async fn request(&self, method: Method, path: &str, rest: RequestRest) -> Result<Response<Body>, StateError> {
        let url = format!("{}{}{path}", self.url, control::API);
        let request = Request::builder().method(method).uri(url).body(rest.body);
        let mut request = request.map_err(|error| self.unreachable(&error))?;
        request.headers_mut().extend(rest.headers);
        let response = self.client.request(request).await.map_err(|error| self.unreachable(&error))?;
        Ok(response.map(Body::stream))
    }

    async fn collect(&self, response: Response<Body>) -> Result<Response<Bytes>, StateError> {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| self.unreachable(&error))?;
        if parts.status.is_success() || parts.status == StatusCode::NOT_FOUND {
            return Ok(Response::from_parts(parts, body));
        }
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        let message = answer["errors"][0]["message"].as_str().map_or_else(|| parts.status.to_string(), str::to_owned);
        Err(StateError::Refused(message))
    }

    async fn send(&self, method: Method, path: &str, body: Body) -> Result<Response<Bytes>, StateError> {
        let rest = RequestRest { headers: HeaderMap::new(), body };
        let response = self.request(method, &format!("storage/kv/namespaces{path}"), rest).await?;
        self.collect(response).await
    }

    async fn get(&self, namespace: &str, key: &str) -> Result<Option<Entry>, StateError> {
        let path = format!("/{}/values/{}", segment(namespace), segment(key));
        let response = self.send(Method::GET, &path, Body::empty()).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let header = |name| response.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let metadata = header(control::METADATA).map(std::borrow::Cow::into_owned);
        let expiration = header(control::EXPIRATION).and_then(|text| text.parse().ok());
        Ok(Some(Entry { metadata, expiration, value: response.into_body() }))
    }

    async fn put(&self, namespace: &str, key: &str, value: Bytes, options: &PutOptions) -> Result<(), StateError> {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, number) in [("expiration", options.expiration), ("expiration_ttl", options.expiration_ttl)] {
            query.extend_pairs(number.map(|number| (name, number.to_string())));
        }
        query.extend_pairs(options.metadata.as_ref().map(|metadata| ("metadata", metadata)));
        let path = format!("/{}/values/{}?{}", segment(namespace), segment(key), query.finish());
        self.send(Method::PUT, &path, value.into()).await.map(drop)
    }

    async fn delete(&self, namespace: &str, key: &str) -> Result<(), StateError> {
        let path = format!("/{}/values/{}", segment(namespace), segment(key));
        self.send(Method::DELETE, &path, Body::empty()).await.map(drop)
    }

    async fn list(&self, namespace: &str, options: &ListOptions) -> Result<ListPage, StateError> {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(options.prefix.as_ref().map(|prefix| ("prefix", prefix)));
        query.extend_pairs(options.cursor.as_ref().map(|cursor| ("cursor", cursor)));
        query.extend_pairs(options.limit.map(|limit| ("limit", limit.to_string())));
        let path = format!("/{}/keys?{}", segment(namespace), query.finish());
        let response = self.send(Method::GET, &path, Body::empty()).await?;
        let page: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        let keys = page["result"].as_array().into_iter().flatten().map(listed_key).collect();
        let cursor = page["result_info"]["cursor"].as_str().filter(|cursor| !cursor.is_empty()).map(str::to_owned);
        Ok(ListPage { keys, list_complete: cursor.is_none(), cursor })
    }

    async fn namespaces(&self) -> Result<Vec<String>, StateError> {
        let response = self.send(Method::GET, "", Body::empty()).await?;
        let list: Value = refused(serde_json::from_slice(response.body()))?;
        let namespaces = list["result"].as_array().into_iter().flatten();
        Ok(namespaces.filter_map(|namespace| namespace["id"].as_str()).map(str::to_owned).collect())
    }

    async fn bulk_put(&self, namespace: &str, entries: &[BulkEntry], query: &str) -> Result<(), StateError> {
        let list: Vec<_> = entries.iter().map(bulk_json).collect();
        let path = format!("/{}/bulk{query}", segment(namespace));
        self.send(Method::PUT, &path, json!(list).to_string().into()).await.map(drop)
    }

    async fn bulk_delete(&self, namespace: &str, keys: &[String]) -> Result<(), StateError> {
        let path = format!("/{}/bulk/delete", segment(namespace));
        self.send(Method::POST, &path, json!(keys).to_string().into()).await.map(drop)
    }
}

fn listed_key(key: &Value) -> Key {
    Key {
        name: key["name"].as_str().unwrap_or_default().to_owned(),
        expiration: key["expiration"].as_i64(),
        metadata: key.get("metadata").map(Value::to_string),
    }
}

fn bulk_json(entry: &BulkEntry) -> Value {
    let value = BASE64.encode(&entry.value);
    let mut json = json!({ "key": entry.key, "value": value, "base64": true });
    for (name, number) in [("expiration", entry.options.expiration), ("expiration_ttl", entry.options.expiration_ttl)] {
        if let Some(number) = number {
            json[name] = number.into();
        }
    }
    let metadata = entry.options.metadata.as_deref();
    if let Some(metadata) = metadata.and_then(|metadata| serde_json::from_str(metadata).ok()) {
        json["metadata"] = metadata;
    }
    json
}

fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

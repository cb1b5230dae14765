//! An emulator that runs in another program, by its control addresses.

use std::path::Path;

use edgeemu_runtime::Body;
use edgeemu_world::World;
use http::{Method, Request};
use serde_json::Value;

use super::{Remote, StateError};

/// The emulator that has the data in a folder open.
pub struct Running {
    remote: Box<Remote>,
}

impl Running {
    /// The emulator that runs on the data in this folder, if one says that it does.
    #[must_use]
    pub fn find(world: &World, state_dir: &Path) -> Option<Running> {
        Some(Running { remote: Box::new(Remote::find(world, state_dir)?) })
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.remote.url
    }

    /// Reads the address below `/cdn-cgi/local/` with this query.
    ///
    /// # Errors
    /// When nobody answers, or with what is answered instead.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, StateError> {
        self.ask((Method::GET, path), query, Body::empty()).await
    }

    /// Sends JSON to the address.
    ///
    /// # Errors
    /// As [`Running::get`].
    pub async fn post(&self, path: &str, query: &[(&str, &str)], body: &Value) -> Result<Value, StateError> {
        self.ask((Method::POST, path), query, Body::from(body.to_string())).await
    }

    async fn ask(
        &self,
        (method, path): (Method, &str),
        query: &[(&str, &str)],
        body: Body,
    ) -> Result<Value, StateError> {
        let mut url = format!("{}/cdn-cgi/local/{path}", self.remote.url);
        if !query.is_empty() {
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
            url = format!("{url}?{query}");
        }
        let request = Request::builder().method(method).uri(url).body(body);
        let request = request.map_err(|error| self.remote.unreachable(&error))?;
        let response = self.remote.client.request(request).await.map_err(|error| self.remote.unreachable(&error))?;
        let (head, body) = response.map(Body::stream).into_parts();
        let body = body.collect().await.map_err(|error| self.remote.unreachable(&error))?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        if head.status.is_success() {
            return Ok(answer);
        }
        let message = answer["error"]["message"].as_str().map(str::to_owned);
        Err(StateError::Refused(message.unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned())))
    }
}

//! What V8 tells a debugger, on its way out: the main module is told of with its source map.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use deno_core::v8::UniquePtr;
use deno_core::v8::inspector::{ChannelImpl, StringBuffer};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// How the notification begins that tells of a script.
const SCRIPT_PARSED: &str = r#"{"method":"Debugger.scriptParsed""#;

/// How V8 begins the answer to a message that no debugger has sent.
const OWN_ANSWER: &str = r#"{"id":-"#;

/// The source map of a Worker, as debuggers want it.
#[derive(Clone)]
pub(super) struct SourceMap {
    /// URL of the module that it is about.
    pub(super) of: String,
    /// Its text.
    pub(super) map: Bytes,
    /// What its sources are relative to.
    pub(super) root: Option<String>,
}

impl SourceMap {
    /// The map as an address that holds it, so that a debugger needs no second way to get it.
    fn url(&self) -> Option<String> {
        let mut map: Value = serde_json::from_slice(&self.map).ok()?;
        if let Some(root) = &self.root {
            map["sourceRoot"] = json!(root);
        }
        Some(format!("data:application/json;base64,{}", BASE64_STANDARD.encode(map.to_string())))
    }
}

/// The way to a debugger.
pub(super) struct Outgoing {
    pub(super) messages: mpsc::UnboundedSender<String>,
    pub(super) source_map: Option<SourceMap>,
}

impl Outgoing {
    fn send(&self, message: String) {
        // A debugger that has left hears nothing.
        let _left = self.messages.send(message);
    }

    /// The notification of the main module with the address of its source map in it.
    fn mapped(&self, message: &str) -> Option<String> {
        let source_map = self.source_map.as_ref().filter(|_| message.starts_with(SCRIPT_PARSED))?;
        let mut message: Value = serde_json::from_str(message).ok()?;
        if message["params"]["url"] != source_map.of.as_str() {
            return None;
        }
        message["params"]["sourceMapURL"] = json!(source_map.url()?);
        Some(message.to_string())
    }
}

fn text(message: UniquePtr<StringBuffer>) -> Option<String> {
    message.as_ref().map(|message| message.string().to_string())
}

impl ChannelImpl for Outgoing {
    fn send_response(&self, _call_id: i32, message: UniquePtr<StringBuffer>) {
        if let Some(message) = text(message).filter(|message| !message.starts_with(OWN_ANSWER)) {
            self.send(message);
        }
    }

    fn send_notification(&self, message: UniquePtr<StringBuffer>) {
        if let Some(message) = text(message) {
            self.send(self.mapped(&message).unwrap_or(message));
        }
    }

    fn flush_protocol_notifications(&self) {}
}

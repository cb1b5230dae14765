//! Steps of `expect.json` that talk on WebSockets. Each is one of
//!
//! * `{ "name": "ada", "open": "/path" }`: a new WebSocket, known by this name from now on;
//! * `{ "name": "ada", "send": "text" }`;
//! * `{ "name": "ada", "close": 1000 }`;
//! * `{ "name": "ada", "hears": [...] }`: the next things that arrive: a text; an object or a list, which the JSON that
//!   arrives must contain; `{ "closed": 1000, "reason": "..." }`.

use std::collections::BTreeMap;
use std::time::Duration;

use edgeemu::{Body, SocketEvent, WebSocket, http};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::case::Outcome;
use crate::stage::Stage;
use crate::steps::holds_all;

/// How long something that must arrive may take.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SocketStep {
    name: String,
    open: Option<String>,
    send: Option<String>,
    close: Option<u16>,
    #[serde(default)]
    hears: Vec<Value>,
}

/// The WebSockets of a folder's steps.
#[derive(Default)]
pub(crate) struct Sockets(BTreeMap<String, WebSocket>);

impl Sockets {
    pub(crate) async fn step(&mut self, stage: &Stage, step: &SocketStep) -> Outcome {
        if let Some(path) = &step.open {
            self.0.insert(step.name.clone(), open(stage, path).await?);
        }
        let socket = self.0.get_mut(&step.name).ok_or_else(|| format!("no socket named `{}`", step.name))?;
        if let Some(text) = &step.send {
            socket.send(SocketEvent::Text(text.clone())).await;
        }
        if let Some(code) = step.close {
            socket.send(SocketEvent::Close { code, reason: String::new() }).await;
        }
        for expected in &step.hears {
            stage.settle().await;
            let heard = tokio::time::timeout(PATIENCE, socket.next()).await;
            let heard = heard.map_err(|_| format!("`{}` hears nothing, instead of {expected}", step.name))?;
            if !is_like(heard.as_ref(), expected) {
                return Err(format!("`{}` hears {heard:?}, instead of {expected}", step.name));
            }
        }
        Ok(())
    }
}

async fn open(stage: &Stage, path: &str) -> Result<WebSocket, String> {
    let request = http::Request::get(format!("http://localhost{path}")).header("upgrade", "websocket");
    let request = request.body(Body::empty()).map_err(|error| error.to_string())?;
    let answer = stage.drive(stage.emulator.fetch(request)).await;
    let mut response = answer.map_err(|error| format!("{path}: {error}"))?;
    WebSocket::take(&mut response).ok_or_else(|| format!("{path}: {} and no WebSocket", response.status()))
}

fn is_like(heard: Option<&SocketEvent>, expected: &Value) -> bool {
    match heard {
        Some(SocketEvent::Text(text)) => match expected {
            Value::String(expected) => text == expected,
            _ => serde_json::from_str(text).is_ok_and(|actual| holds_all(&actual, expected)),
        },
        Some(SocketEvent::Close { code, reason }) => holds_all(&json!({ "closed": code, "reason": reason }), expected),
        _ => false,
    }
}

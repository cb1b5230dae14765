//! A debugger: a client of Chrome's DevTools protocol that waits for each answer, and knows source maps.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use tokio_tungstenite::tungstenite::{Message, WebSocket};

use crate::raw;

/// A debugger that is attached.
pub(crate) struct Debugger {
    socket: WebSocket<TcpStream>,
    calls: u32,
    /// Notifications that nobody has asked for yet.
    told: VecDeque<Value>,
}

/// A place in a source, both from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: i64,
    pub(crate) column: i64,
}

impl Debugger {
    /// Attaches to `ws://host:port/name`.
    pub(crate) fn attach(url: &str) -> Result<Debugger, String> {
        let (stream, head) = handshake(url, "")?;
        if !head.starts_with("HTTP/1.1 101") {
            return Err(format!("no WebSocket: {head}"));
        }
        let socket = WebSocket::from_raw_socket(stream, Role::Client, None);
        Ok(Debugger { socket, calls: 0, told: VecDeque::new() })
    }

    /// Calls a method and gives its result; what is told meanwhile is kept.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        let id = self.send(method, params)?;
        loop {
            let message = self.next()?;
            if message["id"] == id {
                return match message.get("error") {
                    Some(error) => Err(format!("{method}: {error}")),
                    None => Ok(message["result"].clone()),
                };
            }
            self.told.push_back(message);
        }
    }

    /// Calls a method whose answer may come later; gives its number.
    pub(crate) fn send(&mut self, method: &str, params: &Value) -> Result<u32, String> {
        self.calls += 1;
        let message = json!({ "id": self.calls, "method": method, "params": params }).to_string();
        self.socket.send(Message::text(message)).map_err(|error| format!("{method}: {error}"))?;
        Ok(self.calls)
    }

    /// Waits until it is told of this, and gives what it is told.
    pub(crate) fn wait_for(&mut self, method: &str, is_it: impl Fn(&Value) -> bool) -> Result<Value, String> {
        let fits = |message: &Value| message["method"] == method && is_it(&message["params"]);
        if let Some(at) = self.told.iter().position(&fits) {
            return Ok(self.told.remove(at).unwrap_or_default()["params"].clone());
        }
        loop {
            let message = self.next()?;
            if fits(&message) {
                return Ok(message["params"].clone());
            }
            self.told.push_back(message);
        }
    }

    /// Waits for the end, and gives what was said then.
    pub(crate) fn closed(&mut self) -> Result<Option<CloseFrame>, String> {
        loop {
            match self.socket.read() {
                Ok(Message::Close(frame)) => return Ok(frame),
                Ok(_) => {}
                Err(error) => return Err(format!("no close: {error}")),
            }
        }
    }

    fn next(&mut self) -> Result<Value, String> {
        loop {
            match self.socket.read().map_err(|error| format!("nothing comes: {error}"))? {
                Message::Text(text) => return serde_json::from_str(&text).map_err(|error| error.to_string()),
                Message::Close(frame) => return Err(format!("closed: {frame:?}")),
                _ => {}
            }
        }
    }
}

/// Asks for a WebSocket with these headers besides; gives the connection and the head of the answer.
pub(crate) fn handshake(url: &str, headers: &str) -> Result<(TcpStream, String), String> {
    let address = url.strip_prefix("ws://").ok_or("not an address of a WebSocket")?;
    let (host, name) = address.split_once('/').ok_or("no target")?;
    let mut stream = raw::connect(host);
    let host = if headers.contains("host:") { String::new() } else { format!("host: {host}\r\n") };
    let request = format!(
        "GET /{name} HTTP/1.1\r\n{host}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).map_err(|error| error.to_string())? == 1 {
        head.push(byte[0]);
    }
    Ok((stream, String::from_utf8_lossy(&head).into_owned()))
}

/// The source map behind a data URL.
pub(crate) struct SourceMap {
    pub(crate) sources: Vec<String>,
    pub(crate) root: String,
    /// Place in the script, number of the source, place in the source; in the order of the script.
    mappings: Vec<(Place, i64, Place)>,
}

impl SourceMap {
    pub(crate) fn read(url: &str) -> Result<SourceMap, String> {
        let text = url.strip_prefix("data:application/json;base64,").ok_or(format!("no data URL: {url}"))?;
        let text = BASE64_STANDARD.decode(text).map_err(|error| error.to_string())?;
        let map: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        let names = map["sources"].as_array().cloned().unwrap_or_default();
        Ok(SourceMap {
            sources: names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            root: map["sourceRoot"].as_str().unwrap_or_default().to_owned(),
            mappings: mappings(map["mappings"].as_str().unwrap_or_default()),
        })
    }

    /// Where the first code of a line of a source is in the script.
    pub(crate) fn script(&self, source: &str, line: i64) -> Option<Place> {
        let source = i64::try_from(self.sources.iter().position(|name| name == source)?).ok()?;
        let of_line = |(_, of, at): &&(Place, i64, Place)| *of == source && at.line == line;
        self.mappings.iter().find(of_line).map(|(place, _, _)| *place)
    }

    /// Which source a place of the script comes from, and where there.
    pub(crate) fn source(&self, place: Place) -> Option<(&str, Place)> {
        let before = |(at, _, _): &&(Place, i64, Place)| at.line == place.line && at.column <= place.column;
        let (_, source, at) = self.mappings.iter().rfind(before)?;
        Some((self.sources.get(usize::try_from(*source).ok()?)?, *at))
    }
}

/// Numbers of a source map count on from the one before.
fn mappings(text: &str) -> Vec<(Place, i64, Place)> {
    let (mut source, mut at) = (0, Place { line: 0, column: 0 });
    let mut mappings = Vec::new();
    for (line, segments) in (0..).zip(text.split(';')) {
        let mut column = 0;
        for segment in segments.split(',').map(numbers).filter(|segment| !segment.is_empty()) {
            column += segment[0];
            if let [_, of, line_step, column_step, ..] = segment[..] {
                source += of;
                at = Place { line: at.line + line_step, column: at.column + column_step };
                mappings.push((Place { line, column }, source, at));
            }
        }
    }
    mappings
}

/// Five bits in a letter, the sixth says that there are more; the lowest bit of a number is its sign.
fn numbers(text: &str) -> Vec<i64> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut numbers, mut number, mut shift) = (Vec::new(), 0_i64, 0);
    for digit in text.chars().filter_map(|letter| LETTERS.find(letter)).filter_map(|digit| i64::try_from(digit).ok()) {
        number |= (digit & 31) << shift;
        shift += 5;
        if digit & 32 == 0 {
            numbers.push(if number & 1 == 1 { -(number >> 1) } else { number >> 1 });
            (number, shift) = (0, 0);
        }
    }
    numbers
}

//! The upgrade of an HTTP connection: what a client asks for, what a server answers.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use edgeemu_world::Rng;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY};
use http::header::{SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderMap, HeaderValue};
use sha1::{Digest, Sha1};

/// What the standard adds to a key before it is hashed.
const KEY_SUFFIX: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// Why a client's request for a WebSocket is refused, in production's words.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum HandshakeError {
    /// Only version 13 exists.
    #[error("ERROR: The requested WebSocket version is not supported.")]
    Version,
    /// The request has no key.
    #[error("ERROR: Missing Sec-WebSocket-Key")]
    Key,
}

/// Whether a request asks for a WebSocket.
pub(crate) fn accepts(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Changes the headers of a response into those that accept the request's handshake.
///
/// # Errors
/// When the request is no handshake that can be accepted.
pub fn accept_headers(request: &HeaderMap, response: &mut HeaderMap) -> Result<(), HandshakeError> {
    if request.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(HandshakeError::Version);
    }
    let key = request.get(SEC_WEBSOCKET_KEY).ok_or(HandshakeError::Key)?;
    // DIFFERS: The extension `permessage-deflate` is never agreed on: messages go over the wire as they are.
    // What came with the answer of another server is about another connection, too.
    response.remove(SEC_WEBSOCKET_EXTENSIONS);
    response.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    response.insert(UPGRADE, WEBSOCKET);
    response.insert(SEC_WEBSOCKET_ACCEPT, acceptance(key));
    Ok(())
}

/// A key for a handshake.
pub(crate) fn key(rng: &Rng) -> HeaderValue {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    value(&BASE64_STANDARD.encode(bytes))
}

/// Adds to the headers of a request what asks for a WebSocket.
pub(crate) fn offer(headers: &mut HeaderMap, key: HeaderValue) {
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, WEBSOCKET);
    headers.insert(SEC_WEBSOCKET_KEY, key);
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.remove(SEC_WEBSOCKET_EXTENSIONS);
}

/// What proves that the server has understood the key.
pub(crate) fn acceptance(key: &HeaderValue) -> HeaderValue {
    let mut hash = Sha1::new();
    hash.update(key.as_bytes());
    hash.update(KEY_SUFFIX);
    value(&BASE64_STANDARD.encode(hash.finalize()))
}

fn value(base64: &str) -> HeaderValue {
    HeaderValue::from_str(base64).expect("base64 is fit for a header")
}

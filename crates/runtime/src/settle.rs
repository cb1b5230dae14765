//! What an asynchronous operation of the host gives to the promise that JavaScript waits for.

use bytes::Bytes;
use deno_core::v8;
use edgeemu_kv::{Entry, ListPage};

/// The end of an operation.
pub(crate) enum Settled {
    Undefined,
    Null,
    Bool(bool),
    Bytes(Bytes),
    /// Parsed as JSON on arrival.
    Json(String),
    /// What KV gave to whoever had to wait for it.
    Kv(KvAnswer),
    TypeError(String),
    Error(String),
    /// The result of a call: a list of bytes, numbers of what came with them, and whether the result has a disposer.
    Message {
        bytes: Bytes,
        attachments: Vec<u32>,
        has_disposer: bool,
    },
    /// An exception of another Worker: rejects with its serialized form.
    Thrown(Bytes),
    /// An error with `remote: true`, as production marks what happened in another Worker.
    Remote(String),
    /// An exception of an instance that was called before and is no more: rejects with its serialized form in a list.
    ThrownBefore(Bytes),
    /// An error with these properties set to true.
    Marked(String, &'static [&'static str]),
    /// An error with `retryable: true`, as production marks a lost connection.
    Retryable(String),
}

/// An answer of KV.
pub(crate) enum KvAnswer {
    Entry { entry: Option<Entry>, as_text: bool },
    Rows(Vec<(String, Option<Entry>)>),
    Page(ListPage),
}

impl Settled {
    /// Resolves or rejects the promise.
    pub(crate) fn apply(self, scope: &mut v8::PinScope, resolver: v8::Local<v8::PromiseResolver>) {
        let result = self.into_value(scope);
        // `None` means that the isolate is being terminated, which the lane notices by itself.
        let _terminated = match result {
            Ok(value) => resolver.resolve(scope, value),
            Err(error) => resolver.reject(scope, error),
        };
    }

    fn into_value<'s>(
        self,
        scope: &mut v8::PinScope<'s, '_>,
    ) -> Result<v8::Local<'s, v8::Value>, v8::Local<'s, v8::Value>> {
        match self {
            Settled::Undefined => Ok(v8::undefined(scope).into()),
            Settled::Null => Ok(v8::null(scope).into()),
            Settled::Bool(value) => Ok(v8::Boolean::new(scope, value).into()),
            Settled::Bytes(bytes) => Ok(uint8_array(scope, bytes)),
            Settled::Json(text) => {
                let text = string(scope, &text);
                Ok(v8::json::parse(scope, text).unwrap_or_else(|| v8::undefined(scope).into()))
            }
            Settled::Message { bytes, attachments, has_disposer } => {
                let parts = [
                    uint8_array(scope, bytes),
                    crate::rpc::numbers(scope, &attachments),
                    v8::Boolean::new(scope, has_disposer).into(),
                ];
                Ok(v8::Array::new_with_elements(scope, &parts).into())
            }
            Settled::Thrown(bytes) => Err(uint8_array(scope, bytes)),
            Settled::Kv(answer) => Ok(crate::bindings::kv::answer_value(scope, answer)),
            Settled::TypeError(message) => {
                let message = string(scope, &message);
                Err(v8::Exception::type_error(scope, message))
            }
            Settled::Retryable(message) => Err(marked(scope, &message, "retryable")),
            Settled::ThrownBefore(bytes) => {
                let bytes = uint8_array(scope, bytes);
                Err(v8::Array::new_with_elements(scope, &[bytes]).into())
            }
            Settled::Marked(message, marks) => Err(marked_all(scope, &message, marks)),
            Settled::Remote(message) => Err(marked(scope, &message, "remote")),
            Settled::Error(message) => {
                let message = string(scope, &message);
                Err(v8::Exception::error(scope, message))
            }
        }
    }
}

/// An error with a property that is true.
fn marked<'s>(scope: &mut v8::PinScope<'s, '_>, message: &str, mark: &str) -> v8::Local<'s, v8::Value> {
    marked_all(scope, message, &[mark])
}

fn marked_all<'s>(scope: &mut v8::PinScope<'s, '_>, message: &str, marks: &[&str]) -> v8::Local<'s, v8::Value> {
    let message = string(scope, message);
    let error = v8::Exception::error(scope, message);
    if let Ok(object) = v8::Local::<v8::Object>::try_from(error) {
        for mark in marks {
            let (key, value) = (string(scope, mark), v8::Boolean::new(scope, true));
            object.set(scope, key.into(), value.into());
        }
    }
    error
}

/// A JavaScript string; an empty one if it is longer than V8 allows.
pub(crate) fn string<'s>(scope: &mut v8::PinScope<'s, '_>, text: &str) -> v8::Local<'s, v8::String> {
    v8::String::new(scope, text).unwrap_or_else(|| v8::String::empty(scope))
}

/// A `Uint8Array` over the bytes, without a copy where they are not shared.
pub(crate) fn uint8_array<'s>(scope: &mut v8::PinScope<'s, '_>, bytes: Bytes) -> v8::Local<'s, v8::Value> {
    let length = bytes.len();
    let store = v8::ArrayBuffer::new_backing_store_from_vec(Vec::from(bytes)).make_shared();
    let buffer = v8::ArrayBuffer::with_backing_store(scope, &store);
    v8::Uint8Array::new(scope, buffer, 0, length).map_or_else(|| v8::undefined(scope).into(), Into::into)
}

//! Answers: from isolates to the simulator and back.

use std::cell::RefCell;
use std::rc::Rc;

use bytes::Bytes;
use edgeemu_runtime::{Body, Failure, Given};
use edgeemu_sim as sim;
use serde::Deserialize;
use sim::{Complaint, Reply, Stored, Told};

/// The answer of an invocation, from its head to the last byte of its body.
#[derive(Default)]
pub(super) struct Answering {
    read: Rc<RefCell<Option<http::Response<Bytes>>>>,
}

impl Answering {
    /// Begins to read what was answered; gives whether that takes time, because its body does.
    pub(super) fn begin(&mut self, answer: Result<http::Response<Body>, Failure>) -> bool {
        let response = match answer {
            Ok(response) => response,
            Err(failure) => {
                self.read.replace(Some(failed(&failure)));
                return false;
            }
        };
        let read = Rc::clone(&self.read);
        let (head, body) = response.into_parts();
        let mut reading = Box::pin(async move {
            // A body that breaks off is an answer that does.
            let body = body.collect().await.unwrap_or_default();
            read.replace(Some(http::Response::from_parts(head, body)));
        });
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let takes_time = reading.as_mut().poll(&mut context).is_pending();
        if takes_time {
            edgeemu_runtime::spawn_local(reading);
        }
        takes_time
    }

    /// The whole answer, once.
    pub(super) fn end(&mut self) -> Option<http::Response<Bytes>> {
        self.read.take()
    }
}

fn failed(failure: &Failure) -> http::Response<Bytes> {
    let text = failure.to_string();
    let mut response = http::Response::new(Bytes::from(text.lines().next().unwrap_or_default().to_owned()));
    *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// What a client gets when the invocation ended without an answer.
pub(super) fn broken() -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from_static(b"error code: 1101"));
    *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// What a script gets for a request that was left out.
pub(super) fn left_out() -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::new());
    response.headers_mut().insert("edgeemu-left-out", http::HeaderValue::from_static("1"));
    response
}

/// What the simulator gives an operation, for JavaScript.
pub(super) fn given(reply: Reply) -> Given {
    match reply {
        Reply::Done | Reply::Bytes(_) => Given::Done,
        Reply::Entry(entry) => Given::Entry(entry),
        Reply::Page(page) => Given::Page(page),
        Reply::Failed(failure) => Given::Failed(failure.0),
    }
}

/// Why a request of a Worker to the outside fails.
pub(super) fn leads_out(what: &str) -> String {
    format!(
        "edgeemu explore: `fetch` of {what} leads out of the simulation, where nothing could be repeated; answer it with \
         `w.outbound` in the test"
    )
}

/// What a script sees of the central store.
pub(super) fn stored(stored: Stored) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::new());
    match stored {
        Stored::Unasked => {}
        Stored::Entry(Some(entry)) => *response.body_mut() = entry.value,
        Stored::Entry(None) => *response.status_mut() = http::StatusCode::NO_CONTENT,
        Stored::Keys(keys) => {
            let names: Vec<String> = keys.into_iter().map(|key| key.name).collect();
            *response.body_mut() = serde_json::Value::from(names).to_string().into();
        }
    }
    response
}

/// Everything a test has to say at its end.
#[derive(Deserialize)]
struct End {
    complaints: Vec<Said>,
    seen: std::collections::BTreeMap<String, bool>,
    #[serde(default)]
    inconclusive: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    name: String,
    text: String,
    #[serde(default)]
    at: Option<String>,
}

/// Tells what a test said at its end.
pub(super) fn tell_end(response: &http::Response<Bytes>, told: &mut Vec<Told>) {
    match serde_json::from_slice::<End>(response.body()) {
        Ok(end) => {
            let complaints = end.complaints.into_iter();
            told.extend(complaints.map(|Said { name, text, at }| Told::Complained(Complaint { name, text, at })));
            told.extend(end.seen.into_iter().map(|(name, seen)| Told::Sometimes { name, seen }));
            told.extend(end.inconclusive.map(Told::Inconclusive));
        }
        Err(_) => told.push(Told::Inconclusive(String::from_utf8_lossy(response.body()).into_owned())),
    }
    told.push(Told::Ended);
}

//! Firing a cron trigger by hand.

use edgeemu_runtime::{Body, Failure};
use edgeemu_world::Timestamp;
use http::{Response, StatusCode, Uri};
use serde_json::json;

use super::query;
use crate::pages;
use crate::worker::Worker;

/// `?cron=…&time=…&format=json`: runs the handler and answers with its outcome.
pub(super) async fn answer(worker: &Worker, uri: &Uri) -> Response<Body> {
    let outcome = run(worker, uri).await;
    let (status, word) = match &outcome {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "exception"),
    };
    if query(uri, "format").as_deref() == Some("json") {
        return pages::typed(status, "application/json", json!({ "outcome": word, "noRetry": false }).to_string());
    }
    pages::plain(status, word)
}

/// The address of older tools.
pub(super) async fn legacy(worker: &Worker, uri: &Uri) -> Response<Body> {
    match run(worker, uri).await {
        Ok(()) => pages::plain(StatusCode::OK, "Ran scheduled event"),
        Err(failure) => pages::plain(StatusCode::INTERNAL_SERVER_ERROR, failure.to_string()),
    }
}

async fn run(worker: &Worker, uri: &Uri) -> Result<(), Failure> {
    let cron = query(uri, "cron").unwrap_or_default();
    let time = query(uri, "time").and_then(|millis| millis.parse().ok()).map(Timestamp::from_millis);
    worker.scheduled(&cron, time).await
}

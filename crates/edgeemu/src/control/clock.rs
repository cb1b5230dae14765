//! The clock over HTTP: `GET` reads it; `POST` with `{"advance_ms": n}`, `{"freeze": true}` or `{"resume": true}` moves it.

use std::time::Duration;

use edgeemu_runtime::{Body, LaneClosed};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::clock::ClockHandle;
use crate::pages;

pub(super) async fn answer(clock: &ClockHandle, request: Request<Body>) -> Response<Body> {
    if request.method() == Method::POST {
        let Ok(body) = request.into_body().collect().await else {
            return pages::plain(StatusCode::BAD_REQUEST, "the body ended early");
        };
        let Ok(command) = serde_json::from_slice::<Value>(&body) else {
            return pages::plain(StatusCode::BAD_REQUEST, "the body is not JSON");
        };
        if apply(clock, &command).await.is_err() {
            return pages::plain(StatusCode::SERVICE_UNAVAILABLE, "the emulator is shutting down");
        }
    }
    let state = json!({ "now_ms": clock.now().as_millis(), "frozen": clock.is_frozen() });
    pages::typed(StatusCode::OK, "application/json", state.to_string())
}

async fn apply(clock: &ClockHandle, command: &Value) -> Result<(), LaneClosed> {
    if command["freeze"] == true {
        clock.freeze();
    }
    if let Some(millis) = command["advance_ms"].as_u64() {
        clock.advance(Duration::from_millis(millis)).await?;
    }
    if command["resume"] == true {
        clock.resume();
    }
    Ok(())
}

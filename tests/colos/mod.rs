//! Many locations: isolates of their own, what a request sees of where it is, and what KV shows in each.

use std::time::Duration;

use edgeemu::{Body, Colo, Emulator, EmulatorBuilder, KvConsistency, World, http};
use libtest_mimic::Trial;
use serde_json::Value;
use tempfile::TempDir;

use crate::case::{Outcome, written_tests};

mod isolates;
mod staleness;
mod time;

/// All of them.
pub(crate) fn tests() -> Vec<Trial> {
    [isolates::TESTS, staleness::TESTS, time::TESTS].into_iter().flat_map(written_tests).collect()
}

const FRA: Colo = Colo::new(*b"FRA");
const SFO: Colo = Colo::new(*b"SFO");

/// An emulator whose time stands still.
struct Running {
    emulator: Emulator,
    _dir: TempDir,
}

/// Starts a Worker that is one module, with a KV namespace `KV`.
async fn start(worker: &str, describe: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder) -> Result<Running, String> {
    let dir = TempDir::new().map_err(|error| error.to_string())?;
    std::fs::write(dir.path().join("worker.js"), worker).map_err(|error| error.to_string())?;
    let config = r#"{ "name": "app", "main": "worker.js", "compatibility_date": "2026-08-01",
        "kv_namespaces": [{ "binding": "KV", "id": "data" }] }"#;
    let builder = Emulator::builder().config_text(dir.path().join("wrangler.json"), config);
    let builder = describe(builder.world(World::simulated(1)));
    let emulator = builder.build().await.map_err(|error| error.to_string())?;
    Ok(Running { emulator, _dir: dir })
}

/// Frankfurt and San Francisco.
async fn two(worker: &str, consistency: KvConsistency) -> Result<Running, String> {
    start(worker, |builder| builder.colos([FRA, SFO]).kv_consistency(consistency)).await
}

impl Running {
    /// `GET` in a location; the body as text.
    async fn text(&self, colo: &str, path: &str) -> Result<String, String> {
        let bytes = self.get(colo, path).await?.into_body();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// `GET` in a location; the body as JSON.
    async fn json(&self, colo: &str, path: &str) -> Result<Value, String> {
        serde_json::from_str(&self.text(colo, path).await?).map_err(|error| error.to_string())
    }

    async fn get(&self, colo: &str, path: &str) -> Result<http::Response<bytes::Bytes>, String> {
        let request = http::Request::get(format!("http://test{path}")).body(Body::empty());
        let colo = self.emulator.colo(colo).map_err(|error| error.to_string())?;
        let response = colo.fetch(request.map_err(|error| error.to_string())?).await;
        let (head, body) = response.map_err(|error| error.to_string())?.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?;
        Ok(http::Response::from_parts(head, body))
    }

    async fn advance(&self, secs: u64) -> Outcome {
        self.emulator.clock().advance(Duration::from_secs(secs)).await.map_err(|error| error.to_string())
    }
}

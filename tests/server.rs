//! An emulator with an HTTP server in front, in real time, for tests that speak to it over sockets.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use edgeemu::{Emulator, Event, ListenOptions, LogKind};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// How long something may take to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Worker behind a socket. Ends when it is dropped.
pub(crate) struct Server {
    // In this order: the emulator goes before what it stands on.
    emulator: Option<Emulator>,
    runtime: Runtime,
    said: Mutex<Receiver<String>>,
    _dir: TempDir,
    /// Where it answers.
    pub(crate) url: String,
}

impl Server {
    /// Starts a Worker that is one module, with a KV namespace `KV`.
    pub(crate) fn start(worker: &str) -> Server {
        let dir = TempDir::new().expect("the system has room for a folder");
        let config = r#"{
            "name": "app", "main": "worker.js", "compatibility_date": "2026-08-01",
            "compatibility_flags": ["enable_request_signal"],
            "kv_namespaces": [{ "binding": "KV", "id": "data" }]
        }"#;
        std::fs::write(dir.path().join("wrangler.json"), config).expect("the file can be written");
        std::fs::write(dir.path().join("worker.js"), worker).expect("the file can be written");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("the system has room for an event loop");
        let (sender, said) = channel();
        let sender = Mutex::new(sender);
        let builder = Emulator::builder()
            .config(dir.path().join("wrangler.json"))
            .listen(ListenOptions { port: Some(0), ..ListenOptions::default() })
            .events(std::sync::Arc::new(move |event| {
                let Event::Log(log) = event else { return };
                let text = match log.kind {
                    LogKind::Console { text, .. } | LogKind::Notice { text, .. } => text,
                    LogKind::Exception { report, .. } => report.headline,
                };
                // A test that has seen enough does not listen any more.
                let _unheard = sender.lock().expect("nobody panics with it").send(text);
            }));
        let emulator = runtime.block_on(builder.build()).expect("the Worker of a test starts");
        let url = emulator.url().expect("it listens").to_owned();
        Server { emulator: Some(emulator), runtime, said: Mutex::new(said), _dir: dir, url }
    }

    /// Waits until the Worker says something with this text in it.
    pub(crate) fn wait_for(&self, text: &str) -> Result<String, String> {
        let said = self.said.lock().expect("nobody panics with it");
        let mut heard = Vec::new();
        loop {
            match said.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(text) => return Ok(line),
                Ok(line) => heard.push(line),
                Err(_) => return Err(format!("nobody said {text:?}; said was:\n{}", heard.join("\n"))),
            }
        }
    }

    /// The value of a key.
    pub(crate) fn kv(&self, key: &str) -> Option<String> {
        let emulator = self.emulator.as_ref()?;
        let kv = self.runtime.block_on(emulator.kv("KV"))?;
        kv.get(key).expect("the key of a test is valid")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(emulator) = self.emulator.take() {
            // What cannot be written has nowhere to go in memory.
            let _failed = self.runtime.block_on(emulator.shutdown());
        }
    }
}

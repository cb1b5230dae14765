//! Runs a Worker twice per seed in a simulated world and compares everything that could be observed:
//! `determinism [SEEDS]`. A difference is printed with its seed, and ends the program with an error.

#![allow(clippy::print_stdout, clippy::disallowed_methods, clippy::unwrap_used, reason = "a measuring tool for people")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use edgeemu::{Emulator, Event, LogKind, World, http};

const CONFIG: &str = r#"{ "name": "sim", "main": "worker.js", "compatibility_date": "2026-01-01",
  "kv_namespaces": [{ "binding": "KV", "id": "kv" }] }"#;

const WORKER: &str = r#"
export default {
  async fetch(request, env, ctx) {
    const id = crypto.randomUUID();
    const delays = [...crypto.getRandomValues(new Uint8Array(6))];
    const seen = [];
    await Promise.all(delays.map(async (delay, i) => {
      await scheduler.wait(delay * 10);
      seen.push([i, Date.now(), Math.random()]);
      await env.KV.put(`k${delay % 4}`, `${id}:${i}`, { expirationTtl: 60 + delay });
    }));
    ctx.waitUntil(scheduler.wait(500).then(() => console.log("after", Date.now(), performance.now())));
    const { keys } = await env.KV.list();
    return Response.json({ id, seen, keys, values: await Promise.all(keys.map(({ name }) => env.KV.get(name))) });
  },
};
"#;

/// Everything a Worker did and said, in order.
async fn run(dir: &std::path::Path, seed: u64) -> Vec<String> {
    let trace = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&trace);
    let emulator = Emulator::builder()
        .config(dir.join("wrangler.jsonc"))
        .world(World::simulated(seed))
        .events(Arc::new(move |event| {
            if let Event::Log(log) = event
                && let LogKind::Console { text, .. } = log.kind
            {
                sink.lock().unwrap().push(format!("{} {text}", log.time));
            }
        }))
        .build()
        .await
        .unwrap();
    for turn in 0..3 {
        let request = http::Request::get(format!("http://sim/{turn}")).body("").unwrap();
        let clock = emulator.clock();
        let (response, advanced) =
            tokio::join!(biased; emulator.fetch(request), clock.run_until_idle(Duration::from_secs(30)));
        advanced.unwrap();
        let body = response.unwrap().into_body().collect().await.unwrap();
        clock.advance(Duration::from_secs(30)).await.unwrap();
        trace.lock().unwrap().push(String::from_utf8_lossy(&body).into_owned());
    }
    let trace = trace.lock().unwrap();
    trace.clone()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let seeds = std::env::args().nth(1).map_or(200, |text| text.parse().unwrap());
    let dir = std::env::temp_dir().join(format!("edgeemu-determinism-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("wrangler.jsonc"), CONFIG).unwrap();
    std::fs::write(dir.join("worker.js"), WORKER).unwrap();
    let started = Instant::now();
    let mut different = std::collections::BTreeSet::new();
    for seed in 0..seeds {
        let (first, second) = (run(&dir, seed).await, run(&dir, seed).await);
        if first != second {
            println!("seed {seed} differs:\n  {first:?}\n  {second:?}");
            std::process::exit(1);
        }
        different.insert(first);
    }
    std::fs::remove_dir_all(&dir).unwrap();
    println!(
        "{seeds} seeds, each run twice: equal every time, {} different traces, {:.1} s",
        different.len(),
        started.elapsed().as_secs_f64()
    );
}

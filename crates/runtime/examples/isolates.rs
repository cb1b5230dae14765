//! Measures isolates: `stress TURNS SEED` runs eight of them on one thread with everything that can interleave, and
//! `start COUNT` measures how long one takes to start and what it costs in memory.

#![allow(clippy::print_stdout, clippy::disallowed_methods, clippy::unwrap_used, reason = "a measuring tool for people")]

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use edgeemu_kv::consistency::{Colo, Place};
use edgeemu_runtime::{
    Alone, Body, Isolate, IsolateOptions, Lane, Limits, Module, ModuleKind, RequestInfo, Script, Syntax,
};
use edgeemu_world::{Rng, World};

const WORKER: &str = r#"
import text from "./page.txt";
let count = 0;
const kept = [];
export default {
  async fetch(request, env, ctx) {
    count++;
    const kind = new URL(request.url).pathname;
    if (kind === "/timer") {
      await new Promise((resolve) => setTimeout(resolve, count % 3));
    } else if (kind === "/garbage") {
      for (let i = 0; i < 200; i++) kept.push(new Uint8Array(1024), { i, text: text.repeat(10) });
      if (kept.length > 5000) kept.length = 0;
    } else if (kind === "/later") {
      ctx.waitUntil(scheduler.wait(2).then(() => { count++; }));
    } else if (kind === "/digest") {
      await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text + count));
    } else if (kind === "/body") {
      const echoed = await request.text();
      return new Response(echoed.toUpperCase());
    } else if (kind === "/stream") {
      const { readable, writable } = new TransformStream();
      const writer = writable.getWriter();
      ctx.waitUntil((async () => { for (const part of ["a", "b", "c"]) await writer.write(new TextEncoder().encode(part)); await writer.close(); })());
      return new Response(readable);
    }
    return new Response("ok");
  },
};
"#;

fn options(world: &World) -> IsolateOptions {
    let module = |name: &str, kind, source: &'static str| Module {
        name: name.to_owned(),
        kind,
        source: Bytes::from_static(source.as_bytes()),
    };
    let script = Script {
        name: "stress".to_owned(),
        syntax: Syntax::Modules,
        main: "index.js".to_owned(),
        modules: vec![
            module("index.js", ModuleKind::EsModule, WORKER),
            module("page.txt", ModuleKind::Text, "some text of a module"),
        ],
        source_map: None,
        bindings: Vec::new(),
        caches: edgeemu_cache::Caches::new(world),
        outside: edgeemu_runtime::Outside::Network,
        flags: Vec::new(),
        limits: Limits::default(),
        classes: Vec::new(),
    };
    IsolateOptions {
        script: Arc::new(script),
        world: world.clone(),
        logs: Arc::new(|_| {}),
        director: None,
        target: None,
        place: Place::of(Colo::new(*b"DFW")),
        peers: Rc::new(Alone),
    }
}

type Answer = Pin<Box<dyn Future<Output = ()>>>;

fn call(isolate: &Rc<Isolate>, kind: &'static str) -> Answer {
    let isolate = Rc::clone(isolate);
    Box::pin(async move {
        let (method, body) = if kind == "/body" { ("POST", Body::from("shout")) } else { ("GET", Body::empty()) };
        let request = http::Request::builder().method(method).uri(kind).body(body).unwrap();
        let info = RequestInfo { url: format!("http://stress{kind}"), ..RequestInfo::default() };
        let response = isolate.fetch(request, info).await.unwrap();
        let body = response.into_body().collect().await.unwrap();
        let expected: &[u8] = match kind {
            "/body" => b"SHOUT",
            "/stream" => b"abc",
            _ => b"ok",
        };
        assert_eq!(&body[..], expected, "{kind}");
    })
}

async fn stress(turns: usize, seed: u64) {
    const KINDS: [&str; 7] = ["/", "/timer", "/garbage", "/later", "/digest", "/body", "/stream"];
    let (world, rng) = (World::real(), Rng::seeded(seed));
    let start = || Isolate::start(options(&world)).unwrap();
    let mut isolates: Vec<_> = (0..8).map(|_| start()).collect();
    let pick = |count: usize| usize::try_from(rng.below(count as u64)).unwrap();
    let (started, mut restarts, mut done) = (Instant::now(), 0, 0);
    while done < turns {
        let calls: Vec<_> = (0..16).map(|_| call(&isolates[pick(8)], KINDS[pick(7)])).collect();
        done += calls.len();
        futures::future::join_all(calls).await;
        if rng.below(20) == 0 {
            let at = pick(8);
            drop(std::mem::replace(&mut isolates[at], start()));
            restarts += 1;
        }
    }
    println!(
        "{done} calls over 8 isolates on one thread, {restarts} of them dropped and started anew, seed {seed}: {:.1} s, \
         {} MiB resident",
        started.elapsed().as_secs_f64(),
        resident_mib()
    );
}

fn start(count: usize) {
    let world = World::real();
    let before = resident_mib();
    let mut times = Vec::new();
    let mut isolates = Vec::new();
    for _ in 0..count {
        let started = Instant::now();
        isolates.push(Isolate::start(options(&world)).unwrap());
        times.push(started.elapsed());
    }
    let first = times[0];
    times.sort();
    println!(
        "{count} isolates: first {first:.1?}, median {:.1?}, slowest {:.1?}; {:.1} MiB each",
        times[count / 2],
        times[count - 1],
        (resident_mib() - before) as f64 / count as f64
    );
}

fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |at: usize, default| arguments.get(at).map_or(default, |text| text.parse().unwrap());
    let lane = Lane::start("measure").unwrap();
    match arguments.get(1).map(String::as_str) {
        Some("stress") => {
            let (turns, seed) = (number(2, 100_000), number(3, 1) as u64);
            lane.run(move || stress(turns, seed)).await.unwrap();
        }
        Some("start") => {
            let count = number(2, 50);
            lane.run(move || async move { start(count) }).await.unwrap();
        }
        _ => println!("usage: isolates stress [TURNS] [SEED] | start [COUNT]"),
    }
}

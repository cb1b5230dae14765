//! Several emulators in one process do not know of each other.

use std::time::Duration;

use edgeemu::{Body, Emulator, PutOptions, World, http};
use tempfile::TempDir;

use crate::case::{Outcome, Written, block_on, holds, same, written};

pub(super) const TESTS: &[Written] = written![
    two_emulators_have_two_clocks_and_two_stores,
    the_same_seed_gives_the_same_randomness,
    an_emulator_that_was_dropped_leaves_the_other_alone,
    a_configuration_can_be_text,
    reloading_takes_the_new_code,
    an_emulator_without_a_project_says_so,
    a_lost_isolate_is_replaced_for_requests_that_wait,
];

const WORKER: &str = "let n = 0; export default { async fetch(request, { KV, NAME }) { \
    await KV.put('who', NAME); \
    return Response.json({ name: NAME, now: Date.now(), who: await KV.get('who'), n: ++n, \
      random: [Math.random(), crypto.randomUUID()] }); } };";

struct Running {
    emulator: Emulator,
    dir: TempDir,
}

async fn start(world: World, name: &str) -> Result<Running, String> {
    let dir = TempDir::new().map_err(|error| error.to_string())?;
    write(&dir, WORKER)?;
    let config = format!(
        r#"{{ "name": "app", "main": "worker.js", "compatibility_date": "2026-08-01", "vars": {{ "NAME": "{name}" }},
             "kv_namespaces": [{{ "binding": "KV", "id": "data" }}] }}"#
    );
    let builder = Emulator::builder().config_text(dir.path().join("wrangler.json"), config).world(world);
    let emulator = builder.build().await.map_err(|error| error.to_string())?;
    Ok(Running { emulator, dir })
}

fn write(dir: &TempDir, worker: &str) -> Outcome {
    std::fs::write(dir.path().join("worker.js"), worker).map_err(|error| error.to_string())
}

async fn ask(running: &Running) -> Result<serde_json::Value, String> {
    let request = http::Request::get("http://test/").body(Body::empty()).map_err(|error| error.to_string())?;
    let response = running.emulator.fetch(request).await.map_err(|error| error.to_string())?;
    let body = response.into_body().collect().await.map_err(|error| error.to_string())?;
    serde_json::from_slice(&body).map_err(|error| error.to_string())
}

fn two_emulators_have_two_clocks_and_two_stores() -> Outcome {
    block_on(async {
        let one = start(World::simulated(1), "one").await?;
        let two = start(World::simulated(2), "two").await?;
        one.emulator.clock().advance(Duration::from_secs(3600)).await.map_err(|error| error.to_string())?;
        let (first, second) = (ask(&one).await?, ask(&two).await?);
        same("names", (&first["who"], &second["who"]), (&"one".into(), &"two".into()))?;
        let between = first["now"].as_i64().unwrap_or(0) - second["now"].as_i64().unwrap_or(0);
        same("an hour lies between them", between, 3_600_000)?;
        let kv = one.emulator.kv("KV").await.ok_or("no binding")?;
        kv.put("mine", "1", &PutOptions::default()).map_err(|error| error.to_string())?;
        let kv = two.emulator.kv("KV").await.ok_or("no binding")?;
        same("the other store", kv.get("mine").map_err(|error| error.to_string())?, None)
    })
}

fn the_same_seed_gives_the_same_randomness() -> Outcome {
    block_on(async {
        let mut seen = Vec::new();
        for seed in [7, 7, 8] {
            seen.push(ask(&start(World::simulated(seed), "x").await?).await?);
        }
        same("same seed", &seen[0], &seen[1])?;
        holds("another seed is different", seen[0]["random"] != seen[2]["random"])
    })
}

fn an_emulator_that_was_dropped_leaves_the_other_alone() -> Outcome {
    block_on(async {
        let one = start(World::simulated(1), "one").await?;
        let two = start(World::simulated(1), "two").await?;
        ask(&two).await?;
        drop(two);
        same("the other answers", ask(&one).await?["name"].as_str(), Some("one"))
    })
}

fn a_configuration_can_be_text() -> Outcome {
    block_on(async {
        let running = start(World::real(), "text").await?;
        same("name", ask(&running).await?["name"].as_str(), Some("text"))?;
        running.emulator.shutdown().await.map_err(|error| error.to_string())
    })
}

fn reloading_takes_the_new_code() -> Outcome {
    block_on(async {
        let running = start(World::simulated(1), "x").await?;
        same("before", ask(&running).await?["n"].as_i64(), Some(1))?;
        write(&running.dir, "export default { fetch: () => Response.json('new') };")?;
        running.emulator.reload().await.map_err(|error| error.to_string())?;
        same("after", ask(&running).await?.as_str(), Some("new"))?;
        write(&running.dir, "export default {")?;
        holds("broken code is refused", running.emulator.reload().await.is_err())?;
        same("the old code goes on", ask(&running).await?.as_str(), Some("new"))
    })
}

fn an_emulator_without_a_project_says_so() -> Outcome {
    block_on(async {
        let error = Emulator::builder().build().await.err().map(|error| error.to_string());
        let text = "an emulator needs a project: call `config` or `project` on the builder";
        same("error", error.as_deref(), Some(text))
    })
}

fn a_lost_isolate_is_replaced_for_requests_that_wait() -> Outcome {
    block_on(async {
        let dir = TempDir::new().map_err(|error| error.to_string())?;
        let worker = "export default { async fetch(request) { \
            if (request.url.endsWith('/loop')) for (;;); \
            await new Promise((resolve) => setTimeout(resolve, 1000)); return new Response('answered'); } };";
        write(&dir, worker)?;
        let config =
            r#"{ "name": "app", "main": "worker.js", "compatibility_date": "2026-08-01", "limits": { "cpu_ms": 50 } }"#;
        let builder = Emulator::builder().config_text(dir.path().join("wrangler.json"), config).world(World::real());
        let emulator = builder.build().await.map_err(|error| error.to_string())?;
        let get =
            |path: &str| http::Request::get(format!("http://test{path}")).body(Body::empty()).expect("it is valid");
        let (waiting, looping) = tokio::join!(emulator.fetch(get("/wait")), emulator.fetch(get("/loop")));
        let error = looping.err().map(|error| error.to_string());
        same("the one that loops", error.as_deref(), Some("Worker exceeded CPU time limit."))?;
        match waiting {
            Ok(response) => same("the one that waits", response.status().as_u16(), 200),
            Err(error) => same("the one that waits", error.to_string().as_str(), "Worker exceeded CPU time limit."),
        }
    })
}

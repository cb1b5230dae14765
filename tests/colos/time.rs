//! Ways for time to pass.

use std::time::Duration;

use edgeemu::{Body, KvConsistency, TimeMode, World, http};

use tokio::io::AsyncWriteExt;

use super::{FRA, Running, SFO, start};
use crate::case::{Outcome, Written, block_on, holds, same, written};

pub(super) const TESTS: &[Written] = written![
    virtual_time_waits_for_nobody,
    virtual_time_waits_for_the_network,
    virtual_time_stands_while_nobody_asks,
    a_minute_can_be_a_second,
    modes_can_be_changed,
    advancing_fires_timers_and_ends_cache_entries_in_order,
];

/// `/wait/MS`, `/fetch`: an answer from elsewhere against a timeout.
const WAITING: &str = "export default { async fetch(request, { UPSTREAM }) { \
    const [, what, millis] = new URL(request.url).pathname.split('/'); \
    const before = Date.now(); \
    if (what === 'wait') await scheduler.wait(Number(millis)); \
    if (what === 'fetch') { \
      const signal = AbortSignal.timeout(60_000); \
      return new Response((await fetch(UPSTREAM, { signal })).status); \
    } \
    return new Response(String(Date.now() - before)); } };";

async fn at(mode: TimeMode, worker: &str) -> Result<Running, String> {
    start(worker, |builder| builder.time(mode)).await
}

async fn get(running: &Running, path: &str) -> Result<String, String> {
    running.text("DFW", path).await
}

fn virtual_time_waits_for_nobody() -> Outcome {
    block_on(async {
        let running = at(TimeMode::Virtual, WAITING).await?;
        same("a day", get(&running, "/wait/86400000").await?.as_str(), "86400000")?;
        same("and a moment", get(&running, "/wait/1").await?.as_str(), "1")
    })
}

fn virtual_time_waits_for_the_network() -> Outcome {
    block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let worker = WAITING.replace("{ UPSTREAM }", "_").replace("UPSTREAM", &format!("'http://{address}/'"));
        let running = at(TimeMode::Virtual, &worker).await?;
        let before = running.emulator.clock().now();
        let server = async {
            let (mut stream, _) = listener.accept().await.map_err(|error| error.to_string())?;
            // A server far away: virtual time has many chances to pass meanwhile.
            World::real().clock().sleep(Duration::from_millis(50)).await;
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer).await.map_err(|error| error.to_string())
        };
        let (text, served) = tokio::join!(get(&running, "/fetch"), server);
        served?;
        same("it is answered in time", text?.as_str(), "200")?;
        holds("the timeout has not passed", (running.emulator.clock().now() - before).as_secs() < 60)
    })
}

fn virtual_time_stands_while_nobody_asks() -> Outcome {
    block_on(async {
        let worker = "export default { fetch(request, env, ctx) { \
            ctx.waitUntil(scheduler.wait(1000)); return new Response(String(Date.now())); } };";
        let running = at(TimeMode::Virtual, worker).await?;
        let first: i64 = get(&running, "/").await?.parse().map_err(|_| "no number")?;
        let clock = running.emulator.clock();
        // What was given to `waitUntil` is under way, so time passes for it, and then no more.
        while clock.now().as_millis() < first + 1000 {
            tokio::task::yield_now().await;
        }
        clock.run_until_idle(Duration::from_secs(3600)).await.map_err(|error| error.to_string())?;
        same("it stands", clock.now().as_millis() - first, 1000)
    })
}

fn a_minute_can_be_a_second() -> Outcome {
    block_on(async {
        let worker = WAITING;
        let builder = |builder: edgeemu::EmulatorBuilder| builder.world(World::real()).time(TimeMode::Scaled(6000.0));
        let running = start(worker, builder).await?;
        let waited: i64 = get(&running, "/wait/60000").await?.parse().map_err(|_| "no number")?;
        holds("a minute passed in there", waited >= 60_000)
    })
}

fn modes_can_be_changed() -> Outcome {
    block_on(async {
        let running = start(WAITING, |builder| builder).await?;
        let clock = running.emulator.clock();
        let mut seen = vec![clock.mode()];
        for mode in [TimeMode::Virtual, TimeMode::Scaled(60.0), TimeMode::Frozen, TimeMode::Real] {
            clock.set_mode(mode).map_err(|error| error.to_string())?;
            seen.push(clock.mode());
        }
        let expected = [TimeMode::Frozen, TimeMode::Virtual, TimeMode::Scaled(60.0), TimeMode::Frozen, TimeMode::Real];
        same("modes", seen, expected.to_vec())?;
        holds("no pace backwards", clock.set_mode(TimeMode::Scaled(-1.0)).is_err())?;
        same("text", "x60".parse(), Ok(TimeMode::Scaled(60.0)))?;
        holds("no text", "fast".parse::<TimeMode>().is_err())
    })
}

/// A Worker that notes what it sees after 10, 70 and 130 seconds.
const NOTING: &str = "export default { async fetch(request, { KV }) { \
    const path = new URL(request.url).pathname; \
    if (path === '/put') { await KV.put('k', 'new'); return new Response('put'); } \
    const seen = [await KV.get('k')]; \
    for (const secs of [10, 60, 60]) { await scheduler.wait(secs * 1000); seen.push(await KV.get('k')); } \
    return Response.json(seen); } };";

fn advancing_fires_timers_and_ends_cache_entries_in_order() -> Outcome {
    block_on(async {
        let describe =
            |builder: edgeemu::EmulatorBuilder| builder.colos([FRA, SFO]).kv_consistency(KvConsistency::Documented);
        let running = start(NOTING, describe).await?;
        let request =
            http::Request::get("http://sfo.localhost/").body(Body::empty()).map_err(|error| error.to_string())?;
        let watching = async { running.emulator.fetch(request).await.map_err(|error| error.to_string()) };
        let moving = async {
            running.advance(0).await?;
            running.text("FRA", "/put").await?;
            running.advance(130).await
        };
        let (response, moved) = tokio::join!(biased; watching, moving);
        moved?;
        let body = response?.into_body().collect().await.map_err(|error| error.to_string())?;
        let seen: Vec<Option<String>> = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        let new = Some("new".to_owned());
        same("seen", seen, vec![None, None, new.clone(), new])
    })
}

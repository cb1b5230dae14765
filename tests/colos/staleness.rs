//! What KV shows in a second location: stale values, cached absence, stale lists, and for how long.

use std::collections::BTreeSet;
use std::time::Duration;

use edgeemu::{EmulatorBuilder, GetOptions, KvConsistency, PutOptions, World};

use super::{FRA, SFO, start, two};
use crate::case::{Outcome, Written, block_on, same, written};

pub(super) const TESTS: &[Written] = written![
    a_value_that_was_read_is_answered_for_a_minute_after_it_was_changed,
    a_key_that_was_not_there_is_not_there_for_a_minute,
    a_list_lags_behind_for_a_minute,
    a_shorter_cache_ttl_makes_it_shorter,
    strong_reads_see_everything_at_once,
    a_fixed_delay_shows_writes_after_it,
    a_test_sees_a_namespace_as_a_location_does,
    anything_legal_is_answered_but_nothing_else,
];

/// `/put/KEY/VALUE`, `/delete/KEY`, `/list`, `/get/KEY`, `/get/KEY/CACHE_TTL`.
const STORE: &str = "export default { async fetch(request, { KV }) { \
    const [, what, key, value] = new URL(request.url).pathname.split('/'); \
    try { \
      if (what === 'put') await KV.put(key, value); \
      if (what === 'delete') await KV.delete(key); \
      if (what === 'list') return new Response((await KV.list()).keys.map((key) => key.name).join()); \
      const cacheTtl = value === undefined ? undefined : Number(value); \
      return new Response(what === 'get' ? String(await KV.get(key, { cacheTtl })) : 'done'); \
    } catch (error) { return new Response(error.message); } } };";

fn a_value_that_was_read_is_answered_for_a_minute_after_it_was_changed() -> Outcome {
    block_on(async {
        let running = two(STORE, KvConsistency::Documented).await?;
        running.text("FRA", "/put/session/ada").await?;
        same("the first read is fresh", running.text("SFO", "/get/session").await?.as_str(), "ada")?;
        running.advance(10).await?;
        running.text("FRA", "/delete/session").await?;
        same("where it was deleted it is gone", running.text("FRA", "/get/session").await?.as_str(), "null")?;
        running.advance(49).await?;
        same("elsewhere it is there after 59 s", running.text("SFO", "/get/session").await?.as_str(), "ada")?;
        running.advance(1).await?;
        same("and gone after 60 s", running.text("SFO", "/get/session").await?.as_str(), "null")
    })
}

fn a_key_that_was_not_there_is_not_there_for_a_minute() -> Outcome {
    block_on(async {
        let running = two(STORE, KvConsistency::Documented).await?;
        same("asked too early", running.text("SFO", "/get/link").await?.as_str(), "null")?;
        running.text("FRA", "/put/link/there").await?;
        same("it is there in FRA", running.text("FRA", "/get/link").await?.as_str(), "there")?;
        running.advance(59).await?;
        same("not in SFO", running.text("SFO", "/get/link").await?.as_str(), "null")?;
        running.advance(1).await?;
        same("until a minute is over", running.text("SFO", "/get/link").await?.as_str(), "there")
    })
}

fn a_list_lags_behind_for_a_minute() -> Outcome {
    block_on(async {
        let running = two(STORE, KvConsistency::Documented).await?;
        running.text("FRA", "/put/a/1").await?;
        same("listed", running.text("SFO", "/list").await?.as_str(), "a")?;
        running.advance(1).await?;
        running.text("FRA", "/put/b/2").await?;
        running.text("FRA", "/delete/a").await?;
        same("SFO lists what was", running.text("SFO", "/list").await?.as_str(), "a")?;
        same("and gets what is", running.text("SFO", "/get/b").await?.as_str(), "2")?;
        running.advance(59).await?;
        same("a minute later", running.text("SFO", "/list").await?.as_str(), "b")
    })
}

fn a_shorter_cache_ttl_makes_it_shorter() -> Outcome {
    block_on(async {
        let running = two(STORE, KvConsistency::Documented).await?;
        running.text("FRA", "/put/flag/old").await?;
        running.text("SFO", "/get/flag/30").await?;
        running.advance(2).await?;
        running.text("FRA", "/put/flag/new").await?;
        running.advance(27).await?;
        same("after 29 s", running.text("SFO", "/get/flag/30").await?.as_str(), "old")?;
        running.advance(1).await?;
        same("after 30 s", running.text("SFO", "/get/flag/30").await?.as_str(), "new")
    })
}

fn strong_reads_see_everything_at_once() -> Outcome {
    block_on(async {
        for consistency in [KvConsistency::Strong, KvConsistency::Dev] {
            let running = two(STORE, consistency).await?;
            running.text("FRA", "/put/k/old").await?;
            running.text("SFO", "/get/k").await?;
            running.text("FRA", "/put/k/new").await?;
            same("it is seen", running.text("SFO", "/get/k").await?.as_str(), "new")?;
        }
        Ok(())
    })
}

fn a_fixed_delay_shows_writes_after_it() -> Outcome {
    block_on(async {
        let running = two(STORE, KvConsistency::Delay(Duration::from_secs(10))).await?;
        running.text("FRA", "/put/k/new").await?;
        same("at once where it was written", running.text("FRA", "/get/k").await?.as_str(), "new")?;
        same("not elsewhere", running.text("SFO", "/get/k").await?.as_str(), "null")?;
        running.advance(10).await?;
        same("after ten seconds", running.text("SFO", "/get/k").await?.as_str(), "new")
    })
}

fn a_test_sees_a_namespace_as_a_location_does() -> Outcome {
    block_on(async {
        let running = two(STORE, KvConsistency::Documented).await?;
        running.text("FRA", "/put/k/old").await?;
        running.text("SFO", "/get/k").await?;
        running.advance(5).await?;
        let kv = running.emulator.kv("KV").await.ok_or("no binding")?;
        kv.put("k", "from outside", &PutOptions::default()).map_err(|error| error.to_string())?;
        same("versions", kv.versions("k").len(), 3)?;
        let sfo =
            running.emulator.colo("SFO").map_err(|error| error.to_string())?.kv("KV").await.ok_or("no binding")?;
        let why = sfo.why("k", &GetOptions::default()).map_err(|error| error.to_string())?.ok_or("no caches")?;
        same("what it would answer", (why.read.version.0, why.current.id.0), (1, 2))?;
        let read = sfo.get("k", &GetOptions::default()).map_err(|error| error.to_string())?.answer;
        same("it is old", read.entry.map(|entry| entry.value), Some("old".into()))?;
        same("by how much", read.stale.map(|stale| stale.by), Some(Duration::ZERO))
    })
}

/// Under the most hostile profile: what was never read in a location is fresh there, and nothing is older than a minute.
fn anything_legal_is_answered_but_nothing_else() -> Outcome {
    block_on(async {
        let mut seen = BTreeSet::new();
        for seed in 0..40 {
            let describe = |builder: EmulatorBuilder| {
                let builder = builder.world(World::simulated(seed)).colos([FRA, SFO]);
                builder.kv_consistency(KvConsistency::Adversarial)
            };
            let running = start(STORE, describe).await?;
            running.text("FRA", "/put/k/old").await?;
            same("the first read is fresh", running.text("SFO", "/get/k").await?.as_str(), "old")?;
            running.advance(5).await?;
            running.text("FRA", "/put/k/new").await?;
            seen.insert(running.text("SFO", "/get/k").await?);
            running.advance(66).await?;
            let late = running.text("SFO", "/get/k").await?;
            same(&format!("seed {seed}: a minute later"), late.as_str(), "new")?;
        }
        same("both are seen", seen.into_iter().collect::<Vec<_>>(), vec!["new".to_owned(), "old".to_owned()])
    })
}

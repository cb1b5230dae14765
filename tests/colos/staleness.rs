//! What KV shows in a second location: stale values, cached absence, stale lists, and for how long.

use edgeemu::KvConsistency;

use super::two;
use crate::case::{Outcome, Written, block_on, same, written};

pub(super) const TESTS: &[Written] = written![
    a_value_that_was_read_is_answered_for_a_minute_after_it_was_changed,
    a_key_that_was_not_there_is_not_there_for_a_minute,
    a_list_lags_behind_for_a_minute,
    a_shorter_cache_ttl_makes_it_shorter,
    strong_reads_see_everything_at_once,
    a_fixed_delay_shows_writes_after_it,
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
        let running = two(STORE, KvConsistency::Delay(std::time::Duration::from_secs(10))).await?;
        running.text("FRA", "/put/k/new").await?;
        same("at once where it was written", running.text("FRA", "/get/k").await?.as_str(), "new")?;
        same("not elsewhere", running.text("SFO", "/get/k").await?.as_str(), "null")?;
        running.advance(10).await?;
        same("after ten seconds", running.text("SFO", "/get/k").await?.as_str(), "new")
    })
}

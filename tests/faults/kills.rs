//! The program is killed while Workers write to D1 and R2, again and again. Whatever was acknowledged must be there.
//!
//! `EDGEEMU_KILLS=200 cargo test --workspace --test suite -- kills/` does it two hundred times; without it a few times.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rustix::process::Signal;
use serde_json::Value;

use crate::case::{Outcome, Written, same, written};
use crate::process::Home;
use crate::raw;

pub(super) const TESTS: &[Written] = written![acknowledged_writes_of_d1_and_r2_survive];

/// How often the program is killed in every run of the suite.
const KILLS: u64 = 5;
/// How many clients write at once.
const CLIENTS: u64 = 4;

const CONFIG: &str = r#"{ "name": "kills", "main": "worker.js", "compatibility_date": "2026-08-01",
    "d1_databases": [{ "binding": "DB", "database_name": "kills", "database_id": "kills" }],
    "r2_buckets": [{ "binding": "R2", "bucket_name": "kills" }] }"#;

/// Writes a row, a row with its sum in one batch, and an object, then acknowledges. `/all` says what is there.
const WORKER: &str = r#"
const size = (id) => 1000 + (id * 977) % 20000;
export default {
  async fetch(request, { DB, R2 }) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/tables") {
      await DB.exec("CREATE TABLE IF NOT EXISTS written (id INTEGER PRIMARY KEY, text TEXT)");
      await DB.exec("CREATE TABLE IF NOT EXISTS sums (id INTEGER PRIMARY KEY, half INTEGER)");
      return new Response("ok");
    }
    if (pathname === "/all") return Response.json(await all(DB, R2));
    const id = Number(searchParams.get("id"));
    await DB.batch([
      DB.prepare("INSERT INTO written VALUES (?, ?)").bind(id, String(id).repeat(50)),
      DB.prepare("INSERT INTO sums VALUES (?, ?)").bind(id, Math.floor(id / 2)),
    ]);
    await R2.put(`object/${id}`, new Uint8Array(size(id)).fill(id % 251), { customMetadata: { id: String(id) } });
    if (id % 5 === 0) await R2.put("shared", String(id).repeat(200));
    return new Response("ok");
  },
};

async function all(DB, R2) {
  const [rows, sums, check] = await DB.batch([
    DB.prepare("SELECT id FROM written WHERE text = replace(hex(zeroblob(25)), '0', id) ORDER BY id"),
    DB.prepare("SELECT count(*) AS n FROM written FULL JOIN sums USING (id) WHERE text IS NULL OR half <> id / 2 OR half IS NULL"),
    DB.prepare("PRAGMA quick_check"),
  ]);
  const objects = [];
  let wrong = 0;
  for (let cursor, page; page === undefined || page.truncated; cursor = page.cursor) {
    page = await R2.list({ prefix: "object/", cursor, include: ["customMetadata"] });
    for (const { key, size: found, customMetadata } of page.objects) {
      const id = Number(key.slice(7));
      if (found !== size(id) || customMetadata.id !== String(id)) wrong += 1;
      objects.push(id);
    }
  }
  for (const id of objects.slice(-40)) {
    const bytes = new Uint8Array(await (await R2.get(`object/${id}`)).arrayBuffer());
    if (bytes.length !== size(id) || bytes.some((byte) => byte !== id % 251)) wrong += 1;
  }
  const shared = await (await R2.get("shared"))?.text();
  if (shared !== undefined && shared !== shared.slice(0, shared.length / 200).repeat(200)) wrong += 1;
  return { rows: rows.results.map(({ id }) => id), objects, wrong: wrong + sums.results[0].n, check: check.results[0].quick_check };
}
"#;

fn acknowledged_writes_of_d1_and_r2_survive() -> Outcome {
    let kills = std::env::var("EDGEEMU_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let home = Home::project(WORKER);
    home.write("wrangler.jsonc", CONFIG);
    let ids = AtomicU64::new(1);
    let mut acknowledged = BTreeMap::new();
    for round in 0..kills {
        let dev = home.dev(&[]);
        check(&dev.url, &acknowledged).map_err(|error| format!("after {round} kills: {error}"))?;
        raw::get(&dev.url, "/tables")?;
        let (sender, acks) = channel();
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                let (sender, url, ids) = (sender.clone(), dev.url.as_str(), &ids);
                scope.spawn(move || write_until_killed(url, ids, &sender));
            }
            drop(sender);
            // Another moment in each round, so that it is killed in the middle of everything there is.
            for _ in 0..1 + round * 7 % 60 {
                let id = acks.recv().map_err(|_| "the program ended by itself".to_owned())?;
                acknowledged.insert(id, round);
            }
            dev.signal(Signal::KILL);
            // What it still acknowledged before the signal arrived.
            acknowledged.extend(acks.iter().map(|id| (id, round)));
            Ok::<_, String>(())
        })?;
    }
    let dev = home.dev(&[]);
    check(&dev.url, &acknowledged)?;
    same("everything was written", acknowledged.len() as u64 >= kills, true)
}

fn write_until_killed(url: &str, ids: &AtomicU64, acks: &Sender<u64>) {
    loop {
        let id = ids.fetch_add(1, Ordering::Relaxed);
        let is_acknowledged = write(url, id).is_some_and(|reply| reply.status == 200 && reply.text() == "ok");
        if !is_acknowledged || acks.send(id).is_err() {
            return;
        }
    }
}

/// `None` once the program is gone.
fn write(url: &str, id: u64) -> Option<raw::Reply> {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://").replace("localhost", "127.0.0.1")).ok()?;
    let request =
        format!("POST /?id={id} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    raw::read(&mut stream).ok()
}

/// All that was acknowledged is there, whole; what is not whole is not there.
fn check(url: &str, acknowledged: &BTreeMap<u64, u64>) -> Outcome {
    if acknowledged.is_empty() {
        return Ok(());
    }
    let text = raw::get(url, "/all")?.text();
    let found: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
    same("the database is whole", found["check"].as_str(), Some("ok"))?;
    same("nothing is half there", found["wrong"].as_u64(), Some(0))?;
    for place in ["rows", "objects"] {
        let ids: BTreeSet<u64> = found[place].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
        let lost: Vec<_> = acknowledged.iter().filter(|(id, _)| !ids.contains(id)).collect();
        if !lost.is_empty() {
            return Err(format!("{place} lost, with the round in which they were acknowledged: {lost:?}"));
        }
    }
    Ok(())
}

//! The Workers of the tests: small, and wrong as real ones were.

use super::{Answer, Context, Failure, Invocation, Response, Worker, asked, ok, status, worker};
use std::time::Duration;

/// Sessions in KV: `POST login/…`, `GET me/…`, `POST logout/…`.
pub(super) fn sessions() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (route, id) = asked(&invocation);
        let sessions = env.kv("SESS");
        match route.as_str() {
            "POST login" => sessions.put(&id, "alice").await?,
            "POST logout" => sessions.delete(&id).await?,
            _ => {
                let user = sessions.get(&id).await?;
                return user.map_or_else(|| status(401), ok);
            }
        }
        ok("")
    })
}

/// The same with a stamp of revocation in a table that is right at once.
pub(super) fn revocable_sessions() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (route, id) = asked(&invocation);
        match route.as_str() {
            "POST login" => env.kv("SESS").put(&id, "alice").await?,
            "POST logout" => env.table("revoked").put(&id, "yes").await?,
            _ => {
                if env.table("revoked").get(&id).await?.is_some() {
                    return status(401);
                }
                let user = env.kv("SESS").get(&id).await?;
                return user.map_or_else(|| status(401), ok);
            }
        }
        ok("")
    })
}

/// A counter that is read, changed and written: `POST hit/…`.
pub(super) fn counter() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (_, key) = asked(&invocation);
        let count: u32 = env.kv("KV").get(&key).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
        env.kv("KV").put(&key, &(count + 1).to_string()).await?;
        ok((count + 1).to_string())
    })
}

/// The same in a table, where a row is only replaced if it is what was read.
pub(super) fn safe_counter() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (_, key) = asked(&invocation);
        loop {
            let found = env.table("counts").get(&key).await?;
            let count: u32 = found.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0);
            if env.table("counts").replace(&key, found.as_deref(), &(count + 1).to_string()).await {
                return ok((count + 1).to_string());
            }
        }
    })
}

/// Short links: `POST link/…` looks whether the name is free, `GET go/…` follows it.
pub(super) fn links() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (route, name) = asked(&invocation);
        if route == "POST link" {
            env.kv("LINKS").put(&name, "https://example.com").await?;
            return ok("");
        }
        let target = env.kv("LINKS").get(&name).await?;
        target.map_or_else(|| status(404), ok)
    })
}

/// A configuration in two keys: `POST publish/N`, `GET page`.
pub(super) fn two_keys() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (route, number) = asked(&invocation);
        let kv = env.kv("CFG");
        if route == "POST publish" {
            kv.put("body", &number).await?;
            kv.put("version", &number).await?;
            return ok("");
        }
        let version = kv.get("version").await?.unwrap_or_default();
        let body = kv.get("body").await?.unwrap_or_default();
        ok(format!("{version} {body}"))
    })
}

/// The same in one key.
pub(super) fn one_key() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (route, number) = asked(&invocation);
        if route == "POST publish" {
            env.kv("CFG").put("config", &format!("{number} {number}")).await?;
            return ok("");
        }
        ok(env.kv("CFG").get("config").await?.unwrap_or_else(|| " ".to_owned()))
    })
}

/// Writes two states without waiting for the first.
pub(super) fn hasty() -> Worker {
    worker(async |_: Invocation, env: Context| -> Answer {
        let draft = env.kv("DOCS").put("state", "draft");
        let published = env.kv("DOCS").put("state", "published");
        published.await?;
        draft.await?;
        ok("")
    })
}

/// Writes down when each user was last seen, and does not look whether that worked.
pub(super) fn last_seen() -> Worker {
    worker(async |_: Invocation, env: Context| -> Answer {
        let seen = env.kv("KV").put("lastSeen", "now");
        env.wait_until(async {
            let _ = seen.await;
        });
        ok("")
    })
}

/// Answers before its audit record is written; with `held`, `waitUntil` holds it.
pub(super) fn audit(held: bool) -> Worker {
    worker(move |_: Invocation, env: Context| async move {
        let record = env.kv("AUDIT").put("1", "paid");
        if held {
            env.wait_until(async {
                let _ = record.await;
            });
        } else {
            drop(record);
        }
        Ok::<Response, Failure>(Response::new(200, ""))
    })
}

/// Does the work of a cron job once, it thinks: `POST run`.
pub(super) fn kv_lock() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (_, job) = asked(&invocation);
        let locks = env.kv("LOCKS");
        if locks.get(&job).await?.is_some() {
            return status(423);
        }
        locks.put_until(&job, "mine", Some(60)).await?;
        env.outside("billing").call(&format!("charge {job}")).await?;
        ok("")
    })
}

/// The same with a row that only one can make.
pub(super) fn table_lock() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (_, job) = asked(&invocation);
        if !env.table("locks").replace(&job, None, "mine").await {
            return status(423);
        }
        env.outside("billing").call(&format!("charge {job}")).await?;
        ok("")
    })
}

/// A one-time code: `POST issue/…`, `POST redeem/…`.
pub(super) fn one_time_code() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (route, code) = asked(&invocation);
        let codes = env.kv("OTP");
        if route == "POST issue" {
            codes.put(&code, "ada").await?;
            return ok("");
        }
        if codes.get(&code).await?.is_none() {
            return status(403);
        }
        codes.delete(&code).await?;
        ok("welcome")
    })
}

/// Lists what there is to do and gets each: `POST add/…`, `POST done/…`, `GET all`.
pub(super) fn todos() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (route, id) = asked(&invocation);
        let kv = env.kv("TODO");
        let key = format!("todo:{id}");
        match route.as_str() {
            "POST add" => kv.put(&key, "buy milk").await?,
            "POST done" => kv.delete(&key).await?,
            _ => {
                let mut all = Vec::new();
                for key in kv.list("todo:").await?.keys {
                    let value = kv.get(&key.name).await?;
                    all.push(value.ok_or_else(|| Failure(format!("{} has no title", key.name)))?);
                }
                return ok(all.join(", "));
            }
        }
        ok("")
    })
}

/// Sends a mail for each order: `POST order/…`. With `keyed`, a row says that it was sent.
pub(super) fn orders(keyed: bool) -> Worker {
    worker(move |invocation: Invocation, env: Context| async move {
        let (route, order) = asked(&invocation);
        if route == "message" {
            if keyed && !env.table("sent").replace(&order, None, "yes").await {
                return ok("");
            }
            env.outside("mail").call(&format!("confirm {order}")).await?;
            return ok("");
        }
        env.queue("orders").send(&order).await?;
        ok("")
    })
}

/// Keeps the stock that messages tell: `POST stock/N`.
pub(super) fn stock() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (route, level) = asked(&invocation);
        if route == "message" {
            env.table("stock").put("shoes", &level).await?;
            env.outside("log").call(&format!("stock {level}")).await?;
            return ok("");
        }
        env.queue("stock").send(&level).await?;
        ok("")
    })
}

/// Writes a document and sends its name to whoever indexes it: `POST doc/…`.
pub(super) fn indexer() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (route, text) = asked(&invocation);
        match route.as_str() {
            "message" => {
                let found = env.kv("DOCS").get("doc").await?.unwrap_or_default();
                env.table("index").put("doc", &found).await?;
                env.outside("log").call(&format!("{text} indexed as {found}")).await?;
            }
            _ => {
                env.kv("DOCS").put("doc", &text).await?;
                env.queue("index").send(&text).await?;
            }
        }
        ok("")
    })
}

/// Stores an order and then sends a message about it: `POST order/…`.
pub(super) fn dual_write() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (route, order) = asked(&invocation);
        if route == "message" {
            env.outside("warehouse").call(&format!("ship {order}")).await?;
            return ok("");
        }
        env.outside("orders").call(&format!("store {order}")).await?;
        env.queue("ship").send(&order).await?;
        ok("")
    })
}

/// Lets three requests through, it thinks: `POST try/…`.
pub(super) fn limiter() -> Worker {
    worker(async |invocation: Invocation, env: Context| -> Answer {
        let (_, who) = asked(&invocation);
        let count: u32 = env.kv("RATE").get(&who).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
        if count >= 3 {
            return status(429);
        }
        env.kv("RATE").put_until(&who, &(count + 1).to_string(), Some(60)).await?;
        ok("")
    })
}

/// Waits for a timer between two reads of the same key.
pub(super) fn patient() -> Worker {
    worker(async |_: Invocation, env: Context| -> Answer {
        let first = env.kv("KV").get("k").await?;
        env.wait(Duration::from_secs(5)).await;
        let second = env.kv("KV").get("k").await?;
        ok(format!("{first:?} {second:?} {}", env.now()))
    })
}

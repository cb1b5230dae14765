//! KV in many locations over HTTP: what each would answer and why, what was written, and what happened lately.

use edgeemu_kv::consistency::{Colo, Colos, Event, Happened, Place, Read, Source, Staleness, Version, Why};
use edgeemu_kv::{GetOptions, KvError};
use edgeemu_runtime::{BindingValue, Body};
use edgeemu_world::Timestamp;
use http::{Method, Request, Response, StatusCode, Uri};
use serde_json::{Value, json};

use super::{Control, query};
use crate::pages;

type Refused = (StatusCode, String);

/// `action` is what follows `/cdn-cgi/local/kv/`. The namespace is named by `binding` or `namespace` in the query.
pub(super) fn answer(control: &Control, action: &str, request: &Request<Body>) -> Response<Body> {
    match dispatch(control, action, request) {
        Ok(value) => pages::typed(StatusCode::OK, "application/json", value.to_string()),
        Err((status, message)) => {
            pages::typed(status, "application/json", json!({ "error": { "message": message } }).to_string())
        }
    }
}

fn dispatch(control: &Control, action: &str, request: &Request<Body>) -> Result<Value, Refused> {
    let uri = request.uri();
    let colos = namespace(control, uri)?;
    if colos.is_direct() {
        let text =
            "nothing is kept in locations with `--kv-consistency strong`: every read is answered by the one store";
        return Err((StatusCode::CONFLICT, text.to_owned()));
    }
    let key = || query(uri, "key").ok_or_else(|| bad("name a `key`"));
    match (request.method(), action) {
        (&Method::GET, "why") => why(control, &colos, (&key()?, uri)),
        (&Method::GET, "versions") => Ok(versions(&colos, &key()?)),
        (&Method::GET, "timeline") => Ok(timeline(&colos, query(uri, "key").as_deref())),
        (&Method::POST, "evict") => {
            let (key, places) = (key()?, places(control, uri)?);
            places.iter().for_each(|colo| colos.evict(Place::of(*colo), &key));
            Ok(json!({ "key": key, "colos": names(&places) }))
        }
        _ => Err((StatusCode::NOT_FOUND, format!("edgeemu has no such address: {} {}", request.method(), uri.path()))),
    }
}

fn bad(text: &str) -> Refused {
    (StatusCode::BAD_REQUEST, text.to_owned())
}

fn names(colos: &[Colo]) -> Vec<&str> {
    colos.iter().map(Colo::as_str).collect()
}

fn namespace(control: &Control, uri: &Uri) -> Result<Colos, Refused> {
    if let Some(id) = query(uri, "namespace") {
        return Ok(control.data.network.kv(&control.data.kv, &id));
    }
    let name = query(uri, "binding").ok_or_else(|| bad("name a `binding`, or a `namespace` by its id"))?;
    let script = control.worker.script();
    let bound = script.iter().flat_map(|script| &script.bindings).find(|binding| binding.name == name);
    match bound.map(|binding| &binding.value) {
        Some(BindingValue::Kv(colos)) => Ok(colos.clone()),
        _ => Err((StatusCode::NOT_FOUND, format!("the Worker has no KV binding named `{name}`"))),
    }
}

/// The location in the query, or all of them.
fn places(control: &Control, uri: &Uri) -> Result<Vec<Colo>, Refused> {
    let network = &control.data.network;
    match query(uri, "colo") {
        None => Ok(network.colos().to_vec()),
        Some(name) => {
            network.find(&name).map(|colo| vec![colo]).map_err(|error| (StatusCode::NOT_FOUND, error.to_string()))
        }
    }
}

fn why(control: &Control, colos: &Colos, (key, uri): (&str, &Uri)) -> Result<Value, Refused> {
    let cache_ttl = query(uri, "cache_ttl").map(|text| text.parse()).transpose();
    let options = GetOptions { cache_ttl: cache_ttl.map_err(|_| bad("`cache_ttl` is not a whole number"))? };
    let refused = |error: KvError| (StatusCode::BAD_REQUEST, error.to_string());
    let answers = places(control, uri)?.into_iter().map(|colo| {
        let why = colos.at(Place::of(colo)).why(key, &options).map_err(refused)?;
        Ok(why.map(|why| why_json(key, colo, &why)))
    });
    let answers: Vec<Value> = answers.collect::<Result<Vec<_>, Refused>>()?.into_iter().flatten().collect();
    Ok(json!({ "key": key, "answers": answers }))
}

fn why_json(key: &str, colo: Colo, why: &Why) -> Value {
    let current = &why.current;
    json!({
        "colo": colo.as_str(),
        "text": why.text(key),
        "now_ms": why.now.as_millis(),
        "only_in_production": why.is_watched,
        "answer": read_json(&why.read),
        "current": { "version": current.id.0, "exists": why.exists(), "since_ms": committed(current) },
    })
}

fn read_json(read: &Read) -> Value {
    let mut shown = source_json(read.source);
    shown["version"] = read.version.0.into();
    shown["exists"] = read.entry.is_some().into();
    shown["stale_ms"] = stale_json(read.stale.as_ref());
    shown
}

fn source_json(source: Source) -> Value {
    match source {
        Source::Central => json!({ "from": "central" }),
        Source::Tier => json!({ "from": "tier" }),
        Source::Cache { stored_at, lives_until, refreshing } => json!({
            "from": "cache",
            "stored_ms": stored_at.as_millis(),
            "until_ms": lives_until.as_millis(),
            "refreshing": refreshing,
        }),
    }
}

fn stale_json(stale: Option<&Staleness>) -> Value {
    stale.map_or(Value::Null, |stale| u64::try_from(stale.by.as_millis()).unwrap_or(u64::MAX).into())
}

/// When the store had it; nothing for what was there before anybody asked.
fn committed(version: &Version) -> Option<i64> {
    version.committed().map(Timestamp::as_millis).filter(|millis| *millis != i64::MIN)
}

fn versions(colos: &Colos, key: &str) -> Value {
    let versions = colos.versions(key);
    let now = colos.now();
    let current = versions.iter().filter(|version| version.committed().is_some()).max_by_key(|version| version.arb);
    let current = current.map(|version| version.id);
    let shown = versions.iter().map(|version| {
        let committed = committed(version);
        let kind = match (committed, version.is_absence()) {
            (None, true) => "absent",
            (None, false) => "found",
            (Some(_), true) => "deleted",
            (Some(_), false) => "put",
        };
        json!({
            "version": version.id.0,
            "kind": kind,
            "colo": version.origin.map(|place| place.colo.to_string()),
            "at_ms": committed,
            "expired": version.is_expired(now),
            "current": Some(version.id) == current,
        })
    });
    json!({ "key": key, "now_ms": now.as_millis(), "versions": shown.collect::<Vec<_>>() })
}

fn timeline(colos: &Colos, key: Option<&str>) -> Value {
    let events: Vec<Value> = colos.timeline(key).iter().map(happened_json).collect();
    json!({ "now_ms": colos.now().as_millis(), "events": events })
}

fn happened_json(happened: &Happened) -> Value {
    let mut shown = match &happened.event {
        Event::Wrote { version, is_deletion, too_fast } => {
            let operation = if *is_deletion { "delete" } else { "put" };
            json!({ "operation": operation, "version": version.0, "too_fast": too_fast })
        }
        Event::Read { version, is_present, source, stale, production } => {
            let mut shown = source_json(*source);
            shown["operation"] = "get".into();
            shown["version"] = version.0.into();
            shown["exists"] = (*is_present).into();
            shown["stale_ms"] = stale_json(stale.as_ref());
            if let Some(production) = production {
                let by = stale_json(Some(production));
                shown["production"] = json!({ "version": production.version.0, "stale_ms": by });
            }
            shown
        }
        Event::Listed { count, sampled_at, is_stale } => json!({
            "operation": "list",
            "count": count,
            "stored_ms": sampled_at.map(Timestamp::as_millis),
            "stale": is_stale,
        }),
    };
    shown["at_ms"] = happened.at.as_millis().into();
    shown["colo"] = happened.place.map(|place| place.colo.to_string()).into();
    shown["key"] = happened.key.as_str().into();
    shown
}

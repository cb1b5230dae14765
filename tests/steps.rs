//! Follows `expect.json`: requests and their answers, time that passes, data that is put and looked at.
//!
//! What is in `migrations` is applied to `DB` first. `examples/README.md` describes requests, `advance_secs` and `upstream`. Tests have more:
//!
//! * `start` starts the Worker, again if it runs: `env`, `vars` and `process_env` go on top of the configuration; `colos`
//!   and `kv_consistency` say where it runs.
//!   With `fails` it must not start, for a reason that contains the text.
//! * `throws`, with a request: there is no answer, for a reason that contains the text.
//! * `scheduled` fires the handler: `cron`, `time_ms`; with `throws` it must fail.
//! * `kv` looks at a namespace from outside: `binding`, `put` and `get` with keys and values (`null`: no such key).
//! * `d1` looks at a database from outside: `binding`, `exec` with SQL to run, `query` and the `rows` it gives, each a
//!   list of text.
//! * `socket` talks on a WebSocket: see `socket_steps.rs`.
//! * `said`: texts that the Worker, or edgeemu about it, has said since the last such step, in this order.
//! * `silent`: nothing was said.

use std::collections::BTreeMap;
use std::time::Duration;

use edgeemu::{Body, PutOptions, Timestamp, http};
use serde::Deserialize;
use serde_json::Value;

use crate::case::Outcome;
use crate::folders::Folder;
use crate::migrations;
use crate::socket_steps::{SocketStep, Sockets};
use crate::stage::{Stage, StartOptions, State, Variant};
use crate::upstream::{Answer, Upstream};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    upstream: Option<UpstreamStep>,
    start: Option<StartStep>,
    fails: Option<String>,
    advance_secs: Option<f64>,
    kv: Option<KvStep>,
    d1: Option<D1Step>,
    request: Option<RequestStep>,
    socket: Option<SocketStep>,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, Option<String>>,
    body: Option<String>,
    json: Option<Value>,
    #[serde(default)]
    save: BTreeMap<String, SaveRule>,
    scheduled: Option<ScheduledStep>,
    throws: Option<String>,
    said: Option<Vec<String>>,
    #[serde(default)]
    silent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpstreamStep {
    var: String,
    answers: Vec<Answer>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct StartStep {
    env: Option<String>,
    #[serde(default)]
    vars: BTreeMap<String, String>,
    #[serde(default)]
    process_env: BTreeMap<String, String>,
    #[serde(default)]
    colos: Vec<String>,
    kv_consistency: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KvStep {
    binding: String,
    #[serde(default)]
    put: BTreeMap<String, String>,
    #[serde(default)]
    get: BTreeMap<String, Option<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct D1Step {
    binding: String,
    #[serde(default)]
    exec: String,
    #[serde(default)]
    query: String,
    #[serde(default)]
    rows: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestStep {
    method: Option<String>,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    json: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaveRule {
    json: Option<String>,
    header: Option<String>,
    before: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScheduledStep {
    cron: String,
    time_ms: Option<i64>,
}

/// Follows the steps of a folder.
pub(crate) async fn follow(folder: &Folder, variant: Variant) -> Outcome {
    let text = std::fs::read_to_string(folder.dir.join("expect.json")).map_err(|error| error.to_string())?;
    let steps: Vec<Step> = serde_json::from_str(&text).map_err(|error| format!("expect.json: {error}"))?;
    if steps.is_empty() {
        return Err("expect.json has no steps".to_owned());
    }
    let mut walk = Walk {
        folder,
        state: State::new(variant),
        stage: None,
        vars: Vec::new(),
        saved: BTreeMap::new(),
        sockets: Sockets::default(),
    };
    for (index, step) in steps.iter().enumerate() {
        if let Err(error) = walk.step(step).await {
            let said = walk.stage.as_ref().map(Stage::take_said).unwrap_or_default();
            let said =
                if said.is_empty() { String::new() } else { format!("\n  it said:\n    {}", said.join("\n    ")) };
            return Err(format!("step {index}: {error}{said}"));
        }
    }
    match walk.stage {
        Some(stage) => stage.end().await,
        None => Ok(()),
    }
}

struct Walk<'a> {
    folder: &'a Folder,
    state: State,
    stage: Option<Stage>,
    vars: Vec<(String, String)>,
    saved: BTreeMap<String, String>,
    sockets: Sockets,
}

impl Walk<'_> {
    async fn step(&mut self, step: &Step) -> Outcome {
        if let Some(upstream) = &step.upstream {
            self.vars.push((upstream.var.clone(), Upstream::answers(upstream.answers.clone()).await?));
            return Ok(());
        }
        if step.start.is_some() || step.fails.is_some() || self.stage.is_none() {
            let start = step.start.clone().unwrap_or_default();
            self.start(&start, step.fails.as_deref()).await?;
        }
        let Some(stage) = &self.stage else { return Ok(()) };
        if let Some(secs) = step.advance_secs {
            let advanced = stage.emulator.clock().advance(Duration::from_secs_f64(secs)).await;
            advanced.map_err(|error| error.to_string())?;
        }
        if let Some(d1) = &step.d1 {
            ask(stage, d1).await?;
        }
        if let Some(kv) = &step.kv {
            look_at(stage, kv).await?;
        }
        if let Some(request) = &step.request {
            let saved = self.request(stage, request, step).await?;
            self.saved.extend(saved);
        }
        if let Some(socket) = &step.socket {
            self.sockets.step(stage, socket).await?;
        }
        if let Some(scheduled) = &step.scheduled {
            fire(stage, scheduled, step.throws.as_deref()).await?;
        }
        check_said(stage, step).await
    }

    async fn start(&mut self, start: &StartStep, fails: Option<&str>) -> Outcome {
        if let Some(stage) = self.stage.take() {
            stage.end().await?;
        }
        let own = start.vars.iter().map(|(name, value)| (name.clone(), value.clone()));
        let options = StartOptions {
            env: start.env.clone(),
            vars: self.vars.iter().cloned().chain(own).collect(),
            process_env: start.process_env.clone().into_iter().collect(),
            colos: start.colos.iter().map(|colo| colo.parse()).collect::<Result<_, _>>().map_err(said)?,
            kv_consistency: start.kv_consistency.as_deref().map(str::parse).transpose().map_err(said)?,
        };
        match (Stage::start(self.folder, &self.state, &options).await, fails) {
            (Ok(stage), None) => {
                migrations::apply(self.folder, &stage).await?;
                self.stage = Some(stage);
                Ok(())
            }
            (Ok(_), Some(text)) => Err(format!("it starts, instead of failing with {text:?}")),
            (Err(error), Some(text)) if error.to_string().contains(text) => Ok(()),
            (Err(error), Some(text)) => Err(format!("it does not fail with {text:?} but with:\n{error}")),
            (Err(error), None) => Err(format!("it does not start:\n{error}")),
        }
    }

    async fn request(
        &self,
        stage: &Stage,
        request: &RequestStep,
        step: &Step,
    ) -> Result<BTreeMap<String, String>, String> {
        let method = request.method.as_deref().unwrap_or("GET");
        let path = self.fill(&request.path);
        let what = format!("{method} {path}");
        let mut builder = http::Request::builder().method(method).uri(format!("http://localhost{path}"));
        if request.json.is_some() {
            builder = builder.header("content-type", "application/json");
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, self.fill(value));
        }
        let body = match (&request.json, &request.body) {
            (Some(json), _) => self.fill(&json.to_string()),
            (None, body) => self.fill(body.as_deref().unwrap_or_default()),
        };
        let request = builder.body(Body::from(body)).map_err(|error| format!("{what}: {error}"))?;
        match (stage.fetch(request).await, &step.throws) {
            (Ok(response), None) => {
                let found = self.differences(&response, step);
                if found.is_empty() {
                    return saved(&response, &step.save);
                }
                let body = String::from_utf8_lossy(response.body());
                Err(format!("{what}: {}\n  got: {} {body}", found.join("\n  "), response.status()))
            }
            (Ok(response), Some(text)) => {
                Err(format!("{what}: {}, instead of failing with {text:?}", response.status()))
            }
            (Err(error), Some(text)) if error.to_string().contains(text.as_str()) => Ok(BTreeMap::new()),
            (Err(error), _) => Err(format!("{what}: {error}")),
        }
    }

    fn differences(&self, response: &http::Response<bytes::Bytes>, step: &Step) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(status) = step.status.filter(|status| *status != response.status().as_u16()) {
            found.push(format!("status {}, expected {status}", response.status().as_u16()));
        }
        for (name, expected) in &step.headers {
            let expected = expected.as_ref().map(|expected| self.fill(expected));
            let actual = header(response, name);
            if actual != expected {
                found.push(format!("header {name}: {actual:?}, expected {expected:?}"));
            }
        }
        let text = String::from_utf8_lossy(response.body());
        if let Some(expected) = step.body.as_ref().map(|body| self.fill(body)).filter(|body| *body != text) {
            found.push(format!("another body than {expected:?}"));
        }
        if let Some(json) = &step.json {
            let expected: Value = serde_json::from_str(&self.fill(&json.to_string())).unwrap_or_else(|_| json.clone());
            let actual = serde_json::from_str(&text).unwrap_or(Value::Null);
            if !holds_all(&actual, &expected) {
                found.push(format!("a body without {expected}"));
            }
        }
        found
    }

    /// Puts what was saved in the place of `{{name}}`.
    fn fill(&self, text: &str) -> String {
        let put = |text: String, (name, value): (&String, &String)| text.replace(&format!("{{{{{name}}}}}"), value);
        self.saved.iter().fold(text.to_owned(), put)
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it stands where a closure is taken")]
fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Objects may have more members, lists may not have more elements.
pub(crate) fn holds_all(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            expected.iter().all(|(name, expected)| actual.get(name).is_some_and(|actual| holds_all(actual, expected)))
        }
        (Value::Array(actual), Value::Array(expected)) => {
            actual.len() == expected.len()
                && actual.iter().zip(expected).all(|(actual, expected)| holds_all(actual, expected))
        }
        (Value::Number(actual), Value::Number(expected)) => actual.as_f64() == expected.as_f64(),
        (actual, expected) => actual == expected,
    }
}

fn header(response: &http::Response<bytes::Bytes>, name: &str) -> Option<String> {
    let values: Vec<_> = response.headers().get_all(name).iter().map(|value| latin1(value.as_bytes())).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn saved(
    response: &http::Response<bytes::Bytes>,
    rules: &BTreeMap<String, SaveRule>,
) -> Result<BTreeMap<String, String>, String> {
    let json: Value = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    let read = |(name, rule): (&String, &SaveRule)| {
        let value = match rule {
            SaveRule { header: Some(name), .. } => header(response, name),
            SaveRule { json: Some(pointer), .. } => json.pointer(pointer).map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            }),
            SaveRule { .. } => None,
        };
        let value = value.ok_or_else(|| format!("nothing to save as `{name}`"))?;
        let end = rule.before.as_ref().and_then(|before| value.find(before.as_str())).unwrap_or(value.len());
        Ok((name.clone(), value[..end].to_owned()))
    };
    rules.iter().map(read).collect()
}

async fn ask(stage: &Stage, step: &D1Step) -> Result<(), String> {
    let database = stage.emulator.d1(&step.binding).await.map_err(|error| error.to_string())?;
    let database = database.ok_or_else(|| format!("no D1 database bound to `{}`", step.binding))?;
    if !step.exec.is_empty() {
        database.exec(&step.exec).map_err(|error| error.to_string())?;
    }
    if step.query.is_empty() {
        return Ok(());
    }
    let found = database.query(&step.query, &[]).map_err(|error| error.to_string())?;
    let shown = |value: &edgeemu::d1_data::Value| match value {
        edgeemu::d1_data::Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    let rows: Vec<Vec<_>> = found.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    if rows == step.rows { Ok(()) } else { Err(format!("`{}` gives {rows:?}", step.query)) }
}

async fn look_at(stage: &Stage, step: &KvStep) -> Outcome {
    let kv = stage.emulator.kv(&step.binding).await;
    let kv = kv.ok_or_else(|| format!("no KV binding named `{}`", step.binding))?;
    for (key, value) in &step.put {
        kv.put(key, value.clone(), &PutOptions::default()).map_err(|error| error.to_string())?;
    }
    for (key, expected) in &step.get {
        let actual = kv.get(key).map_err(|error| error.to_string())?;
        if actual != *expected {
            return Err(format!("KV key `{key}` is {actual:?}, expected {expected:?}"));
        }
    }
    Ok(())
}

async fn fire(stage: &Stage, step: &ScheduledStep, throws: Option<&str>) -> Outcome {
    let time = step.time_ms.map(Timestamp::from_millis);
    let outcome = stage.drive(stage.emulator.scheduled(&step.cron, time)).await;
    match (outcome, throws) {
        (Ok(()), None) => Ok(()),
        (Ok(()), Some(text)) => Err(format!("the scheduled handler succeeds, instead of failing with {text:?}")),
        (Err(error), Some(text)) if error.to_string().contains(text) => Ok(()),
        (Err(error), _) => Err(format!("the scheduled handler fails: {error}")),
    }
}

async fn check_said(stage: &Stage, step: &Step) -> Outcome {
    if step.said.is_none() && !step.silent {
        return Ok(());
    }
    stage.settle().await;
    let said = stage.take_said();
    if step.silent && !said.is_empty() {
        return Err(format!("something was said:\n    {}", said.join("\n    ")));
    }
    let mut lines = said.iter();
    for expected in step.said.iter().flatten() {
        if !lines.any(|line| line.contains(expected.as_str())) {
            return Err(format!("nobody said {expected:?} at its place; said was:\n    {}", said.join("\n    ")));
        }
    }
    Ok(())
}

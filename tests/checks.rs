//! Workers that test themselves: `GET /` runs the test and answers `ok`, or lists named checks that are run one by one.

use edgeemu::{Body, FetchError, http};
use serde_json::Value;

use crate::case::Outcome;
use crate::folders::Folder;
use crate::stage::{Stage, StartOptions, State, Variant};
use crate::upstream::Upstream;

/// The variable in which a Worker finds the server it may fetch from.
const UPSTREAM: &str = "UPSTREAM";

/// Runs the checks of a folder.
pub(crate) async fn run(folder: &Folder, variant: Variant) -> Outcome {
    let state = State::new(variant);
    let mut options = StartOptions::default();
    let config = std::fs::read_to_string(&folder.config).map_err(|error| error.to_string())?;
    if config.contains(&format!("\"{UPSTREAM}\"")) {
        options.vars.push((UPSTREAM.to_owned(), Upstream::echo().await?));
    }
    let stage = Stage::start(folder, &state, &options).await.map_err(|error| format!("it does not start:\n{error}"))?;
    let first = ask(&stage, "http://test/").await?;
    let mut failures = Vec::new();
    for name in names(&first)? {
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
        match ask(&stage, &format!("http://test/?check={encoded}")).await {
            Ok(text) if text == "ok" => {}
            Ok(text) => failures.push(format!("`{name}` answered {text:?} instead of \"ok\"")),
            Err(error) => failures.push(format!("`{name}`: {error}")),
        }
    }
    stage.end().await?;
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n")) }
}

/// The names of the checks; none if the test has been run already.
fn names(answer: &str) -> Result<Vec<String>, String> {
    if answer == "ok" {
        return Ok(Vec::new());
    }
    let unknown = || format!("`/` answered {answer:?} instead of \"ok\" or a list of checks");
    let list: Value = serde_json::from_str(answer).map_err(|_| unknown())?;
    let list = list["checks"].as_array().filter(|list| !list.is_empty()).ok_or_else(unknown)?;
    Ok(list.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
}

async fn ask(stage: &Stage, url: &str) -> Result<String, String> {
    let request = http::Request::get(url).body(Body::empty()).expect("the URL is valid");
    let answer = stage.fetch(request).await;
    let text = match answer {
        Ok(response) => return Ok(String::from_utf8_lossy(response.body()).into_owned()),
        Err(FetchError::Failed(failure)) => failure.to_string(),
        Err(error) => error.to_string(),
    };
    stage.settle().await;
    let mut said = stage.take_said();
    // The failure itself is among it.
    said.retain(|line| !line.contains(&text));
    if said.is_empty() { Err(text) } else { Err(format!("{text}\n  it said:\n    {}", said.join("\n    "))) }
}

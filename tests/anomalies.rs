//! `examples/anomalies`: each bug is found within ten seconds and told as its page says, and its twin without the bug is
//! clean.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::case::{Outcome, same};
use crate::process::{Ran, run_in};

/// How long a bug may stay hidden. The suite gives it three times that, for it shares the machine.
const FOUND_WITHIN: Duration = Duration::from_secs(30);

pub(crate) fn tests() -> Vec<Trial> {
    let root = std::env::current_dir().expect("the suite runs in its own folder").join("../examples/anomalies");
    let entries = std::fs::read_dir(root).into_iter().flatten();
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path()).filter(|path| path.is_dir())).collect();
    folders.sort();
    folders.into_iter().flat_map(of_folder).collect()
}

fn of_folder(folder: PathBuf) -> [Trial; 2] {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let twin = folder.clone();
    [
        Trial::test(format!("anomalies/{name}"), move || found(&folder).map_err(Failed::from)),
        Trial::test(format!("anomalies/{name} [fixed]"), move || clean(&twin).map_err(Failed::from)),
    ]
}

fn explored(folder: &Path, arguments: &[&str]) -> Result<(Ran, Vec<Value>), String> {
    let arguments: Vec<&str> = ["explore", "--no-save", "--json"].iter().chain(arguments).copied().collect();
    let ran = run_in(folder, &arguments);
    let parsed = |line: &str| serde_json::from_str::<Value>(line).map_err(|error| format!("{error}: {ran:?}"));
    let outcomes: Vec<Value> = ran.stdout.lines().map(parsed).collect::<Result<_, _>>()?;
    // The last line says why the program fails.
    let outcomes = outcomes.into_iter().filter(|outcome| outcome["test"].is_string()).collect();
    Ok((ran, outcomes))
}

fn found(folder: &Path) -> Outcome {
    let began = Instant::now();
    let (ran, outcomes) = explored(folder, &[])?;
    same("exit code", ran.code, Some(1)).map_err(|error| format!("{error}: {ran:?}"))?;
    same("found in time", began.elapsed() < FOUND_WITHIN, true)?;
    let page = std::fs::read_to_string(folder.join("README.md")).map_err(|error| error.to_string())?;
    same("there are tests", outcomes.is_empty(), false)?;
    for outcome in outcomes {
        let text = outcome["text"].as_str().unwrap_or_default();
        if !page.contains(text.trim_end()) {
            return Err(format!("README.md does not show what is printed:\n{text}"));
        }
        let deviations = outcome["violations"][0]["deviations"].as_array().map_or(0, Vec::len);
        same("a small plan", deviations <= 3, true)?;
    }
    Ok(())
}

fn clean(folder: &Path) -> Outcome {
    let (ran, _) = explored(folder, &["--env", "fixed", "--runs", "400", "--time", "30s"])?;
    same("exit code", ran.code, Some(0)).map_err(|error| format!("{error}: {ran:?}"))
}

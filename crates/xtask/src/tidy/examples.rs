//! Every example is a project that can be run, and says what it answers.

use serde_json::Value;

use super::Finding;
use crate::tree::Tree;

/// Where the Workers with bugs are.
const ANOMALIES: &str = "anomalies";
const CONFIGS: [&str; 3] = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.folders_under("examples")
        .into_iter()
        .flat_map(|name| match name {
            ANOMALIES => check_anomalies(tree, &format!("examples/{name}")),
            name => check_example(tree, &format!("examples/{name}")),
        })
        .collect()
}

/// A folder of Workers with a bug each, their twins without it, tests that find it, and a page.
fn check_anomalies(tree: &Tree, folder: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in tree.folders_under(folder) {
        let anomaly = format!("{folder}/{name}");
        for file in ["wrangler.jsonc", "README.md", "src/index.js", "src/fixed.js"] {
            if !tree.has(&format!("{anomaly}/{file}")) {
                findings.push(Finding::about(&anomaly, format!("has no {file}")));
            }
        }
        let is_test = |path: &str| path.starts_with(&format!("{anomaly}/")) && path.ends_with(".explore.js");
        if !tree.texts().any(|(path, _)| is_test(path)) {
            findings.push(Finding::about(&anomaly, "has no tests: a file that ends with .explore.js"));
        }
    }
    findings
}

fn check_example(tree: &Tree, folder: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !CONFIGS.iter().any(|config| tree.has(&format!("{folder}/{config}"))) {
        findings.push(Finding::about(folder, "has no wrangler.jsonc, wrangler.json or wrangler.toml"));
    }
    if !tree.has(&format!("{folder}/README.md")) {
        findings.push(Finding::about(folder, "has no README.md: say what it shows and how to run it"));
    }
    findings.extend(check_expectations(tree, &format!("{folder}/expect.json")));
    findings.extend(check_packages(tree, folder));
    findings
}

/// A list of steps as examples/README.md describes them.
fn check_expectations(tree: &Tree, path: &str) -> Vec<Finding> {
    let Some(text) = tree.text(path) else {
        return vec![Finding::about(path, "missing: the requests and answers the suite checks")];
    };
    let steps = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(steps)) if !steps.is_empty() => steps,
        Ok(_) => return vec![Finding::about(path, "must be a list of steps")],
        Err(error) => return vec![Finding::at(path, error.line(), format!("is not JSON: {error}"))],
    };
    let is_step = |step: &Value| {
        let asks = step.get("request").is_some_and(Value::is_object) && step.get("status").is_some_and(Value::is_u64);
        let serves = step.pointer("/upstream/var").is_some_and(Value::is_string)
            && step.pointer("/upstream/answers").is_some_and(Value::is_array);
        let talks = step.pointer("/socket/name").is_some_and(Value::is_string);
        asks || serves
            || talks
            || step.get("start").is_some_and(Value::is_object)
            || step.get("advance_secs").is_some_and(Value::is_number)
    };
    let finding = |(index, _): (usize, &Value)| {
        Finding::about(
            path,
            format!("step {index} needs `request` and `status`, or `advance_secs`, `upstream` or `socket`"),
        )
    };
    steps.iter().enumerate().filter(|(_, step)| !is_step(step)).map(finding).collect()
}

/// An example builds the same next year: exact versions, and a lock file.
fn check_packages(tree: &Tree, folder: &str) -> Vec<Finding> {
    let path = format!("{folder}/package.json");
    let Some(text) = tree.text(&path) else { return Vec::new() };
    let package: Value = match serde_json::from_str(text) {
        Ok(package) => package,
        Err(error) => return vec![Finding::at(&path, error.line(), format!("is not JSON: {error}"))],
    };
    let sections = ["dependencies", "devDependencies"];
    let versions: Vec<(&String, &Value)> =
        sections.iter().filter_map(|section| package.get(section)?.as_object()).flatten().collect();
    let is_exact =
        |value: &Value| value.as_str().is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()));
    let mut findings: Vec<Finding> = versions
        .iter()
        .filter(|(_, version)| !is_exact(version))
        .map(|(name, version)| Finding::about(&path, format!("`{name}` is {version}: write an exact version")))
        .collect();
    if !versions.is_empty() && !tree.has(&format!("{folder}/package-lock.json")) {
        findings.push(Finding::about(&path, "has dependencies and no package-lock.json"));
    }
    findings
}

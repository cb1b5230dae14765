//! What the program says about a configuration it cannot use.

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::Home;

pub(super) const TESTS: &[Written] = written![
    a_missing_configuration_names_the_file,
    no_configuration_and_no_script_is_an_error,
    a_script_needs_no_configuration,
    broken_toml_names_file_line_and_column,
    broken_json_names_file_line_and_column,
    a_missing_main_is_named,
    every_mistake_is_named_at_once,
    an_unknown_environment_is_named,
    a_configuration_above_is_found,
    errors_are_json_for_programs,
];

fn a_missing_configuration_names_the_file() -> Outcome {
    let ran = Home::new().run(&["dev", "--config", "nowhere.jsonc"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "nowhere.jsonc")
}

fn no_configuration_and_no_script_is_an_error() -> Outcome {
    let ran = Home::new().run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "Missing entry-point")
}

fn a_script_needs_no_configuration() -> Outcome {
    let home = Home::new();
    home.write("only.js", "export default { fetch: () => new Response('alone') };");
    let dev = home.dev(&["only.js"]);
    same("answer", crate::raw::get(&dev.url, "/")?.text().as_str(), "alone")
}

fn broken_toml_names_file_line_and_column() -> Outcome {
    let home = Home::new();
    home.write("wrangler.toml", "name = \"app\"\nmain = worker.js\n");
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "wrangler.toml:2:8")?;
    contains("stderr", &ran.stderr, "main = worker.js")?;
    holds("a caret shows the place", ran.stderr.lines().any(|line| line.contains('^')))
}

fn broken_json_names_file_line_and_column() -> Outcome {
    let home = Home::new();
    home.write("wrangler.jsonc", "{\n  \"name\": \"app\",\n  \"main\": worker.js\n}\n");
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "wrangler.jsonc:3:11")?;
    holds("a caret shows the place", ran.stderr.lines().any(|line| line.contains('^')))
}

fn a_missing_main_is_named() -> Outcome {
    let home = Home::project("");
    std::fs::remove_file(home.path().join("worker.js")).map_err(|error| error.to_string())?;
    // The server lives on: the file may come.
    let dev = home.dev(&[]);
    contains("answer", &crate::raw::get(&dev.url, "/")?.text(), "was not found")?;
    contains("stderr", &dev.interrupt().stderr, "The entry-point file at \"worker.js\" was not found.")
}

fn every_mistake_is_named_at_once() -> Outcome {
    let home = Home::project("export default {};");
    home.write(
        "wrangler.jsonc",
        r#"{ "name": 5, "main": "worker.js", "compatibility_date": "yesterday", "kv_namespaces": [{ "id": "x" }] }"#,
    );
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    for text in ["\"name\"", "\"compatibility_date\"", "\"kv_namespaces[0]\""] {
        contains("stderr", &ran.stderr, text)?;
    }
    Ok(())
}

fn an_unknown_environment_is_named() -> Outcome {
    let home = Home::project("export default { fetch: () => new Response('ok') };");
    home.write("wrangler.jsonc", r#"{ "name": "app", "main": "worker.js", "env": { "staging": {} } }"#);
    let ran = home.run(&["dev", "--port", "0", "--env", "stagin"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "stagin")
}

fn a_configuration_above_is_found() -> Outcome {
    let home = Home::project("export default { fetch: () => new Response('found') };");
    home.write("deep/down/note.txt", "");
    let dev = home.dev(&["--cwd", "deep/down"]);
    same("answer", crate::raw::get(&dev.url, "/")?.text().as_str(), "found")
}

fn errors_are_json_for_programs() -> Outcome {
    let home = Home::new();
    home.write("wrangler.jsonc", "{ \"name\": 5, \"main\": \"worker.js\" }");
    home.write("worker.js", "export default {};");
    let ran = home.run(&["dev", "--json", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    let line = ran.stdout.lines().last().unwrap_or_default();
    let error: serde_json::Value = serde_json::from_str(line).map_err(|error| format!("{error}: {ran:?}"))?;
    same("event", error["event"].as_str(), Some("error"))?;
    same("kind", error["kind"].as_str(), Some("user"))?;
    same("file", error["report"]["file"].as_str(), Some("wrangler.jsonc"))?;
    same("line", error["report"]["notes"][0]["place"]["line"].as_i64(), Some(1))
}

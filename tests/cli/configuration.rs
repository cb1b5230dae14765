//! What the program says about a configuration it cannot use.

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::Home;

pub(super) const TESTS: &[Written] = written![
    a_missing_configuration_names_the_file,
    a_configuration_that_is_a_folder_is_refused,
    no_configuration_and_no_script_is_an_error,
    a_script_needs_no_configuration,
    broken_toml_names_file_line_and_column,
    broken_json_names_file_line_and_column,
    a_missing_main_is_named_at_its_place,
    a_missing_script_is_named,
    a_main_that_is_a_folder_is_named,
    a_main_that_goes_and_comes_back_is_seen,
    a_redirect_leads_to_the_generated_configuration,
    a_redirect_that_leads_nowhere_is_an_error,
    flags_that_change_nothing_are_named,
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

fn a_configuration_that_is_a_folder_is_refused() -> Outcome {
    let ran = Home::new().run(&["dev", "--config", "."]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "[ERROR] the configuration is a folder: `")?;
    contains("stderr", &ran.stderr, "hint: name the file in it")
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

fn a_missing_main_is_named_at_its_place() -> Outcome {
    let home = Home::project("");
    std::fs::rename(home.path().join("worker.js"), home.path().join("wroker.js")).map_err(|error| error.to_string())?;
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "The entry-point file at \"worker.js\" was not found.")?;
    contains("stderr", &ran.stderr, "--> wrangler.jsonc:3:11")?;
    contains("stderr", &ran.stderr, "3 |   \"main\": \"worker.js\",\n       |           ^^^^^^^^^^^\n")?;
    contains("stderr", &ran.stderr, "= hint: did you mean `wroker.js`?")?;
    holds("nothing was left behind", !home.path().join(".edgeemu").exists())
}

fn a_missing_script_is_named() -> Outcome {
    let home = Home::new();
    home.write("src/index.ts", "export default {};");
    let ran = home.run(&["dev", "src/indx.ts", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "The entry-point file at \"src/indx.ts\" was not found.")?;
    contains("stderr", &ran.stderr, "\n  If that's the case please run your project's build command and try again.\n")?;
    contains("stderr", &ran.stderr, "  hint: did you mean `src/index.ts`?")
}

fn a_main_that_is_a_folder_is_named() -> Outcome {
    let home = Home::new();
    home.write("wrangler.toml", "name = \"app\"\nmain = \"src\"\ncompatibility_date = \"2026-08-01\"\n");
    home.write("src/index.ts", "export default {};");
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "\"src\", points to a directory, rather than a file.")?;
    contains("stderr", &ran.stderr, "--> wrangler.toml:2:8")?;
    contains("stderr", &ran.stderr, "did you mean `src/index.ts`?")
}

fn a_main_that_goes_and_comes_back_is_seen() -> Outcome {
    let home = Home::project("export default { fetch: () => new Response('first') };");
    let mut dev = home.dev(&[]);
    std::fs::remove_file(home.path().join("worker.js")).map_err(|error| error.to_string())?;
    dev.wait_for("The entry-point file at \"worker.js\" was not found.");
    contains("answer", &crate::raw::get(&dev.url, "/")?.text(), "was not found")?;
    home.write("worker.js", "export default { fetch: () => new Response('second') };");
    dev.wait_for("Local server updated and ready");
    same("answer", crate::raw::get(&dev.url, "/")?.text().as_str(), "second")
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
    let text = "No environment found in configuration with name \"stagin\".
    Before using `--env=stagin` there should be an equivalent environment section in the configuration.
    The available configured environment names are: [\"staging\"]

    Consider adding an environment configuration section to the wrangler.jsonc file:
    ```
    [env.stagin]
    ```
";
    contains("stderr", &ran.stderr, text)?;
    contains("stderr", &ran.stderr, "--> wrangler.jsonc:1:")?;
    contains("stderr", &ran.stderr, "did you mean `staging`?")
}

/// A project as build tools leave it: the user's own configuration, and a generated one that is used instead.
fn generated() -> Home {
    let home = Home::project("throw new Error('not this one');");
    home.write(".dev.vars", "SECRET=of the project\n");
    home.write(".wrangler/deploy/config.json", r#"{ "configPath": "../../dist/wrangler.json" }"#);
    home.write("dist/index.js", "export default { fetch: (r, env) => new Response(`${env.NAME} ${env.SECRET}`) };");
    home.write("dist/wrangler.json", &wrangler_json("generated"));
    home
}

fn wrangler_json(name: &str) -> String {
    format!(
        r#"{{ "name": "app-staging", "main": "index.js", "compatibility_date": "2026-08-01", "no_bundle": true,
            "configPath": "/app/wrangler.jsonc", "userConfigPath": "/app/wrangler.jsonc", "topLevelName": "app",
            "definedEnvironments": ["staging"], "targetEnvironment": "staging", "legacy_env": true,
            "vars": {{ "NAME": "{name}" }}, "dev": {{ "ip": "localhost" }}, "triggers": {{}}, "unsafe": {{}} }}"#
    )
}

fn a_redirect_leads_to_the_generated_configuration() -> Outcome {
    let home = generated();
    let mut dev = home.dev(&["--env", "staging"]);
    let answer = |dev: &crate::process::Dev| crate::raw::get(&dev.url, "/").map(|reply| reply.text());
    same("answer", answer(&dev)?.as_str(), "generated of the project")?;
    holds("data stays in the project", home.path().join(".edgeemu/state").is_dir())?;
    home.write("dist/wrangler.json", &wrangler_json("again"));
    dev.wait_for("Local server updated and ready");
    same("answer", answer(&dev)?.as_str(), "again of the project")?;
    let ran = home.run(&["dev", "--port", "0", "--env", "production"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "This does not match the target environment \"staging\"")
}

fn a_redirect_that_leads_nowhere_is_an_error() -> Outcome {
    let home = generated();
    home.write(".wrangler/deploy/config.json", r#"{ "configPath": "../../gone/wrangler.json" }"#);
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "But the redirected configuration path it points to, \"gone/wrangler.json\"")?;
    contains("stderr", &ran.stderr, "--> .wrangler/deploy/config.json:1:17")
}

fn flags_that_change_nothing_are_named() -> Outcome {
    let home = Home::project("export default { fetch: () => new Response('ok') };");
    let flags = ["global_fetch_strictly_public", "no_nodejs_als", "enable_request_signal"];
    let mut arguments = Vec::new();
    flags.iter().for_each(|flag| arguments.extend(["--compatibility-flag", flag]));
    let ran = home.dev(&arguments).interrupt();
    let text = "edgeemu does not act on these compatibility flags yet: `global_fetch_strictly_public`\n";
    contains("stderr", &ran.stderr, text)
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

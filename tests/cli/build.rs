//! The project's own build command, and what the environment says about bundling.

use std::time::Duration;

use serde_json::Value;

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::{Dev, Home};
use crate::raw;

pub(super) const TESTS: &[Written] = written![
    it_runs_before_bundling_and_what_it_prints_is_shown,
    a_change_in_the_watched_folder_runs_it_again,
    a_folder_that_comes_later_is_watched,
    what_it_writes_does_not_start_it_again,
    a_failure_at_the_start_ends_the_program,
    a_failure_later_is_shown_until_it_is_mended,
    an_output_that_is_not_there_is_named,
    its_folder_has_to_exist,
    the_end_ends_it_with_all_it_started,
    its_output_is_json_for_programs,
    conditions_and_platform_come_from_the_environment,
];

/// A project whose Worker is copied from `src/worker.js` to `dist/worker.js`.
fn project(build: &str) -> Home {
    let home = Home::new();
    home.write("src/worker.js", &worker("first"));
    configure(&home, build);
    home
}

fn configure(home: &Home, build: &str) {
    let rest = r#""name": "app", "main": "dist/worker.js", "compatibility_date": "2026-08-01""#;
    home.write("wrangler.json", &format!("{{ {rest}, \"build\": {build} }}"));
}

fn worker(text: &str) -> String {
    format!("export default {{ fetch: () => new Response({text:?}) }};\n")
}

const COPY: &str =
    r#"{ "command": "mkdir -p dist && cp src/worker.js dist/worker.js && echo copied && echo careful >&2" }"#;

fn it_runs_before_bundling_and_what_it_prints_is_shown() -> Outcome {
    let home = project(
        r#"{ "command": "mkdir -p ../dist; cp worker.js ../dist; echo for $WRANGLER_COMMAND; echo in $(basename $PWD) >&2", "cwd": "src" }"#,
    );
    let dev = home.dev(&[]);
    same("answer", raw::get(&dev.url, "/")?.text().as_str(), "first")?;
    let ran = dev.interrupt();
    contains("stdout", &ran.stdout, "[custom build] Running: mkdir -p ../dist; cp worker.js ../dist;")?;
    contains("stdout", &ran.stdout, "[custom build] for dev\n")?;
    contains("stderr", &ran.stderr, "[custom build] in src\n")
}

fn a_change_in_the_watched_folder_runs_it_again() -> Outcome {
    let home = project(COPY);
    home.write("src/deep/down/note.txt", "");
    let mut dev = home.dev(&[]);
    home.write("src/worker.js", &worker("second"));
    dev.wait_for("The file src/worker.js changed, restarting build...");
    dev.wait_for("[custom build] copied");
    dev.wait_for("Local server updated and ready");
    same("answer", raw::get(&dev.url, "/")?.text().as_str(), "second")?;
    home.write("src/deep/down/note.txt", "anything below counts");
    dev.wait_for("The file src/deep/down/note.txt changed");
    dev.wait_for("Local server updated and ready");
    home.write("src/new/folder.txt", "new ones too");
    dev.wait_for("[custom build] copied");
    Ok(())
}

fn a_folder_that_comes_later_is_watched() -> Outcome {
    let home = project(
        r#"{ "command": "mkdir -p dist; cat src/worker.js lib/*.txt > dist/worker.js; true", "watch_dir": ["src", "lib"] }"#,
    );
    let mut dev = home.dev(&[]);
    home.write("lib/one.txt", "// a comment");
    dev.wait_for("The file lib");
    dev.wait_for("Local server updated and ready");
    home.write("lib/two.txt", "// another one");
    dev.wait_for("The file lib/two.txt changed");
    dev.wait_for("Local server updated and ready");
    same("answer", raw::get(&dev.url, "/")?.text().as_str(), "first")
}

fn what_it_writes_does_not_start_it_again() -> Outcome {
    let home = project(COPY);
    let mut dev = home.dev(&[]);
    for round in ["second", "third", "fourth"] {
        home.write("src/worker.js", &worker(round));
        dev.wait_for("Local server updated and ready");
        same("answer", raw::get(&dev.url, "/")?.text().as_str(), round)?;
    }
    let ran = dev.interrupt();
    let changes = ran.stdout.lines().filter(|line| line.contains("changed, restarting build"));
    holds("every change was one of the user's", changes.clone().all(|line| line.contains(" src/worker.js ")))?;
    same("runs", ran.stdout.matches("[custom build] Running:").count(), changes.count() + 1)
}

fn a_failure_at_the_start_ends_the_program() -> Outcome {
    let home = project(r#"{ "command": "echo about to fail; exit 3" }"#);
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stdout", &ran.stdout, "[custom build] about to fail\n")?;
    let text = "Running custom build `echo about to fail; exit 3` failed. There are likely more logs from your build \
                command above.\n  caused by: exit status: 3\n";
    contains("stderr", &ran.stderr, text)
}

fn a_failure_later_is_shown_until_it_is_mended() -> Outcome {
    let home = project(r#"{ "command": "test ! -e src/broken && mkdir -p dist && cp src/worker.js dist/" }"#);
    let mut dev = home.dev(&[]);
    home.write("src/broken", "");
    dev.wait_for("Running custom build");
    let answer = raw::get(&dev.url, "/")?;
    same("status", answer.status, 503)?;
    contains(
        "body",
        &answer.text(),
        "failed. There are likely more logs from your build command above.\n  exit status: 1",
    )?;
    std::fs::remove_file(home.path().join("src/broken")).map_err(|error| error.to_string())?;
    dev.wait_for("Local server updated and ready");
    same("answer", raw::get(&dev.url, "/")?.text().as_str(), "first")
}

fn an_output_that_is_not_there_is_named() -> Outcome {
    let home = project(r#"{ "command": "true" }"#);
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    let text = "The expected output file at \"dist/worker.js\" was not found after running custom build: true.\n    The \
                `main` property in your wrangler.json file should point to the file generated by the custom build.\n";
    contains("stderr", &ran.stderr, text)?;
    contains("stderr", &ran.stderr, "--> wrangler.json:1:26")
}

fn its_folder_has_to_exist() -> Outcome {
    let home = project(r#"{ "command": "true", "cwd": "nowhere" }"#);
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "caused by: its folder does not exist: `")?;
    contains("stderr", &ran.stderr, "project/nowhere`")
}

/// The id that a build printed.
fn id_in(line: &str) -> Result<rustix::process::Pid, String> {
    let id = line.rsplit(' ').next().and_then(|id| id.trim().parse().ok());
    id.and_then(rustix::process::Pid::from_raw).ok_or_else(|| format!("no id in {line:?}"))
}

fn the_end_ends_it_with_all_it_started() -> Outcome {
    let home = project(r#"{ "command": "sh -c 'echo id $$; exec sleep 1000'; true" }"#);
    let mut dev = Dev::start(&mut home.command(&["dev", "--port", "0"]));
    let child = id_in(&dev.wait_for("[custom build] id "))?;
    dev.signal(rustix::process::Signal::TERM);
    same("exit code", dev.ended(Duration::from_secs(2)).code(), Some(0))?;
    // Its parent is gone, so somebody else has to collect it; until then a signal still reaches what is left of it.
    let state = || std::fs::read_to_string(format!("/proc/{}/stat", child.as_raw_nonzero())).unwrap_or_default();
    let is_gone = || state().is_empty() || state().contains(") Z ");
    holds("what the build command has started is ended", (0..1_000_000).any(|_| is_gone()))
}

fn its_output_is_json_for_programs() -> Outcome {
    let home = project(COPY);
    let mut dev = Dev::start(&mut home.command(&["dev", "--json", "--port", "0"]));
    dev.wait_for("\"ready\"");
    let ran = dev.interrupt();
    let lines: Result<Vec<Value>, _> = ran.stdout.lines().map(serde_json::from_str).collect();
    let lines = lines.map_err(|error| format!("not every line is JSON: {error}\n{}", ran.stdout))?;
    let output: Vec<_> = lines.iter().filter(|line| line["event"] == "build_output").collect();
    same("lines", output.len(), 2)?;
    let said = |stream: &str| output.iter().find(|line| line["stream"] == stream).map(|line| line["text"].clone());
    same("stdout", said("stdout"), Some("copied".into()))?;
    same("stderr", said("stderr"), Some("careful".into()))?;
    let command = lines.iter().find(|line| line["event"] == "build_command");
    holds(
        "the command is named",
        command.is_some_and(|line| line["command"].as_str().is_some_and(|text| text.contains("cp src"))),
    )
}

fn conditions_and_platform_come_from_the_environment() -> Outcome {
    let home = Home::project("import name from 'which'; export default { fetch: () => new Response(name) };");
    let manifest = r#"{ "name": "which", "exports": { "special": "./special.js", "node": "./node.js",
        "workerd": "./workerd.js", "default": "./default.js" } }"#;
    home.write("node_modules/which/package.json", manifest);
    for name in ["special", "node", "workerd", "default"] {
        home.write(&format!("node_modules/which/{name}.js"), &format!("export default '{name}';"));
    }
    let answer = |variables: &[(&str, &str)]| {
        let mut command = home.command(&["dev", "--port", "0"]);
        command.envs(variables.iter().copied());
        let mut dev = Dev::start(&mut command);
        let url = dev.wait_for("Ready on ").replace("Ready on ", "");
        raw::get(&url, "/").map(|reply| reply.text())
    };
    same("default", answer(&[])?.as_str(), "workerd")?;
    same("conditions", answer(&[("WRANGLER_BUILD_CONDITIONS", "other,special")])?.as_str(), "special")?;
    let node = [("WRANGLER_BUILD_CONDITIONS", "other"), ("WRANGLER_BUILD_PLATFORM", "node")];
    same("platform", answer(&node)?.as_str(), "node")?;
    let mut command = home.command(&["dev", "--port", "0"]);
    let ran = Dev::start(command.env("WRANGLER_BUILD_PLATFORM", "moon")).run_out();
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "Valid platform values are: 'browser', 'node' and 'neutral'.")
}

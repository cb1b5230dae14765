//! What `edgeemu dev` does when files change.

use std::io::Write;

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::Home;
use crate::raw;

pub(super) const TESTS: &[Written] = written![
    an_edit_is_seen_by_the_next_request,
    an_edit_of_an_import_is_seen,
    a_syntax_error_is_shown_until_it_is_mended,
    an_exception_at_top_level_is_shown_until_it_is_mended,
    a_worker_that_is_broken_at_the_start_waits_for_the_mending,
    an_edit_of_the_configuration_is_seen,
    a_broken_configuration_is_shown_until_it_is_mended,
    an_edit_of_secrets_is_seen,
    data_survives_a_reload,
    a_project_named_by_a_detour_is_watched,
    a_folder_that_goes_and_comes_back_is_seen,
    an_import_that_comes_later_is_seen,
    a_log_in_the_project_does_not_start_another_build,
    secrets_of_an_environment_that_come_later_are_seen,
];

fn worker(text: &str) -> String {
    format!("export default {{ fetch: () => new Response({text:?}) }};\n")
}

fn an_edit_is_seen_by_the_next_request() -> Outcome {
    let home = Home::project(&worker("first"));
    let mut dev = home.dev(&[]);
    same("before", raw::get(&dev.url, "/")?.text().as_str(), "first")?;
    home.write("worker.js", &worker("second"));
    contains("line", &dev.wait_for("changed"), "The file worker.js changed, restarting build...")?;
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "second")
}

fn an_edit_of_an_import_is_seen() -> Outcome {
    let home = Home::project("import text from './lib/text.js'; export default { fetch: () => new Response(text) };");
    home.write("lib/text.js", "export default 'first';");
    let mut dev = home.dev(&[]);
    same("before", raw::get(&dev.url, "/")?.text().as_str(), "first")?;
    home.write("lib/text.js", "export default 'second';");
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "second")
}

fn a_syntax_error_is_shown_until_it_is_mended() -> Outcome {
    let home = Home::project(&worker("first"));
    let mut dev = home.dev(&[]);
    home.write("worker.js", "export default {\n  fetch( { return },\n};\n");
    dev.wait_for("[ERROR]");
    let broken = raw::get(&dev.url, "/")?;
    same("status", broken.status, 503)?;
    contains("body", &broken.text(), "worker.js:2")?;
    let browser = "GET / HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\nconnection: close\r\n\r\n";
    let page = raw::send(&dev.url, browser.as_bytes())?;
    contains("type", page.header("content-type").unwrap_or_default(), "text/html")?;
    contains("page", &page.text(), "<h1>The Worker cannot be built</h1>")?;
    contains("page", &page.text(), "<pre>Expected `:` but found `}`\n\n  worker.js:2:19\n")?;
    holds("an empty stack is not shown", !page.text().contains("Stack"))?;
    home.write("worker.js", &worker("mended"));
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "mended")
}

fn an_exception_at_top_level_is_shown_until_it_is_mended() -> Outcome {
    let home = Home::project(&worker("first"));
    let mut dev = home.dev(&[]);
    home.write("worker.js", "const a = 1;\nthrow new RangeError('at top level');\n");
    dev.wait_for("at top level");
    let broken = raw::get(&dev.url, "/")?;
    same("status", broken.status, 503)?;
    contains("body", &broken.text(), "RangeError: at top level\n    at worker.js:2:7")?;
    home.write("worker.js", &worker("mended"));
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "mended")
}

fn a_worker_that_is_broken_at_the_start_waits_for_the_mending() -> Outcome {
    let home = Home::project("export default {");
    let mut dev = home.dev(&[]);
    same("status", raw::get(&dev.url, "/")?.status, 503)?;
    home.write("worker.js", &worker("mended"));
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "mended")
}

const SHOWS_ENV: &str = "export default { fetch: (request, { NAME }) => new Response(NAME) };";

fn config(name: &str) -> String {
    format!(
        r#"{{ "name": "app", "main": "worker.js", "compatibility_date": "2026-08-01", "vars": {{ "NAME": "{name}" }} }}"#
    )
}

fn an_edit_of_the_configuration_is_seen() -> Outcome {
    let home = Home::project(SHOWS_ENV);
    home.write("wrangler.jsonc", &config("first"));
    let mut dev = home.dev(&[]);
    same("before", raw::get(&dev.url, "/")?.text().as_str(), "first")?;
    home.write("wrangler.jsonc", &config("second"));
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "second")
}

fn a_broken_configuration_is_shown_until_it_is_mended() -> Outcome {
    let home = Home::project(SHOWS_ENV);
    home.write("wrangler.jsonc", &config("first"));
    let mut dev = home.dev(&[]);
    home.write("wrangler.jsonc", "{ \"name\": ");
    dev.wait_for("[ERROR]");
    let broken = raw::get(&dev.url, "/")?;
    same("status", broken.status, 503)?;
    contains("body", &broken.text(), "wrangler.jsonc:1")?;
    home.write("wrangler.jsonc", &config("mended"));
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "mended")
}

fn an_edit_of_secrets_is_seen() -> Outcome {
    let home = Home::project(SHOWS_ENV);
    home.write("wrangler.jsonc", &config("variable"));
    let mut dev = home.dev(&[]);
    same("before", raw::get(&dev.url, "/")?.text().as_str(), "variable")?;
    home.write(".dev.vars", "NAME=secret\n");
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "secret")
}

fn data_survives_a_reload() -> Outcome {
    let home = Home::project(
        "export default { async fetch(r, { KV }) { await KV.put('k', 'kept'); return new Response('put'); } };",
    );
    let mut dev = home.dev(&[]);
    raw::get(&dev.url, "/")?;
    home.write("worker.js", "export default { fetch: async (r, { KV }) => new Response(await KV.get('k')) };");
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "kept")?;
    holds("it ends well", dev.interrupt().code == Some(0))
}

fn a_project_named_by_a_detour_is_watched() -> Outcome {
    let home = Home::project(&worker("first"));
    std::os::unix::fs::symlink(home.path(), home.path().join("link")).map_err(|error| error.to_string())?;
    for config in ["../project/./wrangler.jsonc", "link/wrangler.jsonc"] {
        home.write("worker.js", &worker("first"));
        let mut dev = home.dev(&["--config", config]);
        same("before", raw::get(&dev.url, "/")?.text().as_str(), "first")?;
        home.write("worker.js", &worker("second"));
        dev.wait_for("Local server updated and ready");
        same("after", raw::get(&dev.url, "/")?.text().as_str(), "second")?;
        let json = home.read("wrangler.jsonc");
        home.write("wrangler.jsonc", &json.replace("\"app\"", "\"other\""));
        dev.wait_for("wrangler.jsonc changed");
        dev.wait_for("Local server updated and ready");
    }
    Ok(())
}

fn a_folder_that_goes_and_comes_back_is_seen() -> Outcome {
    let home =
        Home::project("import text from './lib/deep/text.js'; export default { fetch: () => new Response(text) };");
    home.write("lib/deep/text.js", "export default 'first';");
    let mut dev = home.dev(&[]);
    same("before", raw::get(&dev.url, "/")?.text().as_str(), "first")?;
    std::fs::remove_dir_all(home.path().join("lib")).map_err(|error| error.to_string())?;
    dev.wait_for("[ERROR]");
    home.write("lib/deep/text.js", "export default 'second';");
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "second")
}

fn secrets_of_an_environment_that_come_later_are_seen() -> Outcome {
    let home = Home::project(SHOWS_ENV);
    home.write("wrangler.jsonc", &config("top").replace("\"vars\"", "\"env\": { \"a\": {} }, \"vars\""));
    let mut dev = home.dev(&["--env", "a"]);
    home.write(".env.a.local", "NAME=secret\n");
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "secret")
}

fn an_import_that_comes_later_is_seen() -> Outcome {
    let home = Home::project(&worker("first"));
    let mut dev = home.dev(&[]);
    home.write("worker.js", "import text from './later.js'; export default { fetch: () => new Response(text) };");
    dev.wait_for("Could not resolve \"./later.js\"");
    home.write("later.js", "export default 'second';");
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "second")
}

fn a_log_in_the_project_does_not_start_another_build() -> Outcome {
    let home = Home::project("import './gone.js'; export default { fetch: () => new Response('mended') };");
    let mut dev = home.dev(&[]);
    for round in 0..20 {
        let mut log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(home.path().join("dev.log"))
            .map_err(|error| error.to_string())?;
        writeln!(log, "line {round}").map_err(|error| error.to_string())?;
        same("status", raw::get(&dev.url, "/")?.status, 503)?;
    }
    home.write("gone.js", "");
    dev.wait_for("Local server updated and ready");
    let builds = dev.interrupt().stdout.matches("restarting build").count();
    // One for the log when it was made, one or two for the file that was missing.
    holds("no more builds than new files", builds <= 4)
}

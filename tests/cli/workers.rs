//! Several Workers in one `edgeemu dev`.

use crate::case::{Outcome, Written, contains, same, written};
use crate::process::{Dev, Home};
use crate::raw;

pub(super) const TESTS: &[Written] = written![
    the_first_worker_has_the_address_and_routes_lead_to_the_others,
    an_edit_of_one_worker_builds_that_one_alone,
    lines_begin_with_the_name_of_their_worker,
    workers_share_data,
    two_workers_of_one_name_are_refused,
    other_commands_work_on_one_worker,
];

fn config(name: &str, more: &str) -> String {
    format!(r#"{{ "name": "{name}", "main": "index.js", "compatibility_date": "2026-07-01", {more} }}"#)
}

fn worker(text: &str) -> String {
    format!(
        "export default {{ fetch: () => {{ console.log('{text} was asked'); return new Response('{text}'); }} }};\n"
    )
}

const FRONT: &str = "export default {
  async fetch(request, env) {
    await env.KV.put('seen', new URL(request.url).pathname);
    return env.BACK.fetch(request);
  },
};
";

fn home(back: &str) -> Home {
    let home = Home::new();
    let kv = r#""kv_namespaces": [{ "binding": "KV", "id": "common" }]"#;
    let services = r#""services": [{ "binding": "BACK", "service": "back" }]"#;
    home.write("front/wrangler.jsonc", &config("front", &format!("{kv}, {services}")));
    home.write("front/index.js", FRONT);
    let routes = r#""routes": ["back.test/*", "*.back.test/deep/*"]"#;
    home.write("back/wrangler.jsonc", &config("back", &format!("{kv}, {routes}")));
    home.write("back/index.js", back);
    home
}

fn dev(home: &Home) -> Dev {
    home.dev(&["-c", "front/wrangler.jsonc", "-c", "back/wrangler.jsonc"])
}

fn ask(dev: &Dev, host: &str, path: &str) -> Result<String, String> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    Ok(raw::send(&dev.url, request.as_bytes())?.text())
}

fn the_first_worker_has_the_address_and_routes_lead_to_the_others() -> Outcome {
    let home = home(
        "export default { fetch: async (request, env) => new Response(request.url + ' ' + (await env.KV.get('seen'))) };",
    );
    let dev = dev(&home);
    same("by the binding", ask(&dev, "front.test", "/a")?.as_str(), "http://front.test/a /a")?;
    same("by a route", ask(&dev, "back.test:1234", "/b")?.as_str(), "http://back.test:1234/b /a")?;
    same("by a wildcard", ask(&dev, "x.back.test", "/deep/c")?.as_str(), "http://x.back.test/deep/c /a")?;
    same("beside it", ask(&dev, "x.back.test", "/c")?.as_str(), "http://x.back.test/c /c")
}

fn an_edit_of_one_worker_builds_that_one_alone() -> Outcome {
    let home = home(&worker("first"));
    let mut dev = dev(&home);
    same("before", raw::get(&dev.url, "/")?.text().as_str(), "first")?;
    home.write("back/index.js", &worker("second"));
    contains("line", &dev.wait_for("changed"), "The file back/index.js changed, restarting build...")?;
    dev.wait_for("Local server updated and ready");
    same("after", raw::get(&dev.url, "/")?.text().as_str(), "second")?;
    home.write("back/index.js", "export default { fetch( };");
    dev.wait_for("[ERROR]");
    same("the version before goes on for its callers", raw::get(&dev.url, "/")?.text().as_str(), "second")?;
    let shown = ask(&dev, "back.test", "/")?;
    contains("who asks for it by its route is told", &shown, "index.js:1")
}

fn lines_begin_with_the_name_of_their_worker() -> Outcome {
    let home = home(&worker("back"));
    let mut dev = dev(&home);
    raw::get(&dev.url, "/")?;
    contains("line", &dev.wait_for("was asked"), "[back] back was asked")
}

fn workers_share_data() -> Outcome {
    let home = home("export default { fetch: async (request, env) => new Response(await env.KV.get('seen')) };");
    let dev = dev(&home);
    same("what the first one wrote", raw::get(&dev.url, "/told")?.text().as_str(), "/told")
}

fn two_workers_of_one_name_are_refused() -> Outcome {
    let home = home(&worker("back"));
    home.write("back/wrangler.jsonc", &config("front", r#""vars": {}"#));
    let ran = home.run(&["dev", "-c", "front/wrangler.jsonc", "-c", "back/wrangler.jsonc", "--port", "0"]);
    contains("complaint", &ran.stderr, "two Workers are named `front`: each needs a `name` of its own to be called by")
}

fn other_commands_work_on_one_worker() -> Outcome {
    let home = home(&worker("back"));
    let ran =
        home.run(&["kv", "key", "list", "--binding", "KV", "-c", "front/wrangler.jsonc", "-c", "back/wrangler.jsonc"]);
    contains("complaint", &ran.stderr, "this command works on one Worker at a time")
}

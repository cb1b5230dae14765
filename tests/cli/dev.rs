//! `edgeemu dev`: how it starts, what it prints, how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::{Dev, Home};
use crate::raw;

pub(super) const TESTS: &[Written] = written![
    says_where_it_answers_and_logs_requests,
    shows_the_bindings,
    console_lines_and_exceptions_are_printed_where_they_belong,
    an_exception_is_a_page_in_a_browser,
    port_0_takes_a_free_port,
    a_busy_port_is_an_error_before_anything_starts,
    log_level_none_prints_nothing_but_readiness,
    every_address_is_named_when_it_listens_on_all_of_them,
    ctrl_c_ends_it_within_a_second,
    sigterm_ends_it_with_the_data_on_disk,
    sighup_ends_it_as_well,
    a_request_under_way_does_not_hold_up_the_end,
    json_lines_are_for_programs,
    persist_to_keeps_data_elsewhere,
    variables_and_environments_come_from_the_command_line,
    scheduled_handlers_are_run_over_http,
    flags_of_other_tools_are_named_in_one_warning,
    remote_is_refused,
    the_clock_can_be_moved_over_http,
    an_exception_lets_a_request_through_to_its_origin,
    an_exception_lets_a_body_through_as_well,
    a_worker_that_loops_does_not_hold_up_the_end,
    a_start_that_loops_does_not_hold_up_the_end,
];

const HELLO: &str = r#"
let count = 0;
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/put") await env.KV.put("key", "from the worker");
    if (pathname === "/get") return new Response(await env.KV.get("key"));
    if (pathname === "/env") return Response.json({ name: env.NAME, url: request.url });
    if (pathname === "/throw") throw new RangeError("on purpose");
    if (pathname === "/log") { console.log("a log line"); console.error("an error line"); console.debug("a debug line"); }
    if (pathname === "/slow") await scheduler.wait(60_000);
    return new Response(`hello ${++count}`, { status: pathname === "/teapot" ? 418 : 200 });
  },
  scheduled(controller) {
    if (controller.cron === "bad") throw new Error("bad cron");
    console.log(`ran ${controller.cron}`);
  },
};
"#;

fn says_where_it_answers_and_logs_requests() -> Outcome {
    let home = Home::project(HELLO);
    let mut dev = home.dev(&[]);
    holds("the URL names this machine", dev.url.starts_with("http://localhost:"))?;
    same("answer", raw::get(&dev.url, "/")?.text().as_str(), "hello 1")?;
    contains("request line", &dev.wait_for("GET /"), "GET / 200 OK (")?;
    same("status", raw::get(&dev.url, "/teapot?a=b")?.status, 418)?;
    contains("request line", &dev.wait_for("/teapot"), "GET /teapot?a=b 418 I'm a teapot (")?;
    let ran = dev.interrupt();
    contains("stdout", &ran.stdout, "edgeemu 0.1.0")?;
    holds("nothing is coloured", !ran.stdout.contains('\u{1b}'))
}

fn shows_the_bindings() -> Outcome {
    let home = Home::project(HELLO);
    home.write(".dev.vars", "API_KEY=very secret\n");
    let ran = home.dev(&["--var", "NAME:shown"]).interrupt();
    contains("stdout", &ran.stdout, "Using secrets defined in .dev.vars")?;
    contains("stdout", &ran.stdout, "Your Worker has access to the following bindings:")?;
    contains("stdout", &ran.stdout, "env.KV (data)")?;
    contains("stdout", &ran.stdout, "env.NAME (\"shown\")")?;
    contains("stdout", &ran.stdout, "env.API_KEY (\"(hidden)\")")?;
    holds("a secret is not printed", !ran.stdout.contains("very secret"))
}

fn console_lines_and_exceptions_are_printed_where_they_belong() -> Outcome {
    let home = Home::project(HELLO);
    let dev = home.dev(&[]);
    raw::get(&dev.url, "/log")?;
    let failed = raw::get(&dev.url, "/throw")?;
    same("status", failed.status, 500)?;
    contains("body", &failed.text(), "RangeError: on purpose\n    at ")?;
    contains("body", &failed.text(), "worker.js:9:")?;
    let ran = dev.interrupt();
    contains("stdout", &ran.stdout, "a log line\n")?;
    contains("stderr", &ran.stderr, "an error line\n")?;
    contains("stderr", &ran.stderr, "Uncaught RangeError: on purpose")?;
    contains("stderr", &ran.stderr, "worker.js:9:")?;
    holds("debug lines are for --log-level debug", !ran.stdout.contains("a debug line"))
}

fn an_exception_is_a_page_in_a_browser() -> Outcome {
    let worker = "export default {\n  fetch() {\n    throw new TypeError('<b> & co', { cause: new Error('behind it') });\n  },\n};\n";
    let home = Home::project(worker);
    let dev = home.dev(&[]);
    let browser = "GET / HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\nconnection: close\r\n\r\n";
    let page = raw::send(&dev.url, browser.as_bytes())?;
    same("status", page.status, 500)?;
    contains("type", page.header("content-type").unwrap_or_default(), "text/html")?;
    for part in [
        "<h1>TypeError: &lt;b&gt; &amp; co</h1>",
        "<figcaption>worker.js:3:11</figcaption><pre>throw new TypeError('&lt;b&gt; &amp; co', { cause: new Error('behind it') });</pre>",
        "<span>worker.js:3:11</span>",
        "<h2>Caused by</h2>\n<pre>Error: behind it",
        "in production: Error 1101: Worker threw JavaScript exception",
    ] {
        contains("page", &page.text(), part)?;
    }
    Ok(())
}

fn port_0_takes_a_free_port() -> Outcome {
    let (one, two) = (Home::project(HELLO), Home::project(HELLO));
    let (first, second) = (one.dev(&[]), two.dev(&[]));
    holds("two programs have two ports", first.url != second.url)?;
    same("first", raw::get(&first.url, "/")?.status, 200)?;
    same("second", raw::get(&second.url, "/")?.status, 200)
}

fn a_busy_port_is_an_error_before_anything_starts() -> Outcome {
    let taken = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let port = taken.local_addr().map_err(|error| error.to_string())?.port().to_string();
    let home = Home::project("console.log('it was started'); export default {};");
    let ran = home.run(&["dev", "--port", &port]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, &port)?;
    contains("stderr", &ran.stderr, "in use")?;
    contains("stderr", &ran.stderr, "`--port 0` takes any free one")?;
    holds("the Worker was not started", !ran.stdout.contains("it was started"))?;
    holds("nothing was left behind", !home.path().join(".edgeemu").exists())
}

fn log_level_none_prints_nothing_but_readiness() -> Outcome {
    let home = Home::project(HELLO);
    home.write(".dev.vars", "API_KEY=very secret\n");
    let dev = home.dev(&["--log-level", "none", "--live-reload"]);
    raw::get(&dev.url, "/log")?;
    raw::get(&dev.url, "/throw")?;
    let url = dev.url.clone();
    let ran = dev.interrupt();
    same("stdout", ran.stdout, format!("Ready on {url}\n"))?;
    same("stderr", ran.stderr.as_str(), "")
}

fn every_address_is_named_when_it_listens_on_all_of_them() -> Outcome {
    let home = Home::project(HELLO);
    let mut dev = home.dev(&["--ip", "*"]);
    let port = dev.url.rsplit_once(':').map(|(_, port)| port.to_owned()).unwrap_or_default();
    same("URL", dev.url.clone(), format!("http://localhost:{port}"))?;
    same("IPv6", dev.wait_for("- http://["), format!("- http://[::1]:{port}"))?;
    let loopback = dev.wait_for("- http://127").trim_start_matches("- ").to_owned();
    same("IPv4", loopback.clone(), format!("http://127.0.0.1:{port}"))?;
    same("answer", raw::get(&loopback, "/")?.text().as_str(), "hello 1")?;
    same("answer", raw::get(&format!("http://[::1]:{port}"), "/")?.text().as_str(), "hello 2")?;
    let json = Home::project(HELLO);
    let json = json.command(&["dev", "--json", "--port", "0", "--ip", "0.0.0.0"]);
    let ready = Dev::start(&mut { json }).wait_for("\"ready\"");
    let ready: Value = serde_json::from_str(&ready).map_err(|error| error.to_string())?;
    let more: Vec<_> = ready["more_urls"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    holds("IPv6 is not served", !more.iter().any(|url| url.contains('[')))?;
    holds("this machine's own address", more.iter().any(|url| url.starts_with("http://127.0.0.1:")))
}

fn ctrl_c_ends_it_within_a_second() -> Outcome {
    let home = Home::project(HELLO);
    let mut dev = home.dev(&[]);
    raw::get(&dev.url, "/")?;
    dev.signal(Signal::INT);
    same("exit code", dev.ended(Duration::from_secs(2)).code(), Some(0))
}

fn sigterm_ends_it_with_the_data_on_disk() -> Outcome {
    let home = Home::project(HELLO);
    let mut dev = home.dev(&[]);
    same("status", raw::get(&dev.url, "/put")?.status, 200)?;
    dev.signal(Signal::TERM);
    same("exit code", dev.ended(Duration::from_secs(2)).code(), Some(0))?;
    let again = home.dev(&[]);
    same("value after a restart", raw::get(&again.url, "/get")?.text().as_str(), "from the worker")
}

fn sighup_ends_it_as_well() -> Outcome {
    let home = Home::project(HELLO);
    let mut dev = home.dev(&[]);
    dev.signal(Signal::HUP);
    same("exit code", dev.ended(Duration::from_secs(2)).code(), Some(0))
}

fn a_request_under_way_does_not_hold_up_the_end() -> Outcome {
    let home = Home::project(HELLO);
    let mut dev = home.dev(&[]);
    let mut slow = raw::connect(&dev.url);
    slow.write_all(b"GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n").map_err(|error| error.to_string())?;
    // The next one is answered after the slow one was accepted.
    raw::get(&dev.url, "/")?;
    dev.signal(Signal::INT);
    same("exit code", dev.ended(Duration::from_secs(2)).code(), Some(0))
}

fn json_lines_are_for_programs() -> Outcome {
    let home = Home::project(HELLO);
    let mut dev = Dev::start(&mut home.command(&["dev", "--json", "--port", "0"]));
    let ready: Value = serde_json::from_str(&dev.wait_for("\"ready\"")).map_err(|error| error.to_string())?;
    same("process id", ready["pid"].as_u64(), Some(u64::from(dev.id())))?;
    let url = ready["url"].as_str().unwrap_or_default().to_owned();
    raw::get(&url, "/log")?;
    raw::get(&url, "/throw")?;
    let ran = dev.interrupt();
    same("exit code", ran.code, Some(0))?;
    let lines: Result<Vec<Value>, _> = ran.stdout.lines().map(serde_json::from_str).collect();
    let lines = lines.map_err(|error| format!("not every line is JSON: {error}\n{}", ran.stdout))?;
    let event = |name: &str| lines.iter().find(|line| line["event"] == name).cloned().unwrap_or_default();
    same("log", event("log")["text"].as_str(), Some("a log line"))?;
    same("request", event("request")["path"].as_str(), Some("/log"))?;
    same("exception", event("exception")["message"].as_str(), Some("on purpose"))?;
    same("frame", event("exception")["frames"][0]["line"].as_i64(), Some(9))?;
    same("bindings", event("bindings")["bindings"][0]["name"].as_str(), Some("KV"))?;
    same("last", lines.last().map(|line| line["event"].clone()), Some("shutdown".into()))
}

fn persist_to_keeps_data_elsewhere() -> Outcome {
    let home = Home::project(HELLO);
    let dev = home.dev(&["--persist-to", "elsewhere"]);
    raw::get(&dev.url, "/put")?;
    same("exit code", dev.interrupt().code, Some(0))?;
    holds("the folder has the data", home.path().join("elsewhere").is_dir())?;
    holds("the finished bundle is there too", home.path().join("elsewhere/bundles").is_dir())?;
    holds("nothing is in the project", !home.path().join(".edgeemu").exists())?;
    let get = ["kv", "key", "get", "key", "--binding", "KV", "--persist-to", "elsewhere"];
    same("value", home.run(&get).stdout.as_str(), "from the worker")?;
    holds("and still nothing", !home.path().join(".edgeemu").exists())
}

fn variables_and_environments_come_from_the_command_line() -> Outcome {
    let home = Home::project(HELLO);
    let dev =
        home.dev(&["--var", "NAME:of the command line", "--host", "shop.example.com", "--upstream-protocol", "https"]);
    let seen: Value = serde_json::from_str(&raw::get(&dev.url, "/env")?.text()).map_err(|error| error.to_string())?;
    same("variable", seen["name"].as_str(), Some("of the command line"))?;
    same("URL", seen["url"].as_str(), Some("https://shop.example.com/env"))
}

fn scheduled_handlers_are_run_over_http() -> Outcome {
    let home = Home::project(HELLO);
    let mut dev = home.dev(&["--test-scheduled"]);
    let answer = raw::get(&dev.url, "/cdn-cgi/local/scheduled?cron=*+*+*+*+*")?;
    same("outcome", (answer.status, answer.text().as_str()), (200, "ok"))?;
    dev.wait_for("ran * * * * *");
    let old = raw::get(&dev.url, "/cdn-cgi/handler/scheduled?cron=0+0+*+*+*&format=json")?;
    contains("outcome", &old.text(), "\"outcome\":\"ok\"")?;
    let bad = raw::get(&dev.url, "/cdn-cgi/local/scheduled?cron=bad")?;
    same("outcome", (bad.status, bad.text().as_str()), (500, "exception"))?;
    let oldest = raw::get(&dev.url, "/__scheduled?cron=1")?;
    same("outcome", oldest.text().as_str(), "Ran scheduled event")
}

fn flags_of_other_tools_are_named_in_one_warning() -> Outcome {
    let home = Home::project(HELLO);
    let ran =
        home.dev(&["--live-reload", "--tunnel-name", "mine", "--experimental-something=1", "--local"]).interrupt();
    let warnings: Vec<_> = ran.stderr.lines().filter(|line| line.contains("--live-reload")).collect();
    same("warnings", warnings.len(), 1)?;
    for flag in ["--tunnel-name", "--experimental-something", "--local"] {
        contains("warning", warnings[0], flag)?;
    }
    Ok(())
}

fn remote_is_refused() -> Outcome {
    let ran = Home::project(HELLO).run(&["dev", "--remote"]);
    same("exit code", ran.code, Some(2))?;
    contains("stderr", &ran.stderr, "`--remote` is not supported: edgeemu runs everything on this machine")
}

fn the_clock_can_be_moved_over_http() -> Outcome {
    let home = Home::project("export default { fetch: () => new Response(String(Date.now())) };");
    let dev = home.dev(&[]);
    raw::request(&dev.url, "POST /cdn-cgi/local/clock", r#"{"freeze":true}"#)?;
    let now = |url: &str| raw::get(url, "/").map(|reply| reply.text().parse::<i64>().unwrap_or(0));
    let before = now(&dev.url)?;
    let state = raw::request(&dev.url, "POST /cdn-cgi/local/clock", r#"{"advance_ms":86400000}"#)?;
    contains("state", &state.text(), "\"frozen\":true")?;
    same("a day passed", now(&dev.url)? - before, 86_400_000)
}

/// Answers one request on a port of its own; gives the host, and the request once it is read to the end of its body.
fn origin_of_one_answer() -> Result<(String, JoinHandle<std::io::Result<String>>), String> {
    let origin = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let host = origin.local_addr().map_err(|error| error.to_string())?.to_string();
    let serving = std::thread::spawn(move || {
        let (stream, _) = origin.accept()?;
        let mut reader = BufReader::new(&stream);
        let (mut request, mut length) = (String::new(), 0);
        while reader.read_line(&mut request)? > 2 {
            let line = request.lines().last().unwrap_or_default().to_lowercase();
            length = line.strip_prefix("content-length: ").and_then(|text| text.parse().ok()).unwrap_or(length);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        request.push_str(&String::from_utf8_lossy(&body));
        (&stream).write_all(b"HTTP/1.1 203 OK\r\ncontent-length: 15\r\nconnection: close\r\n\r\nfrom the origin")?;
        Ok(request)
    });
    Ok((host, serving))
}

const FAILS: &str =
    "export default { fetch(request, env, ctx) { ctx.passThroughOnException(); throw new Error('failed'); } };";

fn an_exception_lets_a_request_through_to_its_origin() -> Outcome {
    let (host, serving) = origin_of_one_answer()?;
    let home = Home::project(FAILS);
    let dev = home.dev(&["--host", &host]);
    let reply = raw::get(&dev.url, "/path?q=1")?;
    same("answer", (reply.status, reply.text().as_str()), (203, "from the origin"))?;
    let seen = serving.join().expect("it does not panic").map_err(|error| error.to_string())?;
    contains("what the origin saw", &seen, "GET /path?q=1 HTTP/1.1")?;
    contains("what was logged", &dev.interrupt().stderr, "Error: failed")
}

fn an_exception_lets_a_body_through_as_well() -> Outcome {
    let (host, serving) = origin_of_one_answer()?;
    let home = Home::project(FAILS);
    let dev = home.dev(&["--host", &host]);
    let body = "0123456789".repeat(100_000);
    let reply = raw::request(&dev.url, "POST /path", &body)?;
    same("answer", (reply.status, reply.text().as_str()), (203, "from the origin"))?;
    let seen = serving.join().expect("it does not panic").map_err(|error| error.to_string())?;
    contains("what the origin saw", &seen, "POST /path HTTP/1.1")?;
    holds("the whole body came through", seen.ends_with(&format!("\r\n\r\n{body}")))
}

fn a_worker_that_loops_does_not_hold_up_the_end() -> Outcome {
    let worker = "export default { fetch(request) { if (request.url.endsWith('/loop')) { console.log('loops'); for (;;); } \
                  return new Response('ok'); } };";
    for signal in [Signal::INT, Signal::TERM] {
        let home = Home::project(worker);
        let mut dev = home.dev(&[]);
        let mut client = raw::connect(&dev.url);
        client.write_all(b"GET /loop HTTP/1.1\r\nhost: localhost\r\n\r\n").map_err(|error| error.to_string())?;
        dev.wait_for("loops");
        dev.signal(signal);
        same("exit code", dev.ended(Duration::from_secs(2)).code(), Some(0))?;
    }
    Ok(())
}

fn a_start_that_loops_does_not_hold_up_the_end() -> Outcome {
    let home = Home::project("console.log('starts'); for (;;); export default {};");
    let mut dev = Dev::start(&mut home.command(&["dev", "--port", "0"]));
    dev.wait_for("Starting local server");
    dev.signal(Signal::TERM);
    same("exit code", dev.ended(Duration::from_secs(2)).code(), Some(0))
}

//! Debugging through `edgeemu dev`: breakpoints in TypeScript, what a debugger sees, and who may be one.

use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::devtools::{Debugger, Place, SourceMap, handshake};
use crate::process::{Dev, Home};
use crate::raw::{self, Reply};

pub(super) const TESTS: &[Written] = written![
    a_breakpoint_stops_at_a_line_of_typescript,
    time_at_a_breakpoint_does_not_count,
    a_statement_stops_only_if_a_debugger_is_attached,
    a_debugger_that_leaves_lets_the_worker_go_on,
    a_worker_at_a_breakpoint_does_not_hold_up_the_end,
    a_loop_can_be_stopped_and_looked_at,
    expressions_and_the_console_are_shown,
    profiles_and_snapshots_are_taken,
    inspect_brk_waits_before_the_first_line,
    a_reload_ends_the_session_and_the_next_one_sees_new_code,
    one_debugger_at_a_time,
    strangers_cannot_attach,
    two_workers_are_two_targets,
    a_busy_port_is_named,
];

const CONFIGURATION: &str = r#"{
  "name": "shop", "main": "src/index.ts", "compatibility_date": "2026-08-01", "limits": { "cpu_ms": 1000 }
}"#;

/// The line of `total` that tests stop at, from 0.
const LINE: i64 = 4;

const WORKER: &str = r#"import { rate } from "./rate";
interface Order { price: number; count: number }

function total(order: Order): number {
  const net: number = order.price * order.count;
  return net + net * rate;
}

let sum = 0;

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/log") console.log("an order of", { count: 3 });
    if (pathname === "/statement") debugger;
    if (pathname === "/loop") for (console.log("round"); sum >= 0; ) sum += sum;
    if (pathname === "/work") for (let i = 0; i < 2e7; i++) sum = (sum + i) % 1000;
    return new Response(String(total({ price: 10, count: 3 })));
  },
};
"#;

fn shop() -> Home {
    let home = Home::new();
    home.write("wrangler.jsonc", CONFIGURATION);
    home.write("src/index.ts", WORKER);
    home.write("src/rate.ts", "export const rate: number = 0.5;\n");
    home
}

/// The server with its address for debuggers.
fn start(home: &Home, arguments: &[&str]) -> (Dev, String) {
    let arguments: Vec<_> = ["--inspector-port", "0"].iter().chain(arguments).copied().collect();
    let dev = home.dev(&arguments);
    let url = address(&dev.output());
    (dev, url)
}

fn address(output: &str) -> String {
    let line = output.lines().find_map(|line| line.strip_prefix("Debuggers attach at "));
    line.unwrap_or_default().split(';').next().unwrap_or_default().to_owned()
}

fn ask(url: &str, path: &'static str) -> JoinHandle<Result<Reply, String>> {
    let url = url.to_owned();
    std::thread::spawn(move || raw::get(&url, path))
}

fn answer(request: JoinHandle<Result<Reply, String>>) -> Result<String, String> {
    Ok(request.join().map_err(|_| "the client fails")??.text())
}

/// Switches the debugger on; gives the source map of the Worker.
fn enable(debugger: &mut Debugger) -> Result<SourceMap, String> {
    debugger.call("Debugger.enable", &json!({}))?;
    let is_main = |script: &Value| script["sourceMapURL"].as_str().is_some_and(|map| !map.is_empty());
    let script = debugger.wait_for("Debugger.scriptParsed", is_main)?;
    SourceMap::read(script["sourceMapURL"].as_str().unwrap_or_default())
}

fn break_at(debugger: &mut Debugger, map: &SourceMap, line: i64) -> Outcome {
    let Place { line, column } = map.script("src/index.ts", line).ok_or("the line is not in the source map")?;
    let place = json!({ "url": "file:///index.js", "lineNumber": line, "columnNumber": column });
    let set = debugger.call("Debugger.setBreakpointByUrl", &place)?;
    same("breakpoints", set["locations"].as_array().map(Vec::len), Some(1))
}

/// The innermost call of a stop, and the line of TypeScript that it is at.
fn stop(debugger: &mut Debugger, map: &SourceMap) -> Result<(Value, String, i64), String> {
    let paused = debugger.wait_for("Debugger.paused", |_| true)?;
    let frame = paused["callFrames"][0].clone();
    let number = |name: &str| frame["location"][name].as_i64().unwrap_or(-1);
    let place = Place { line: number("lineNumber"), column: number("columnNumber") };
    let (source, at) = map.source(place).ok_or_else(|| {
        let script =
            debugger.wait_for("Debugger.scriptParsed", |script| script["scriptId"] == frame["location"]["scriptId"]);
        format!("a stop outside of the sources: {script:?}")
    })?;
    Ok((frame.clone(), source.to_owned(), at.line))
}

fn in_frame(debugger: &mut Debugger, frame: &Value, expression: &str) -> Result<Value, String> {
    let what = json!({ "callFrameId": frame["callFrameId"], "expression": expression, "returnByValue": true });
    Ok(debugger.call("Debugger.evaluateOnCallFrame", &what)?["result"]["value"].clone())
}

fn a_breakpoint_stops_at_a_line_of_typescript() -> Outcome {
    let home = shop();
    let (dev, url) = start(&home, &[]);
    let mut debugger = Debugger::attach(&url)?;
    let map = enable(&mut debugger)?;
    let project = home.path().canonicalize().map_err(|error| error.to_string())?;
    same("root of the sources", map.root.as_str(), format!("file://{}/", project.display()).as_str())?;
    break_at(&mut debugger, &map, LINE)?;
    let request = ask(&dev.url, "/");
    let (frame, source, line) = stop(&mut debugger, &map)?;
    same("stop", (source.as_str(), line), ("src/index.ts", LINE))?;
    same("function", frame["functionName"].as_str(), Some("total"))?;
    same("variable", in_frame(&mut debugger, &frame, "order.count")?, json!(3))?;
    debugger.call("Debugger.stepOver", &json!({}))?;
    let (frame, _, line) = stop(&mut debugger, &map)?;
    same("after a step", line, LINE + 1)?;
    same("variable", in_frame(&mut debugger, &frame, "order.price = 20, net")?, json!(30))?;
    debugger.call("Debugger.resume", &json!({}))?;
    same("answer", answer(request)?.as_str(), "45")
}

fn time_at_a_breakpoint_does_not_count() -> Outcome {
    let home = shop();
    home.write("wrangler.jsonc", &CONFIGURATION.replace("1000", "300"));
    let (dev, url) = start(&home, &[]);
    let mut debugger = Debugger::attach(&url)?;
    let map = enable(&mut debugger)?;
    break_at(&mut debugger, &map, LINE)?;
    let request = ask(&dev.url, "/");
    let (frame, ..) = stop(&mut debugger, &map)?;
    // More processor time than a request has.
    let work = "(() => { let n = 0; for (let i = 0; i < 4e8; i++) n = (n + i) | 0; return 'done'; })()";
    same("work", in_frame(&mut debugger, &frame, work)?, json!("done"))?;
    debugger.call("Debugger.resume", &json!({}))?;
    same("answer", answer(request)?.as_str(), "45")?;
    holds("nothing was ended", !dev.output().contains("exceeded"))
}

fn a_statement_stops_only_if_a_debugger_is_attached() -> Outcome {
    let home = shop();
    let (dev, url) = start(&home, &[]);
    same("answer", raw::get(&dev.url, "/statement")?.text().as_str(), "45")?;
    let mut debugger = Debugger::attach(&url)?;
    let map = enable(&mut debugger)?;
    let request = ask(&dev.url, "/statement");
    let (_, source, line) = stop(&mut debugger, &map)?;
    same("stop", (source.as_str(), line), ("src/index.ts", 14))?;
    debugger.call("Debugger.resume", &json!({}))?;
    same("answer", answer(request)?.as_str(), "45")
}

fn a_debugger_that_leaves_lets_the_worker_go_on() -> Outcome {
    let home = shop();
    let (dev, url) = start(&home, &[]);
    let mut debugger = Debugger::attach(&url)?;
    let map = enable(&mut debugger)?;
    break_at(&mut debugger, &map, LINE)?;
    let request = ask(&dev.url, "/");
    stop(&mut debugger, &map)?;
    drop(debugger);
    same("answer", answer(request)?.as_str(), "45")?;
    same("its breakpoints are gone", raw::get(&dev.url, "/")?.text().as_str(), "45")
}

fn a_worker_at_a_breakpoint_does_not_hold_up_the_end() -> Outcome {
    let home = shop();
    let (mut dev, url) = start(&home, &[]);
    let mut debugger = Debugger::attach(&url)?;
    let map = enable(&mut debugger)?;
    let _request = ask(&dev.url, "/statement");
    stop(&mut debugger, &map)?;
    dev.signal(rustix::process::Signal::INT);
    same("exit code", dev.ended(Duration::from_secs(10)).code(), Some(0))
}

fn a_loop_can_be_stopped_and_looked_at() -> Outcome {
    let home = shop();
    // The loop would be ended, and the isolate with it.
    home.write("wrangler.jsonc", &CONFIGURATION.replace("1000", "100000"));
    let (mut dev, url) = start(&home, &[]);
    let request = ask(&dev.url, "/loop");
    dev.wait_for("round");
    let mut debugger = Debugger::attach(&url)?;
    let map = enable(&mut debugger)?;
    debugger.call("Debugger.pause", &json!({}))?;
    let (frame, source, line) = stop(&mut debugger, &map)?;
    same("stop", (source.as_str(), line), ("src/index.ts", 15))?;
    in_frame(&mut debugger, &frame, "sum = -Infinity")?;
    debugger.call("Debugger.resume", &json!({}))?;
    same("answer", answer(request)?.as_str(), "45")
}

fn expressions_and_the_console_are_shown() -> Outcome {
    let home = shop();
    let (mut dev, url) = start(&home, &[]);
    let mut debugger = Debugger::attach(&url)?;
    let map = enable(&mut debugger)?;
    debugger.call("Runtime.enable", &json!({}))?;
    debugger.wait_for("Runtime.executionContextCreated", |_| true)?;
    let evaluate = |debugger: &mut Debugger, expression: &str| {
        let what = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        debugger.call("Runtime.evaluate", &what).map(|result| result["result"]["value"].clone())
    };
    same("sum", evaluate(&mut debugger, "1 + 1")?, json!(2))?;
    same("text", evaluate(&mut debugger, "'\u{e4}\u{20ac}' + typeof Response")?, json!("\u{e4}\u{20ac}function"))?;
    same("promise", evaluate(&mut debugger, "Promise.resolve(3).then((n) => n * 2)")?, json!(6))?;
    raw::get(&dev.url, "/log")?;
    let said = debugger.wait_for("Runtime.consoleAPICalled", |_| true)?;
    same("kind", said["type"].as_str(), Some("log"))?;
    same("text", said["args"][0]["value"].as_str(), Some("an order of"))?;
    same("object", &said["args"][1]["preview"]["properties"][0]["name"], &json!("count"))?;
    let frame = &said["stackTrace"]["callFrames"][0];
    let number = |name: &str| frame[name].as_i64().unwrap_or(-1);
    let place = map.source(Place { line: number("lineNumber"), column: number("columnNumber") });
    same("line of the call", place.map(|(source, at)| (source, at.line)), Some(("src/index.ts", 13)))?;
    dev.wait_for("an order of { count: 3 }");
    Ok(())
}

fn profiles_and_snapshots_are_taken() -> Outcome {
    let home = shop();
    let (dev, url) = start(&home, &[]);
    let mut debugger = Debugger::attach(&url)?;
    debugger.call("Profiler.enable", &json!({}))?;
    debugger.call("Profiler.start", &json!({}))?;
    raw::get(&dev.url, "/work")?;
    let profile = debugger.call("Profiler.stop", &json!({}))?["profile"].clone();
    let nodes = profile["nodes"].as_array().cloned().unwrap_or_default();
    let is_handler = |node: &Value| node["callFrame"]["functionName"] == "fetch" && node["hitCount"] != 0;
    holds("the handler is in the profile", nodes.iter().any(is_handler))?;
    debugger.call("HeapProfiler.enable", &json!({}))?;
    debugger.call("HeapProfiler.takeHeapSnapshot", &json!({ "reportProgress": false }))?;
    let chunk = debugger.wait_for("HeapProfiler.addHeapSnapshotChunk", |_| true)?;
    contains("snapshot", chunk["chunk"].as_str().unwrap_or_default(), "{\"snapshot\":{\"meta\"")
}

fn inspect_brk_waits_before_the_first_line() -> Outcome {
    let home = shop();
    home.write("src/rate.ts", "export const rate: number = [0.25, 0.25].reduce((a, b) => a + b);\n");
    let mut dev = Dev::start(&mut home.command(&["dev", "--port", "0", "--inspector-port", "0", "--inspect-brk"]));
    let line = dev.wait_for("Debuggers attach at ");
    contains("line", &line, "; the Worker waits for one")?;
    let mut debugger = Debugger::attach(&address(&line))?;
    debugger.call("Debugger.enable", &json!({}))?;
    debugger.call("Runtime.runIfWaitingForDebugger", &json!({}))?;
    let script = debugger.wait_for("Debugger.scriptParsed", |script| script["url"] == "file:///index.js")?;
    let paused = debugger.wait_for("Debugger.paused", |_| true)?;
    let place = &paused["callFrames"][0]["location"];
    same("stop", (&place["scriptId"], place["lineNumber"].as_i64()), (&script["scriptId"], Some(0)))?;
    holds("it is not ready", !dev.output().contains("Ready on"))?;
    debugger.call("Debugger.resume", &json!({}))?;
    let ready = dev.wait_for("Ready on ");
    same("answer", raw::get(ready.trim_start_matches("Ready on ").trim(), "/")?.text().as_str(), "45")
}

fn a_reload_ends_the_session_and_the_next_one_sees_new_code() -> Outcome {
    let home = shop();
    let (mut dev, url) = start(&home, &[]);
    let mut debugger = Debugger::attach(&url)?;
    enable(&mut debugger)?;
    home.write("src/index.ts", &WORKER.replace("interface", "\n\ninterface"));
    let code = debugger.closed()?.map(|close| u16::from(close.code));
    same("code", code, Some(1012))?;
    dev.wait_for("Local server updated and ready");
    let mut debugger = Debugger::attach(&url)?;
    let map = enable(&mut debugger)?;
    break_at(&mut debugger, &map, LINE + 2)?;
    let request = ask(&dev.url, "/");
    let (_, _, line) = stop(&mut debugger, &map)?;
    same("stop", line, LINE + 2)?;
    debugger.call("Debugger.resume", &json!({}))?;
    same("answer", answer(request)?.as_str(), "45")
}

fn one_debugger_at_a_time() -> Outcome {
    let home = shop();
    let (_dev, url) = start(&home, &[]);
    let mut first = Debugger::attach(&url)?;
    enable(&mut first)?;
    let close = Debugger::attach(&url)?.closed()?.ok_or("no reason")?;
    same("code", u16::from(close.code), 1013)?;
    same("reason", close.reason.as_str(), "Too many clients; only one can be connected at a time")?;
    let version = first.call("Runtime.evaluate", &json!({ "expression": "1" }))?;
    same("the first goes on", &version["result"]["value"], &json!(1))
}

fn strangers_cannot_attach() -> Outcome {
    let home = shop();
    let (_dev, url) = start(&home, &[]);
    let server = url.replace("ws://", "http://").trim_end_matches("/shop").to_owned();
    let list: Value = serde_json::from_str(&raw::get(&server, "/json/list")?.text()).map_err(|e| e.to_string())?;
    same("type", list[0]["type"].as_str(), Some("node"))?;
    same("title", list[0]["title"].as_str(), Some("Cloudflare Worker"))?;
    contains("address", list[0]["webSocketDebuggerUrl"].as_str().unwrap_or_default(), "ws://localhost/shop")?;
    contains("version", &raw::get(&server, "/json/version")?.text(), "\"Protocol-Version\":\"1.3\"")?;
    same("another address", raw::get(&server, "/shop")?.status, 404)?;
    let rebound = raw::send(&server, b"GET /json HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n")?;
    same("a page that calls itself this machine", rebound.status, 401)?;
    let head = |headers: &str| handshake(&url, headers).map(|(_, head)| head);
    contains("foreign host", &head("host: evil.example\r\n")?, "HTTP/1.1 401")?;
    contains("foreign page", &head("origin: https://evil.example\r\n")?, "HTTP/1.1 401")?;
    contains("a browser without a page", &head("user-agent: Mozilla/5.0\r\n")?, "HTTP/1.1 400")?;
    let (_, nobody) = handshake(&url.replace("/shop", "/nobody"), "")?;
    contains("no such Worker", &nobody, "HTTP/1.1 404")?;
    contains("DevTools", &head("origin: https://devtools.devprod.cloudflare.dev\r\nuser-agent: Mozilla\r\n")?, " 101 ")
}

fn two_workers_are_two_targets() -> Outcome {
    let home = shop();
    home.write("other/wrangler.jsonc", &CONFIGURATION.replace("shop", "other").replace("src/index.ts", "worker.ts"));
    home.write("other/worker.ts", "export default { fetch: () => new Response('other') };");
    let (_dev, url) = start(&home, &["-c", "wrangler.jsonc", "-c", "other/wrangler.jsonc"]);
    let server = url.replace("ws://", "http://").trim_end_matches("/shop").to_owned();
    let list: Value = serde_json::from_str(&raw::get(&server, "/json")?.text()).map_err(|e| e.to_string())?;
    let titles: Vec<_> = (0..2).filter_map(|at| list[at]["title"].as_str()).collect();
    same("titles", titles, vec!["Cloudflare Worker: shop", "Cloudflare Worker: other"])?;
    let mut debugger = Debugger::attach(&url.replace("/shop", "/other"))?;
    same("sources", enable(&mut debugger)?.sources, vec!["worker.ts".to_owned()])
}

fn a_busy_port_is_named() -> Outcome {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let port = taken.local_addr().map_err(|error| error.to_string())?.port().to_string();
    let ran = shop().run(&["dev", "--port", "0", "--inspector-port", &port]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, &format!("debuggers cannot be listened for on 127.0.0.1:{port}"))
}

//! `edgeemu dev --colos`: a second location at hand, what is said about it, and the commands that ask it.

use serde_json::Value;

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::{Dev, Home, Ran};
use crate::raw::{self, Reply};

pub(super) const TESTS: &[Written] = written![
    the_address_of_each_location_is_printed,
    each_location_can_have_a_port,
    a_link_takes_a_browser_to_a_location,
    while_developing_a_warning_says_what_production_might_answer,
    an_ordinary_start_is_silent_about_its_own_writes,
    responses_say_what_was_read,
    a_documented_cache_answers_what_it_has_until_the_clock_is_moved,
    commands_say_why,
    locations_can_be_told_by_hand,
    commands_need_a_running_server,
    wrong_flags_are_refused,
    a_file_can_say_the_same,
    the_clock_is_a_command,
    the_control_addresses_refuse_what_they_do_not_know,
];

const WORKER: &str = "export default { async fetch(request, { KV }) { \
    const [, what, key, value] = decodeURIComponent(new URL(request.url).pathname).split('/'); \
    if (what === 'put') await KV.put(key, value); \
    if (what === 'delete') await KV.delete(key); \
    if (what === 'where') return new Response(request.cf.colo); \
    if (what === 'now') return new Response(String(Date.now())); \
    return new Response(String(await KV.get(key ?? 'k'))); } };";

/// `GET` in a location.
fn ask(dev: &Dev, colo: &str, path: &str) -> Result<Reply, String> {
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nx-edgeemu-colo: {colo}\r\nconnection: close\r\n\r\n");
    raw::send(&dev.url, head.as_bytes())
}

fn text(dev: &Dev, colo: &str, path: &str) -> Result<String, String> {
    Ok(ask(dev, colo, path)?.text())
}

fn json(ran: &Ran) -> Result<Value, String> {
    serde_json::from_str(&ran.stdout).map_err(|error| format!("{error}: {ran:?}"))
}

/// Moves the clock by a command, and waits for it.
fn advance(home: &Home, time: &str) -> Outcome {
    let ran = home.run(&["clock", "advance", time]);
    same("advance", (ran.code, ran.stderr.as_str()), (Some(0), ""))
}

fn the_address_of_each_location_is_printed() -> Outcome {
    let home = Home::project(WORKER);
    let mut dev = home.dev(&["--colos", "FRA,SFO"]);
    let port = dev.url.rsplit(':').next().unwrap_or_default().to_owned();
    same("FRA", dev.wait_for("- FRA"), format!("- FRA http://fra.localhost:{port}"))?;
    same("SFO", dev.wait_for("- SFO"), format!("- SFO http://sfo.localhost:{port}"))?;
    let at = |host: &str| {
        let head = format!("GET /where HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n\r\n");
        raw::send(&dev.url, head.as_bytes()).map(|reply| reply.text())
    };
    same("by host", at("sfo.localhost")?.as_str(), "SFO")?;
    same("the first", at("localhost")?.as_str(), "FRA")?;
    let ray = ask(&dev, "SFO", "/where")?;
    holds("the ray names it", ray.header("cf-ray").is_some_and(|ray| ray.ends_with("-SFO")))?;
    let refused = ask(&dev, "NRT", "/where")?;
    same("status", refused.status, 400)?;
    contains("text", &refused.text(), "there is no colo `NRT` here; there are FRA, SFO")
}

fn each_location_can_have_a_port() -> Outcome {
    let home = Home::project(WORKER);
    let mut dev = home.dev(&["--colos", "FRA,SFO", "--colo-ports"]);
    for colo in ["FRA", "SFO"] {
        let url = dev.wait_for(&format!("- {colo} ")).split_once(' ').map(|(_, rest)| rest[4..].to_owned());
        let url = url.ok_or("no address")?;
        same("where", raw::get(&url, "/where")?.text().as_str(), colo)?;
    }
    Ok(())
}

fn a_link_takes_a_browser_to_a_location() -> Outcome {
    let home = Home::project(WORKER);
    let dev = home.dev(&["--colos", "FRA,SFO"]);
    let link = raw::get(&dev.url, "/cdn-cgi/local/colo/sfo?to=/where")?;
    same("status", link.status, 303)?;
    same("location", link.header("location"), Some("/where"))?;
    same("cookie", link.header("set-cookie"), Some("edgeemu_colo=SFO; Path=/; SameSite=Lax"))?;
    let away = raw::get(&dev.url, "/cdn-cgi/local/colo/SFO?to=//elsewhere.test/")?;
    same("not away from here", away.header("location"), Some("/"))?;
    let head = "GET /where HTTP/1.1\r\nhost: localhost\r\ncookie: edgeemu_colo=SFO\r\nconnection: close\r\n\r\n";
    same("where", raw::send(&dev.url, head.as_bytes())?.text().as_str(), "SFO")?;
    same("another", raw::get(&dev.url, "/cdn-cgi/local/colo/NRT")?.status, 404)
}

fn while_developing_a_warning_says_what_production_might_answer() -> Outcome {
    let home = Home::project(WORKER);
    let mut dev = home.dev(&["--colos", "FRA,SFO", "--time", "frozen"]);
    text(&dev, "FRA", "/put/k/old")?;
    same("read", text(&dev, "SFO", "/get/k")?.as_str(), "old")?;
    advance(&home, "10s")?;
    text(&dev, "FRA", "/put/k/new")?;
    let reply = ask(&dev, "SFO", "/get/k")?;
    same("it is strong", reply.text().as_str(), "new")?;
    same("header", reply.header("x-edgeemu-kv"), Some("get KV k v2 fresh; production may answer v1 stale=0s"))?;
    let said = dev.wait_for("in production SFO might");
    contains("warning", &said, "KV KV: in production SFO might have answered an old value (v1) of `k` here")?;
    contains("the reason", &dev.wait_for("Documented: "), "a location keeps what it has read")
}

fn an_ordinary_start_is_silent_about_its_own_writes() -> Outcome {
    let home = Home::project(WORKER);
    let dev = home.dev(&["--time", "frozen"]);
    for value in ["one", "two", "three"] {
        same("absent or old", raw::get(&dev.url, "/get/k")?.status, 200)?;
        raw::get(&dev.url, &format!("/put/k/{value}"))?;
        let reply = raw::get(&dev.url, "/get/k")?;
        same("read", reply.text().as_str(), value)?;
        same("nobody asked for locations", reply.header("cf-ray"), None)?;
        advance(&home, "1s")?;
    }
    let ran = dev.interrupt();
    same("stderr", ran.stderr.as_str(), "")
}

fn responses_say_what_was_read() -> Outcome {
    let home = Home::project(WORKER);
    let dev = home.dev(&["--colos", "FRA,SFO", "--kv-consistency", "documented", "--time", "frozen"]);
    let seen = |colo: &str, path: &str| -> Result<Option<String>, String> {
        Ok(ask(&dev, colo, path)?.header("x-edgeemu-kv").map(str::to_owned))
    };
    same("absent", seen("SFO", "/get/k%20y")?.as_deref(), Some("get KV k%20y v0 nothing fresh"))?;
    same("kept", seen("SFO", "/get/k%20y")?.as_deref(), Some("get KV k%20y v0 nothing fresh hit age=0s"))?;
    ask(&dev, "FRA", "/put/k%20y/new")?;
    advance(&home, "1500ms")?;
    same("old", seen("SFO", "/get/k%20y")?.as_deref(), Some("get KV k%20y v0 nothing stale=1.500s hit age=1s"))?;
    let strong = Home::project(WORKER);
    let dev = strong.dev(&["--kv-consistency", "strong"]);
    same("strong", raw::get(&dev.url, "/get/k")?.header("x-edgeemu-kv"), None)
}

fn a_documented_cache_answers_what_it_has_until_the_clock_is_moved() -> Outcome {
    let home = Home::project(WORKER);
    let mut dev = home.dev(&["--colos", "FRA,SFO", "--kv-consistency", "documented", "--time", "frozen"]);
    text(&dev, "FRA", "/put/session/ada")?;
    same("signed in", text(&dev, "SFO", "/get/session")?.as_str(), "ada")?;
    advance(&home, "5s")?;
    text(&dev, "FRA", "/delete/session")?;
    same("signed out in FRA", text(&dev, "FRA", "/get/session")?.as_str(), "null")?;
    same("and still in, in SFO", text(&dev, "SFO", "/get/session")?.as_str(), "ada")?;
    contains(
        "warning",
        &dev.wait_for("SFO answered"),
        "SFO answered an old value (v1) of `session`, as production may",
    )?;
    advance(&home, "61s")?;
    same("a minute later", text(&dev, "SFO", "/get/session")?.as_str(), "null")
}

fn commands_say_why() -> Outcome {
    let home = Home::project(WORKER);
    let dev = home.dev(&["--colos", "FRA,SFO", "--kv-consistency", "documented", "--time", "frozen"]);
    text(&dev, "FRA", "/put/k/old")?;
    text(&dev, "SFO", "/get/k")?;
    advance(&home, "20s")?;
    text(&dev, "FRA", "/delete/k")?;
    advance(&home, "12s")?;
    let kv = |arguments: &[&str]| {
        let all: Vec<_> = ["kv"].iter().chain(arguments).chain(&["--binding", "KV"]).copied().collect();
        home.run(&all)
    };
    let why = kv(&["why", "k", "--colo", "SFO"]);
    let expected = "SFO would answer v1 for `k`: it has kept that for 32 s and may do so for another 28 s. Current is v2 \
                    (nothing): the key was deleted in FRA 12 s ago.\n";
    same("why", why.stdout.as_str(), expected)?;
    same("everywhere", kv(&["why", "k"]).stdout.lines().count(), 2)?;
    let answer = json(&kv(&["why", "k", "--colo", "sfo", "--json"]))?;
    let answer = &answer["answers"][0];
    same("version", answer["answer"]["version"].as_i64(), Some(1))?;
    same("stale", answer["answer"]["stale_ms"].as_i64(), Some(12_000))?;
    same("current", answer["current"]["exists"].as_bool(), Some(false))?;
    let impatient = kv(&["why", "k", "--colo", "SFO", "--cache-ttl", "30"]).stdout;
    contains("a reader who takes nothing older than 30 s", &impatient, "SFO keeps nothing for `k` and would answer")?;
    let versions = kv(&["versions", "k"]).stdout;
    let lines: Vec<String> =
        versions.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let expected = ["v0 not there before", "v1 put in FRA 32 s ago", "v2 deleted in FRA 12 s ago current"];
    same("versions", lines, expected.map(str::to_owned).to_vec())?;
    let timeline = kv(&["timeline", "k"]).stdout;
    let lines: Vec<String> =
        timeline.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let expected = [
        "-32 s FRA put k v1",
        "-32 s FRA get k v1 kept for 0 ms",
        "-32 s SFO get k v1",
        "-12 s FRA delete k v2",
        "-12 s FRA get k v2 (nothing) kept for 0 ms",
    ];
    same("timeline", lines, expected.map(str::to_owned).to_vec())?;
    same("looking is not reading", json(&kv(&["timeline", "--json"]))?["events"].as_array().map(Vec::len), Some(5))?;
    raw::request(&dev.url, "POST /cdn-cgi/local/kv/evict?binding=KV&key=k&colo=SFO", "")?;
    same("evicted", text(&dev, "SFO", "/get/k")?.as_str(), "null")
}

fn locations_can_be_told_by_hand() -> Outcome {
    let home = Home::project(WORKER);
    let mut dev = home.dev(&["--colos", "FRA,SFO", "--kv-consistency", "stale-until-told"]);
    text(&dev, "FRA", "/put/k/new")?;
    same("at once where it was written", text(&dev, "FRA", "/get/k")?.as_str(), "new")?;
    let unheard = ask(&dev, "SFO", "/get/k")?;
    same("not elsewhere", unheard.text().as_str(), "null")?;
    contains("the log says where", &dev.wait_for("GET /get/k 200 OK (SFO, "), "(SFO, ")?;
    let header = unheard.header("x-edgeemu-kv").unwrap_or_default().to_owned();
    holds("and says so", header.starts_with("get KV k v0 nothing stale="))?;
    let why = home.run(&["kv", "why", "k", "--binding", "KV", "--colo", "SFO"]).stdout;
    contains("why", &why, "SFO would answer v0 (nothing) for `k`: it has not heard of what was written since.")?;
    same("told", home.run(&["kv", "tell"]).stdout.as_str(), "Every location knows what was written.\n")?;
    same("it knows", text(&dev, "SFO", "/get/k")?.as_str(), "new")?;
    text(&dev, "SFO", "/delete/k")?;
    same("the next write is news again", text(&dev, "FRA", "/get/k")?.as_str(), "new")
}

fn commands_need_a_running_server() -> Outcome {
    let home = Home::project(WORKER);
    for arguments in [&["kv", "why", "k", "--binding", "KV"][..], &["clock"], &["clock", "advance", "1s"]] {
        let ran = home.run(arguments);
        same("exit code", ran.code, Some(1))?;
        contains("stderr", &ran.stderr, "no `edgeemu dev` runs on the data in")?;
    }
    let dev = home.dev(&["--kv-consistency", "strong"]);
    let ran = home.run(&["kv", "why", "k", "--binding", "KV"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "nothing is kept in locations with `--kv-consistency strong`")?;
    drop(dev);
    Ok(())
}

fn wrong_flags_are_refused() -> Outcome {
    let home = Home::project(WORKER);
    let refused = |arguments: &[&str], text: &str| -> Outcome {
        let all: Vec<_> = ["dev"].iter().chain(arguments).copied().collect();
        let ran = home.run(&all);
        same("exit code", ran.code, Some(2))?;
        contains("stderr", &ran.stderr, text)
    };
    refused(&["--colos", "Frankfurt"], "colos are the three letters of an airport, such as FRA")?;
    refused(
        &["--kv-consistency", "eventual"],
        "use strong, dev, documented, adversarial, delay=10s or stale-until-told",
    )?;
    refused(&["--time", "fast"], "use real, x60 (sixty times as fast), frozen or virtual")?;
    refused(&["--colos", "FRA", "--colo", "SFO"], "`--colo SFO` is not one of the colos")?;
    refused(&["--colo-ports"], "`--colo-ports` needs `--colos`")
}

fn a_file_can_say_the_same() -> Outcome {
    let home = Home::project(WORKER);
    home.write(
        "edgeemu.toml",
        "[sim]\ncolos = [\"FRA\", \"SFO\"]\ncolo = \"SFO\"\ntime = \"frozen\"\n\n[sim.kv]\nprofile = \"documented\"\n",
    );
    let colos = |dev: &Dev| -> Result<Value, String> {
        serde_json::from_str(&raw::get(&dev.url, "/cdn-cgi/local/colos")?.text()).map_err(|error| error.to_string())
    };
    let dev = home.dev(&[]);
    let expected = serde_json::json!({ "colos": ["FRA", "SFO"], "home": "SFO", "kv_consistency": "documented" });
    same("as the file says", colos(&dev)?, expected)?;
    same("time", json(&home.run(&["clock", "--json"]))?["mode"].as_str(), Some("frozen"))?;
    drop(dev);
    let dev = home.dev(&["--colos", "NRT,FRA", "--kv-consistency", "dev", "--time", "real"]);
    let expected = serde_json::json!({ "colos": ["NRT", "FRA"], "home": "NRT", "kv_consistency": "dev" });
    same("flags go before it", colos(&dev)?, expected)?;
    drop(dev);
    home.write("edgeemu.toml", "[sim]\ncolos = [\"Frankfurt\"]\ntime = 60\n[sim.kv]\nprofile = \"eventual\"\n");
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "edgeemu.toml")?;
    contains("stderr", &ran.stderr, "`Frankfurt` is not a colo")?;
    contains("stderr", &ran.stderr, "Expected \"sim.time\" to be of type string but got 60.")?;
    contains("stderr", &ran.stderr, "`eventual` is no consistency of KV")?;
    home.write("edgeemu.toml", "[sim]\ncolor = \"FRA\"\n[[expect]]\nkv = \"KV:*\"\n");
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "Processing edgeemu.toml configuration:")?;
    contains("stderr", &ran.stderr, "Unexpected fields found in sim field: \"color\"\n")?;
    contains("the place", &ran.stderr, "edgeemu.toml:2:1")?;
    contains("the hint", &ran.stderr, "did you mean `colo`?")?;
    contains("stderr", &ran.stderr, "Unexpected fields found in top-level field: \"expect\"\n")?;
    contains("the place", &ran.stderr, "edgeemu.toml:3:3")
}

fn the_clock_is_a_command() -> Outcome {
    let home = Home::project(WORKER);
    let dev = home.dev(&["--time", "frozen"]);
    let now = || text(&dev, "DFW", "/now").and_then(|text| text.parse::<i64>().map_err(|error| error.to_string()));
    let before = now()?;
    advance(&home, "61s")?;
    same("it moved", now()? - before, 61_000)?;
    let shown = home.run(&["clock", "advance", "1h"]);
    contains("what is said", &shown.stdout, ", 1 h 00 m later (frozen)")?;
    let state = json(&home.run(&["clock", "mode", "x60", "--json"]))?;
    same("mode", state["mode"].as_str(), Some("x60"))?;
    same("it runs", state["frozen"].as_bool(), Some(false))?;
    same("frozen", json(&home.run(&["clock", "freeze", "--json"]))?["frozen"].as_bool(), Some(true))?;
    same("running", json(&home.run(&["clock", "resume", "--json"]))?["mode"].as_str(), Some("x60"))?;
    same("idle", home.run(&["clock", "run-until-idle"]).code, Some(0))?;
    contains("now", &home.run(&["clock"]).stdout, "GMT (running x60)")?;
    let wrong = home.run(&["clock", "advance", "soon"]);
    same("exit code", wrong.code, Some(2))?;
    contains("stderr", &wrong.stderr, "write 250ms, 61s, 5m, 2h or 1d")
}

fn the_control_addresses_refuse_what_they_do_not_know() -> Outcome {
    let home = Home::project(WORKER);
    let dev = home.dev(&["--colos", "FRA,SFO"]);
    let colos: Value =
        serde_json::from_str(&raw::get(&dev.url, "/cdn-cgi/local/colos")?.text()).map_err(|e| e.to_string())?;
    same("colos", colos, serde_json::json!({ "colos": ["FRA", "SFO"], "home": "FRA", "kv_consistency": "dev" }))?;
    let cases = [
        ("GET /cdn-cgi/local/kv/why?key=k", "name a `binding`"),
        ("GET /cdn-cgi/local/kv/why?binding=KV", "name a `key`"),
        ("GET /cdn-cgi/local/kv/why?binding=NO&key=k", "the Worker has no KV binding named `NO`"),
        ("GET /cdn-cgi/local/kv/why?binding=KV&key=k&colo=NRT", "there is no colo `NRT` here"),
        ("GET /cdn-cgi/local/kv/why?binding=KV&key=k&cache_ttl=1", "Invalid cache_ttl of 1"),
        ("GET /cdn-cgi/local/kv/evict?binding=KV&key=k", "edgeemu has no such address"),
    ];
    for (line, text) in cases {
        let reply = raw::request(&dev.url, line, "")?;
        holds("it is refused", reply.status >= 400)?;
        contains(line, &reply.text(), text)?;
    }
    for (body, text) in
        [("{\"advance\":\"soon\"}", "no span of time"), ("{\"forward\":1}", "the clock has no `forward`")]
    {
        let reply = raw::request(&dev.url, "POST /cdn-cgi/local/clock", body)?;
        same("status", reply.status, 400)?;
        contains(body, &reply.text(), text)?;
    }
    Ok(())
}

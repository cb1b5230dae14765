//! `edgeemu explore`, `replay` and `shrink`: what they say, what they keep, and how they end.

use serde_json::Value;

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::{Home, Ran};

pub(super) const TESTS: &[Written] = written![
    a_bug_is_found_kept_and_seen_again,
    reports_are_written,
    a_test_that_does_not_work_says_so,
    a_test_that_shows_nothing_is_vacuous,
    what_leads_out_is_refused_by_name,
    options_that_mean_nothing_are_refused,
    a_memo_makes_new_isolates_necessary,
    every_run_is_the_same_twice,
];

const COUNTER: &str = "export default { async fetch(request, { KV }) { \
    const count = Number(await KV.get('count') ?? 0); \
    if (request.method === 'POST') await KV.put('count', String(count + 1)); \
    return new Response(String(count)); } };";

const TEST: &str = r#"import { explore } from "edgeemu/test";
explore("visits count", { colos: ["FRA"] }, async (w) => {
  const [a, b] = [w.client("a"), w.client("b")];
  await w.concurrently(a.post("/"), b.post("/"));
  await w.advance("2m");
  w.equal((await a.get("/")).body, "2", "both were counted");
});
"#;

fn project(worker: &str, test: &str) -> Home {
    let home = Home::project(worker);
    home.write("app.explore.js", test);
    home
}

fn test(body: &str) -> String {
    format!("import {{ explore }} from \"edgeemu/test\";\nexplore(\"a test\", async (w) => {{ {body} }});\n")
}

fn code(ran: &Ran, code: i32) -> Outcome {
    same("exit code", ran.code, Some(code)).map_err(|error| format!("{error}: {ran:?}"))
}

fn a_bug_is_found_kept_and_seen_again() -> Outcome {
    let home = project(COUNTER, TEST);
    let ran = home.run(&["explore"]);
    code(&ran, 1)?;
    contains("stdout", &ran.stdout, "✗ visits count: both were counted [property]")?;
    contains("stdout", &ran.stdout, "  Legal      ")?;
    contains("stderr", &ran.stderr, "1 of 1 tests can be broken")?;
    let plan = ran.stdout.lines().find_map(|line| line.trim().strip_prefix("See it again    edgeemu replay "));
    let plan = plan.ok_or("no plan is named")?.to_owned();
    contains("plan", &home.read(&plan), "\"file\": \"app.explore.js\"")?;
    let again = home.run(&["replay", &plan]);
    code(&again, 1)?;
    contains("replay", &again.stdout, "Seen       [property] expected \"2\", and it is \"1\" (app.explore.js:6:5)")?;
    let smaller = home.run(&["shrink", &plan]);
    code(&smaller, 1)?;
    contains("shrink", &smaller.stdout, "Passes if  ")?;
    let first = home.run(&["explore", "--json"]);
    let found: Value =
        serde_json::from_str(first.stdout.lines().next().unwrap_or_default()).map_err(|e| e.to_string())?;
    same("the plan is tried first", found["violations"][0]["foundInRun"].as_u64(), Some(2))
}

fn reports_are_written() -> Outcome {
    let home = project(COUNTER, TEST);
    code(&home.run(&["explore", "--no-save", "--junit", "out/junit.xml", "--html", "out/page.html"]), 1)?;
    let junit = home.read("out/junit.xml");
    contains("junit", &junit, "<testsuite name=\"edgeemu explore\" tests=\"1\" failures=\"1\" errors=\"0\"")?;
    contains("junit", &junit, "<failure type=\"violation\">✗ visits count")?;
    let page = home.read("out/page.html");
    contains("page", &page, "\"about\":\"both were counted\"")?;
    holds("the page loads nothing", !page.contains("src=") && !page.contains("href="))
}

fn a_test_that_does_not_work_says_so() -> Outcome {
    let home = project(COUNTER, &test("await new Promise(() => {});"));
    let ran = home.run(&["explore"]);
    code(&ran, 2)?;
    contains("stdout", &ran.stdout, "DOES NOT WORK")?;
    let home = project(COUNTER, "import { explore } from \"edgeemu/test\";");
    let ran = home.run(&["explore"]);
    code(&ran, 2)?;
    contains("stderr", &ran.stderr, "calls `explore` for no test")
}

fn a_test_that_shows_nothing_is_vacuous() -> Outcome {
    let home = project(COUNTER, &test("w.sometimes((await w.client('a').get('/')).status === 500, 'an error');"));
    let ran = home.run(&["explore"]);
    code(&ran, 4)?;
    contains("stdout", &ran.stdout, "VACUOUS: no run showed this: an error")
}

fn what_leads_out_is_refused_by_name() -> Outcome {
    let worker = "export default { async fetch() { return await fetch('https://example.org/rates'); } };";
    let home = project(worker, &test("w.equal((await w.client('a').get('/')).status, 200, 'there are rates');"));
    let ran = home.run(&["explore"]);
    code(&ran, 1)?;
    contains("stdout", &ran.stdout, "GET https://example.org/rates leads out of the simulation")?;
    let inside = "w.outbound('https://example.org/', () => new Response('1.1')); \
        w.equal((await w.client('a').get('/')).body, '1.1', 'there are rates');";
    code(&project(worker, &test(inside)).run(&["explore"]), 0)
}

fn options_that_mean_nothing_are_refused() -> Outcome {
    for (options, complaint) in [
        ("{ colours: [] }", "unknown field `colours`"),
        ("{ colos: ['Frankfurt'] }", "colos are the three letters of an airport"),
        ("{ faults: ['fire'] }", "`fire` is no fault"),
        ("{ expect: { 'KV:': 'luck' } }", "`luck` cannot be demanded"),
    ] {
        let file =
            format!("import {{ explore }} from \"edgeemu/test\";\nexplore(\"a test\", {options}, () => {{}});\n");
        let ran = project(COUNTER, &file).run(&["explore"]);
        code(&ran, 2)?;
        contains("stderr", &ran.stderr, complaint)?;
    }
    Ok(())
}

fn a_memo_makes_new_isolates_necessary() -> Outcome {
    let worker = "let count = 0; export default { async fetch() { return new Response(String(++count)); } };";
    let home = project(worker, &test("w.equal((await w.client('a').get('/')).body, '1', 'the first is first');"));
    let ran = home.run(&["explore", "--runs", "40"]);
    code(&ran, 0)?;
    contains("stdout", &ran.stdout, "each run in new isolates")
}

fn every_run_is_the_same_twice() -> Outcome {
    let worker = "export default { async fetch(request, { KV }, ctx) { \
        const id = crypto.randomUUID(); await KV.put(id, String(Math.random())); \
        ctx.waitUntil(scheduler.wait(100).then(() => KV.put('last', id + Date.now()))); \
        return new Response(id + await KV.get('last')); } };";
    let body = "const [a, b] = [w.client('a'), w.client('b', { colo: 'SFO' })]; \
        await w.concurrently(a.get('/'), b.get('/'), a.get('/')); await w.settled();";
    let ran = project(worker, &test(body)).run(&["explore", "--doublecheck", "--runs", "150", "--all"]);
    holds("no run differs", !ran.stdout.contains("NOT DETERMINISTIC")).map_err(|error| format!("{error}: {ran:?}"))
}

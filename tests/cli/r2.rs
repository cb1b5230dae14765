//! `edgeemu r2`: objects from outside, whether or not the Worker runs.

use serde_json::Value;

use crate::case::{Outcome, Written, contains, same, written};
use crate::process::Home;
use crate::raw;

pub(super) const TESTS: &[Written] = written![
    objects_are_put_got_listed_and_deleted,
    objects_are_reached_while_the_worker_runs,
    a_missing_object_has_an_exit_code,
    a_bucket_has_a_name_and_a_binding,
    objects_are_the_workers_after_a_crash,
];

const WORKER: &str = "export default { async fetch(request, { R2 }) { \
    const key = new URL(request.url).pathname.slice(1); \
    if (request.method === 'PUT') await R2.put(key, request.body); \
    const object = await R2.get(key); \
    return object === null ? new Response('none', { status: 404 }) : new Response(object.body); } };";

fn project() -> Home {
    let home = Home::project(WORKER);
    home.write(
        "wrangler.jsonc",
        r#"{
  "name": "app",
  "main": "worker.js",
  "compatibility_date": "2026-08-01",
  "r2_buckets": [{ "binding": "R2", "bucket_name": "files" }],
}
"#,
    );
    home
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("{error}: {text}"))
}

fn round(home: &Home) -> Outcome {
    home.write("cat.txt", "miaow\n");
    let put = home.run(&["r2", "object", "put", "files/a/cat.txt", "--file", "cat.txt", "--content-type", "text/x"]);
    same("put", (put.code, put.stderr.as_str()), (Some(0), ""))?;
    contains("put", &put.stdout, "Creating object \"a/cat.txt\" in bucket \"files\".")?;
    let got = home.run(&["r2", "object", "get", "R2/a/cat.txt", "--pipe"]);
    same("get", (got.code, got.stdout.as_str()), (Some(0), "miaow\n"))?;
    same("get --file", home.run(&["r2", "object", "get", "files/a/cat.txt", "--file", "out"]).code, Some(0))?;
    let saved = std::fs::read_to_string(home.path().join("out")).map_err(|error| error.to_string())?;
    same("the file", saved.as_str(), "miaow\n")?;
    let head = json(&home.run(&["r2", "object", "head", "files/a/cat.txt"]).stdout)?;
    same("size", head["size"].as_u64(), Some(6))?;
    same("type", head["httpMetadata"]["contentType"].as_str(), Some("text/x"))?;
    let listed = json(&home.run(&["r2", "object", "list", "files", "--prefix", "a/"]).stdout)?;
    same("list", (listed[0]["key"].as_str(), listed.as_array().map(Vec::len)), (Some("a/cat.txt"), Some(1)))?;
    let info = json(&home.run(&["r2", "bucket", "info", "files"]).stdout)?;
    same("info", (info["object_count"].as_u64(), info["bucket_size"].as_u64()), (Some(1), Some(6)))?;
    same("delete", home.run(&["r2", "object", "delete", "files/a/cat.txt"]).code, Some(0))?;
    same("gone", home.run(&["r2", "object", "get", "files/a/cat.txt", "--pipe"]).code, Some(1))
}

fn objects_are_put_got_listed_and_deleted() -> Outcome {
    round(&project())
}

fn objects_are_reached_while_the_worker_runs() -> Outcome {
    let home = project();
    let dev = home.dev(&[]);
    round(&home)?;
    home.write("seen", "by the Worker");
    same("put", home.run(&["r2", "object", "put", "files/seen", "--file", "seen"]).code, Some(0))?;
    same("the Worker sees it", raw::get(&dev.url, "/seen")?.text().as_str(), "by the Worker")?;
    raw::request(&dev.url, "PUT /written", "by the Worker as well")?;
    let got = home.run(&["r2", "object", "get", "files/written", "--pipe"]);
    same("and the command", got.stdout.as_str(), "by the Worker as well")
}

fn a_missing_object_has_an_exit_code() -> Outcome {
    let ran = project().run(&["r2", "object", "head", "files/nothing"]);
    same("exit code", (ran.code, ran.stdout.as_str()), (Some(1), ""))?;
    contains("stderr", &ran.stderr, "The specified key does not exist.")
}

fn a_bucket_has_a_name_and_a_binding() -> Outcome {
    let home = project();
    let listed = json(&home.run(&["r2", "bucket", "list"]).stdout)?;
    same("list", listed, serde_json::json!([{ "name": "files", "binding": "R2" }]))?;
    let ran = home.run(&["r2", "object", "head", "No_Such/key"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "no R2 bucket named `No_Such`")?;
    contains("stderr", &ran.stderr, "the configuration declares: files")
}

fn objects_are_the_workers_after_a_crash() -> Outcome {
    let home = project();
    let mut dev = home.dev(&[]);
    same("put", raw::request(&dev.url, "PUT /survives", "a crash")?.status, 200)?;
    dev.signal(rustix::process::Signal::KILL);
    dev.ended(std::time::Duration::from_secs(10));
    same("get", home.run(&["r2", "object", "get", "files/survives", "--pipe"]).stdout.as_str(), "a crash")
}

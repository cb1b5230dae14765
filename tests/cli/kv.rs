//! `edgeemu kv`: data from outside, whether or not the Worker runs.

use serde_json::Value;

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::{Home, Ran};
use crate::raw;

pub(super) const TESTS: &[Written] = written![
    keys_are_put_got_listed_and_deleted,
    the_same_while_the_worker_runs,
    a_value_comes_from_a_file_byte_for_byte,
    metadata_and_expiration_are_listed,
    many_keys_at_once,
    a_bulk_file_with_mistakes_writes_nothing,
    a_missing_key_has_an_exit_code,
    looking_makes_no_folder,
    many_values_are_printed_as_wrangler_prints_them,
    an_unknown_binding_gets_a_suggestion,
    a_bad_time_to_live_is_refused_in_productions_words,
    data_is_the_workers_data_after_a_crash,
];

const WORKER: &str = "export default { async fetch(request, { KV }) { \
    const key = new URL(request.url).pathname.slice(1); \
    if (request.method === 'PUT') await KV.put(key, request.body); \
    return new Response(await KV.get(key)); } };";

fn kv(home: &Home, arguments: &[&str]) -> Ran {
    let all: Vec<_> = ["kv"].iter().chain(arguments).chain(&["--binding", "KV"]).copied().collect();
    home.run(&all)
}

fn round(home: &Home) -> Outcome {
    same("put", kv(home, &["key", "put", "user:1", "Ada"]).code, Some(0))?;
    let got = kv(home, &["key", "get", "user:1"]);
    same("get", (got.code, got.stdout.as_str()), (Some(0), "Ada"))?;
    same("get --text", kv(home, &["key", "get", "user:1", "--text"]).stdout.as_str(), "Ada\n")?;
    kv(home, &["key", "put", "other", "x"]);
    let listed = kv(home, &["key", "list", "--prefix", "user:"]);
    let keys: Value = serde_json::from_str(&listed.stdout).map_err(|error| format!("{error}: {listed:?}"))?;
    same("list", keys, serde_json::json!([{ "name": "user:1" }]))?;
    same("delete", kv(home, &["key", "delete", "user:1"]).code, Some(0))?;
    same("gone", kv(home, &["key", "get", "user:1"]).code, Some(1))
}

fn keys_are_put_got_listed_and_deleted() -> Outcome {
    round(&Home::project(WORKER))
}

fn the_same_while_the_worker_runs() -> Outcome {
    let home = Home::project(WORKER);
    let dev = home.dev(&[]);
    round(&home)?;
    kv(&home, &["key", "put", "seen", "by the Worker"]);
    same("the Worker sees it", raw::get(&dev.url, "/seen")?.text().as_str(), "by the Worker")?;
    raw::request(&dev.url, "PUT /written", "by the Worker as well")?;
    same("and the command", kv(&home, &["key", "get", "written"]).stdout.as_str(), "by the Worker as well")
}

fn a_value_comes_from_a_file_byte_for_byte() -> Outcome {
    let home = Home::project(WORKER);
    home.write("value.txt", "two\nlines\n\u{e9}\n");
    same("put", kv(&home, &["key", "put", "file", "--path", "value.txt"]).code, Some(0))?;
    same("get", kv(&home, &["key", "get", "file"]).stdout.as_str(), "two\nlines\n\u{e9}\n")
}

fn metadata_and_expiration_are_listed() -> Outcome {
    let home = Home::project(WORKER);
    let metadata = r#"{"from":"here"}"#;
    same(
        "put",
        kv(&home, &["key", "put", "k", "v", "--metadata", metadata, "--expiration", "2000000000"]).code,
        Some(0),
    )?;
    let keys: Value = serde_json::from_str(&kv(&home, &["key", "list"]).stdout).map_err(|error| error.to_string())?;
    same(
        "list",
        keys,
        serde_json::json!([{ "name": "k", "expiration": 2_000_000_000, "metadata": { "from": "here" } }]),
    )
}

fn many_keys_at_once() -> Outcome {
    let home = Home::project(WORKER);
    home.write("pairs.json", r#"[{ "key": "a", "value": "1" }, { "key": "b", "value": "aGk=", "base64": true }]"#);
    home.write("keys.json", r#"["a", "b", "c"]"#);
    same("put", kv(&home, &["bulk", "put", "pairs.json"]).code, Some(0))?;
    same("base64", kv(&home, &["key", "get", "b"]).stdout.as_str(), "hi")?;
    let got = kv(&home, &["bulk", "get", "keys.json"]);
    let got: Value = serde_json::from_str(&got.stdout).map_err(|error| format!("{error}: {got:?}"))?;
    same("get", got, serde_json::json!({ "a": { "value": "1" }, "b": { "value": "hi" }, "c": { "value": null } }))?;
    same("delete", kv(&home, &["bulk", "delete", "keys.json", "--force"]).code, Some(0))?;
    same("list", kv(&home, &["key", "list"]).stdout.trim(), "[]")
}

fn a_bulk_file_with_mistakes_writes_nothing() -> Outcome {
    let home = Home::project(WORKER);
    home.write("pairs.json", r#"[{ "key": "a", "value": "1" }, { "kee": "b", "value": "2" }]"#);
    let ran = kv(&home, &["bulk", "put", "pairs.json"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "[ERROR]")?;
    same("list", kv(&home, &["key", "list"]).stdout.trim(), "[]")?;
    home.write("broken.json", "[{");
    same("exit code", kv(&home, &["bulk", "put", "broken.json"]).code, Some(1))?;
    same("exit code", kv(&home, &["bulk", "put", "absent.json"]).code, Some(1))
}

fn a_missing_key_has_an_exit_code() -> Outcome {
    let ran = kv(&Home::project(WORKER), &["key", "get", "nothing"]);
    same("exit code", ran.code, Some(1))?;
    same("stdout", ran.stdout.as_str(), "")?;
    contains("stderr", &ran.stderr, "Value not found")
}

fn an_unknown_binding_gets_a_suggestion() -> Outcome {
    let ran = Home::project(WORKER).run(&["kv", "key", "get", "k", "--binding", "KW"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "no KV binding named `KW`")?;
    contains("stderr", &ran.stderr, "did you mean `KV`?")?;
    contains("stderr", &ran.stderr, "the configuration declares: KV")
}

fn a_bad_time_to_live_is_refused_in_productions_words() -> Outcome {
    let ran = kv(&Home::project(WORKER), &["key", "put", "k", "v", "--ttl", "5"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "Invalid expiration_ttl of 5. Expiration TTL must be at least 60.")
}

fn data_is_the_workers_data_after_a_crash() -> Outcome {
    let home = Home::project(WORKER);
    let mut dev = home.dev(&[]);
    same("put", raw::request(&dev.url, "PUT /survives", "a crash")?.status, 200)?;
    dev.signal(rustix::process::Signal::KILL);
    dev.ended(std::time::Duration::from_secs(10));
    same("get", kv(&home, &["key", "get", "survives"]).stdout.as_str(), "a crash")
}

fn looking_makes_no_folder() -> Outcome {
    let home = Home::project(WORKER);
    home.write("keys.json", r#"["a"]"#);
    same("list", kv(&home, &["key", "list"]).stdout.trim(), "[]")?;
    same("get", kv(&home, &["key", "get", "a"]).code, Some(1))?;
    same("bulk get", kv(&home, &["bulk", "get", "keys.json"]).code, Some(0))?;
    holds("nothing was made", !home.path().join(".edgeemu").exists())?;
    kv(&home, &["key", "put", "a", "1"]);
    same("what is kept out of version control", home.read(".edgeemu/.gitignore").as_str(), "*\n")
}

fn many_values_are_printed_as_wrangler_prints_them() -> Outcome {
    let home = Home::project(WORKER);
    home.write("keys.json", r#"[{ "name": "there" }, "gone"]"#);
    kv(&home, &["key", "put", "there", "a value"]);
    let printed = kv(&home, &["bulk", "get", "keys.json"]);
    let text = "{\n  \"there\": {\n    \"value\": \"a value\"\n  },\n  \"gone\": {\n    \"value\": null\n  }\n}\n";
    same("stdout", printed.stdout.as_str(), text)
}

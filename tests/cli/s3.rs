//! The S3 API of R2, as clients that people use see it. What they ask and expect is in `clients/s3`.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::{Dev, Home, Ran};
use crate::raw::{self, Reply};

pub(super) const TESTS: &[Written] = written![
    the_sdk_of_aws_makes_its_round,
    aws4fetch_makes_its_round,
    the_endpoint_is_beside_the_local_addresses_too,
    the_key_can_be_chosen,
    the_port_can_stand_in_a_file,
    a_worker_and_a_client_see_the_same_objects,
    a_signed_url_expires_by_the_emulators_clock,
    an_upload_in_two_steps_reaches_the_worker,
    a_disk_that_is_full_takes_no_object_and_keeps_the_old_one,
    a_folder_that_cannot_be_written_is_named,
];

const WORKER: &str = "export default { async fetch(request, { R2 }) { \
    const key = new URL(request.url).pathname.slice(1); \
    if (request.method === 'POST') await R2.put(key, new Uint8Array(6 << 20)); \
    if (request.method === 'PUT') await R2.put(key, request.body, { customMetadata: { by: 'worker' } }); \
    const object = await R2.get(key); \
    return object === null ? new Response('none', { status: 404 }) : new Response(object.body); } };";

const KEY: [&str; 2] = ["edgeemu", "edgeemu-secret"];

fn project() -> Home {
    let home = Home::project(WORKER);
    home.write(
        "wrangler.jsonc",
        r#"{
  "name": "app",
  "main": "worker.js",
  "compatibility_date": "2026-08-01",
  "r2_buckets": [{
    "binding": "R2", "bucket_name": "files",
    "local_dev": { "experimental_s3_credentials": { "access_key_id": "mine", "secret_access_key": "my own" } },
  }],
}
"#,
    );
    home
}

/// A server with the endpoint, and the endpoint's address.
fn start(home: &Home, arguments: &[&str]) -> (Dev, String) {
    let arguments: Vec<_> = ["dev", "--port", "0", "--r2-s3-port", "0"].iter().chain(arguments).copied().collect();
    wait(Dev::start(&mut home.command(&arguments)))
}

fn wait(mut dev: Dev) -> (Dev, String) {
    let line = dev.wait_for("S3 API of R2 on ");
    let url = line.trim_start_matches("S3 API of R2 on ").split(' ').next().unwrap_or_default().to_owned();
    let ready = dev.wait_for("Ready on ");
    dev.url = ready.trim_start_matches("Ready on ").trim().to_owned();
    (dev, url)
}

/// Follows a signed URL, whose host is part of what was signed.
fn follow(url: &str, path: &str) -> Result<Reply, String> {
    let host = url.trim_start_matches("http://");
    raw::send(url, format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes())
}

fn clients() -> PathBuf {
    std::env::current_dir().expect("the suite runs in its own folder").join("clients/s3")
}

/// Runs a client to its end; gives what it printed.
fn client(program: &str, script: &str, arguments: &[&str]) -> Ran {
    let mut command = Command::new(program);
    command.arg(script).args(arguments).current_dir(clients()).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    Dev::start(&mut command).run_out()
}

fn makes_its_round(program: &str, script: &str) -> Outcome {
    let home = project();
    let (_dev, url) = start(&home, &[]);
    let ran = client(program, script, &[&url, KEY[0], KEY[1]]);
    holds(&format!("{script} comes to its end; it printed:\n{}\n{}", ran.stdout, ran.stderr), ran.code == Some(0))?;
    same("its last line", ran.stdout.lines().last(), Some("done"))
}

fn node(script: &str) -> Outcome {
    if !clients().join("node_modules").exists() {
        return Err(format!("its packages are not installed: run `npm ci` in {}", clients().display()));
    }
    makes_its_round("node", script)
}

fn the_sdk_of_aws_makes_its_round() -> Outcome {
    node("sdk.mjs")
}

fn aws4fetch_makes_its_round() -> Outcome {
    node("fetch.mjs")
}

fn the_endpoint_is_beside_the_local_addresses_too() -> Outcome {
    let home = project();
    let dev = home.dev(&[]);
    let url = format!("{}/cdn-cgi/local/r2/s3", dev.url);
    let ran = client("node", "sdk.mjs", &[&url, "mine", "my own"]);
    same("its last line", ran.stdout.lines().last(), Some("done"))
}

fn the_key_can_be_chosen() -> Outcome {
    let home = project();
    let (_dev, url) = start(&home, &["--r2-s3-key", "some id:a:secret"]);
    let ran = client("node", "fetch.mjs", &[&url, "some id", "a:secret"]);
    same("with the chosen key", (ran.code, ran.stdout.lines().last()), (Some(0), Some("done")))?;
    let refused = client("node", "fetch.mjs", &[&url, KEY[0], KEY[1]]);
    same("with another one", refused.code, Some(1))
}

fn the_port_can_stand_in_a_file() -> Outcome {
    let home = project();
    let taken = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let port = taken.local_addr().map_err(|error| error.to_string())?.port();
    home.write("edgeemu.toml", &format!("[r2]\ns3_port = {port}\n"));
    let ran = home.run(&["dev", "--port", "0"]);
    same("exit code", ran.code, Some(1)).map_err(|error| format!("{error}: {ran:?}"))?;
    contains("the port of the file is asked for", &ran.stderr, &format!("(127.0.0.1:{port})"))?;
    contains("what to do", &ran.stderr, "`--r2-s3-port`")?;
    let (dev, url) = start(&home, &[]);
    same("the flag goes before it", url.ends_with(&format!(":{port}")), false)?;
    drop(dev);
    drop(taken);
    let (_dev, url) = wait(Dev::start(&mut home.command(&["dev", "--port", "0"])));
    same("the port of the file", url.clone(), format!("http://localhost:{port}"))?;
    contains("who answers there", &follow(&url, "/files/key")?.text(), "<Code>InvalidArgument</Code>")?;
    let broken = home.path().join("edgeemu.toml");
    std::fs::write(broken, "[r2]\ns3_port = 65536\n").map_err(|error| error.to_string())?;
    let ran = home.run(&["r2", "bucket", "list"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "Expected \"r2.s3_port\" to be at most 65535 but got 65536.")?;
    contains("the place", &ran.stderr, "edgeemu.toml:2:11")
}

fn a_worker_and_a_client_see_the_same_objects() -> Outcome {
    let home = project();
    let (dev, url) = start(&home, &[]);
    let ran = client("node", "one.mjs", &[&url, "PUT", "from/client", "by hand"]);
    same("put", ran.stdout.as_str(), "200 \n")?;
    contains("the Worker", &raw::get(&dev.url, "/from/client")?.text(), "by hand")?;
    raw::request(&dev.url, "PUT /from/worker", "by machine")?;
    let ran = client("node", "one.mjs", &[&url, "GET", "from/worker"]);
    same("get", ran.stdout.as_str(), "200 by machine\n")
}

fn a_signed_url_expires_by_the_emulators_clock() -> Outcome {
    let home = project();
    let (dev, url) = start(&home, &[]);
    let put = client("node", "one.mjs", &[&url, "PUT", "key", "value"]);
    same("put", put.stdout.as_str(), "200 \n")?;
    let signed = client("node", "one.mjs", &[&url, "SIGN", "key"]);
    let path = signed.stdout.trim().trim_start_matches(url.as_str());
    contains("in time", &follow(&url, path)?.text(), "value")?;
    raw::request(&dev.url, "POST /cdn-cgi/local/clock", r#"{"advance_ms": 61000}"#)?;
    let late = follow(&url, path)?;
    contains("too late", &late.head, "403")?;
    contains("why", &late.text(), "<Error><Code>ExpiredRequest</Code><Message>Request has expired</Message></Error>")?;
    let signed = client("node", "one.mjs", &[&url, "GET", "key"]);
    same("a request that is signed by the machine's clock", signed.stdout.as_str(), "200 value\n")
}

/// The example `r2-presigned`, whose second step only a client can do.
fn an_upload_in_two_steps_reaches_the_worker() -> Outcome {
    let home = Home::new();
    let example = clients().join("../../../examples/r2-presigned");
    if !example.join("node_modules").exists() {
        return Err(format!("its packages are not installed: run `npm ci` in {}", example.display()));
    }
    let config = example.join("wrangler.jsonc").display().to_string();
    let state = home.path().join("state").display().to_string();
    let dev = home.dev(&["-c", &config, "--persist-to", &state]);
    let begun = raw::request(&dev.url, "POST /uploads", r#"{"name":"a b.txt","type":"text/plain"}"#)?;
    let begun: Value = serde_json::from_str(&begun.text()).map_err(|error| error.to_string())?;
    let (id, url) = (begun["id"].as_str().unwrap_or_default(), begun["url"].as_str().unwrap_or_default());
    let put = |content_type: &str, name: &str| {
        let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap_or_default();
        let head = format!(
            "PUT /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {content_type}\r\nx-amz-meta-name: {name}\r\n\
             content-length: 5\r\nconnection: close\r\n\r\nhello"
        );
        raw::send(&dev.url, head.as_bytes()).map(|reply| reply.status)
    };
    same("another type than the signed one", put("text/html", "a%20b.txt")?, 403)?;
    same("another name", put("text/plain", "c.txt")?, 403)?;
    same("before the upload", raw::request(&dev.url, &format!("POST /uploads/{id}"), "")?.status, 409)?;
    same("the upload", put("text/plain", "a%20b.txt")?, 200)?;
    let done = raw::request(&dev.url, &format!("POST /uploads/{id}"), "")?.text();
    same("what the Worker says", done, format!(r#"{{"id":"{id}","name":"a b.txt","size":5}}"#))?;
    let got = raw::get(&dev.url, &format!("/uploads/{id}"))?;
    same("the file", (got.text().as_str(), got.header("content-type")), ("hello", Some("text/plain")))
}

fn a_disk_that_is_full_takes_no_object_and_keeps_the_old_one() -> Outcome {
    let home = project();
    home.write("small", "small");
    home.write("large", &"x".repeat(6 << 20));
    same("small", home.run(&["r2", "object", "put", "files/key", "--file", "small"]).code, Some(0))?;
    // Files above 2 MiB (4 in some shells) are refused by the system from here on, as a full disk refuses them.
    let plain = home.command(&[]);
    let script = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" \"$@\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(plain.get_program()).args(["dev", "--port", "0", "--r2-s3-port", "0"]);
    shell.current_dir(home.path()).env_clear().envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (dev, url) = wait(Dev::start(&mut shell));
    let put =
        client("node", "one.mjs", &[&url, "PUT", "key", "@large", &home.path().join("large").display().to_string()]);
    contains("the client is told", &put.stdout, "500 ")?;
    contains("why", &put.stdout, "<Code>InternalError</Code>")?;
    let by_worker = raw::request(&dev.url, "POST /key", "")?;
    same("the Worker", by_worker.status, 500)?;
    contains("is told too", &by_worker.text(), "put: We encountered an internal error. Please try again.")?;
    same("what was there is there", raw::get(&dev.url, "/key")?.text().as_str(), "small")?;
    let small = client("node", "one.mjs", &[&url, "PUT", "key", "new"]);
    same("small objects are still taken", small.stdout.as_str(), "200 \n")?;
    let left =
        std::fs::read_dir(home.path().join(".edgeemu/state/r2/files/partial")).map_err(|error| error.to_string())?;
    same("files that are left over", left.count(), 0)
}

fn a_folder_that_cannot_be_written_is_named() -> Outcome {
    let home = project();
    home.write("small", "small");
    // No user may make anything here, whatever rights the tests have.
    let ran = home.run(&["r2", "object", "put", "files/key", "--file", "small", "--persist-to", "/proc/none"]);
    same("exit code", ran.code, Some(1))?;
    contains("the folder", &ran.stderr, "/proc/none")
}

/// The round of boto3, which needs Python: where there is none with boto3, the test is listed as ignored, with what is
/// missing in its name.
pub(super) fn boto3() -> Trial {
    let own = clients().join(".venv/bin/python").display().to_string();
    let python = [own, "python3".to_owned()].into_iter().find(|python| has_boto3(python));
    match python {
        Some(python) => Trial::test("cli/s3/boto3-makes-its-round", move || {
            makes_its_round(&python, "boto.py").map_err(Failed::from)
        }),
        None => {
            let name = "cli/s3/boto3-makes-its-round (NOT RUN: there is no python3 with boto3 here)";
            Trial::test(name, || Ok(())).with_ignored_flag(true)
        }
    }
}

fn has_boto3(python: &str) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", "import boto3"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

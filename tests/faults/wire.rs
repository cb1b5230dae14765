//! What goes over the wire: lengths, chunks, connections that are used again, forms of errors.

use std::io::{Read, Write};

use serde_json::Value;

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::raw;
use crate::server::Server;

pub(super) const TESTS: &[Written] = written![
    a_known_length_is_announced,
    an_unknown_length_is_chunked,
    head_has_the_headers_and_no_body,
    a_connection_is_used_again,
    requests_may_come_before_the_answer,
    a_chunked_upload_is_read,
    a_client_may_wait_for_the_go_ahead,
    an_old_client_is_served,
    cookies_are_separate_lines,
    errors_are_pages_for_browsers,
    errors_are_json_for_programs,
    the_client_is_named_to_the_worker,
    header_values_keep_their_bytes,
    an_endless_loop_is_a_503,
];

const WORKER: &str = r#"
export default {
  async fetch(request) {
    switch (new URL(request.url).pathname) {
      case "/fixed": {
        const { readable, writable } = new FixedLengthStream(4);
        const writer = writable.getWriter();
        writer.write(new TextEncoder().encode("four")).then(() => writer.close());
        return new Response(readable);
      }
      case "/stream": {
        const { readable, writable } = new IdentityTransformStream();
        const writer = writable.getWriter();
        writer.write(new TextEncoder().encode("some")).then(() => writer.close());
        return new Response(readable);
      }
      case "/cookies": {
        const headers = new Headers();
        headers.append("set-cookie", "a=1");
        headers.append("set-cookie", "b=2");
        return new Response("x", { headers });
      }
      case "/throw": throw new RangeError("<on purpose>");
      case "/loop": for (;;);
      case "/latin": return new Response(request.headers.get("x-in"), { headers: { "x-out": "\u00e9" } });
      case "/read": return new Response(`${request.method} ${await request.text()}`);
      case "/headers": return Response.json({ ...Object.fromEntries(request.headers), cf: request.cf.clientAcceptEncoding });
      default: return new Response("text", { headers: { "x-a": "1" } });
    }
  },
};
"#;

fn a_known_length_is_announced() -> Outcome {
    let server = Server::start(WORKER);
    let reply = raw::get(&server.url, "/")?;
    same("length", reply.header("content-length"), Some("4"))?;
    let fixed = raw::get(&server.url, "/fixed")?;
    same("length", (fixed.header("content-length"), fixed.text().as_str()), (Some("4"), "four"))
}

fn an_unknown_length_is_chunked() -> Outcome {
    let server = Server::start(WORKER);
    let reply = raw::get(&server.url, "/stream")?;
    same("coding", reply.header("transfer-encoding"), Some("chunked"))?;
    same("length", reply.header("content-length"), None)?;
    same("body", reply.text().as_str(), "some")
}

fn head_has_the_headers_and_no_body() -> Outcome {
    let server = Server::start(WORKER);
    let reply = raw::send(&server.url, b"HEAD / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    same("answer", (reply.status, reply.header("x-a"), reply.body.len()), (200, Some("1"), 0))
}

fn a_connection_is_used_again() -> Outcome {
    let server = Server::start(WORKER);
    let mut stream = raw::connect(&server.url);
    for _ in 0..3 {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").map_err(|error| error.to_string())?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\ntext") {
            let mut byte = [0];
            stream.read_exact(&mut byte).map_err(|error| error.to_string())?;
            answer.push(byte[0]);
        }
        contains("answer", &String::from_utf8_lossy(&answer), "HTTP/1.1 200 OK")?;
    }
    Ok(())
}

fn requests_may_come_before_the_answer() -> Outcome {
    let server = Server::start(WORKER);
    let two = "POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\noneGET /read HTTP/1.1\r\nhost: localhost\r\n\
               connection: close\r\n\r\n";
    let reply = raw::send(&server.url, two.as_bytes())?;
    let all = reply.text();
    contains("both answers", &all, "POST one")?;
    holds("in order", all.ends_with("GET "))
}

fn a_chunked_upload_is_read() -> Outcome {
    let server = Server::start(WORKER);
    let head = "POST /read HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
                3\r\none\r\n4;ext=1\r\n two\r\n0\r\ntrailer: x\r\n\r\n";
    same("body", raw::send(&server.url, head.as_bytes())?.text().as_str(), "POST one two")
}

fn a_client_may_wait_for_the_go_ahead() -> Outcome {
    let server = Server::start(WORKER);
    let mut stream = raw::connect(&server.url);
    let head = "POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).map_err(|error| error.to_string())?;
    let mut go = [0; 25];
    stream.read_exact(&mut go).map_err(|error| error.to_string())?;
    same("go ahead", String::from_utf8_lossy(&go).as_ref(), "HTTP/1.1 100 Continue\r\n\r\n")?;
    stream.write_all(b"body").map_err(|error| error.to_string())?;
    same("answer", raw::read(&mut stream)?.text().as_str(), "POST body")
}

fn an_old_client_is_served() -> Outcome {
    let server = Server::start(WORKER);
    let reply = raw::send(&server.url, b"GET /stream HTTP/1.0\r\n\r\n")?;
    same("answer", (reply.status, reply.text().as_str()), (200, "some"))?;
    same("coding", reply.header("transfer-encoding"), None)
}

fn cookies_are_separate_lines() -> Outcome {
    let server = Server::start(WORKER);
    let reply = raw::get(&server.url, "/cookies")?;
    let cookies: Vec<_> = reply.head.lines().filter(|line| line.to_lowercase().starts_with("set-cookie:")).collect();
    same("lines", cookies.len(), 2)
}

fn errors_are_pages_for_browsers() -> Outcome {
    let server = Server::start(WORKER);
    let head = "GET /throw HTTP/1.1\r\nhost: localhost\r\naccept: text/html,*/*\r\nuser-agent: Mozilla/5.0\r\nconnection: close\r\n\r\n";
    let page = raw::send(&server.url, head.as_bytes())?;
    same("status", page.status, 500)?;
    contains("type", page.header("content-type").unwrap_or_default(), "text/html")?;
    contains("page", &page.text(), "RangeError: &lt;on purpose&gt;")?;
    contains("page", &page.text(), "worker.js:23")?;
    holds("nothing is taken for a tag", !page.text().contains("<on purpose>"))
}

fn errors_are_json_for_programs() -> Outcome {
    let server = Server::start(WORKER);
    let head = "GET /throw HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\nconnection: close\r\n\r\n";
    let reply = raw::send(&server.url, head.as_bytes())?;
    let error: Value = serde_json::from_slice(&reply.body).map_err(|error| error.to_string())?;
    same("status", reply.status, 500)?;
    same("name", error["error"]["name"].as_str(), Some("RangeError"))?;
    same("frame", error["error"]["frames"][0]["line"].as_i64(), Some(23))
}

fn the_client_is_named_to_the_worker() -> Outcome {
    let server = Server::start(WORKER);
    let head = "GET /headers HTTP/1.1\r\nhost: shop.test\r\naccept-encoding: deflate\r\nconnection: close\r\n\r\n";
    let seen: Value =
        serde_json::from_slice(&raw::send(&server.url, head.as_bytes())?.body).map_err(|e| e.to_string())?;
    same("host", seen["host"].as_str(), Some("shop.test"))?;
    same("address", seen["cf-connecting-ip"].as_str(), Some("127.0.0.1"))?;
    same("encodings", (seen["accept-encoding"].as_str(), seen["cf"].as_str()), (Some("br, gzip"), Some("deflate")))?;
    same("hop by hop", seen["connection"].as_str(), None)
}

fn header_values_keep_their_bytes() -> Outcome {
    let server = Server::start(WORKER);
    let reply = raw::send(
        &server.url,
        b"GET /latin HTTP/1.1\r\nhost: localhost\r\nx-in: \xe9\xff\r\nconnection: close\r\n\r\n",
    )?;
    same("status", reply.status, 200)?;
    holds("a value goes out", reply.header("x-out").is_some())
}

fn an_endless_loop_is_a_503() -> Outcome {
    // The default limit is half a minute of processor time: a Worker with a limit of its own shows the same sooner.
    let home = crate::process::Home::project(WORKER);
    let config = home.read("wrangler.jsonc").replacen('{', "{ \"limits\": { \"cpu_ms\": 50 },", 1);
    home.write("wrangler.jsonc", &config);
    let dev = home.dev(&[]);
    let reply = raw::get(&dev.url, "/loop")?;
    same("status", reply.status, 503)?;
    contains("body", &reply.text(), "Error 1102: Worker exceeded resource limits")?;
    same("the next one", raw::get(&dev.url, "/")?.status, 200)
}

//! Clients that leave, lie, or should not be there.

use std::io::{Read, Write};
use std::net::Shutdown;

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::raw;
use crate::server::Server;

pub(super) const TESTS: &[Written] = written![
    a_client_that_leaves_while_it_reads_ends_the_stream,
    a_client_that_leaves_before_the_answer_aborts_the_signal,
    a_client_that_leaves_while_it_sends_fails_the_read,
    work_given_to_wait_until_is_done_when_the_client_has_left,
    control_addresses_know_their_hosts,
    control_addresses_know_their_origins,
    headers_without_end_are_refused,
    a_thousand_headers_are_refused,
    garbage_is_refused,
    two_lengths_are_refused,
    a_length_beside_chunks_does_not_reach_the_worker,
    a_broken_chunk_fails_the_read,
];

const WORKER: &str = r#"
const endless = () => new ReadableStream({
  pull(controller) { controller.enqueue(new Uint8Array(65536)); },
  cancel() { console.log("the stream was cancelled"); },
});
export default {
  async fetch(request, { KV }, ctx) {
    switch (new URL(request.url).pathname) {
      case "/endless": return new Response(endless());
      case "/waiting":
        request.signal.addEventListener("abort", () => console.log("the signal was aborted"));
        console.log("waiting");
        await new Promise((resolve) => setTimeout(resolve, 3_600_000));
        break;
      case "/read":
        console.log("reading");
        try {
          return new Response(`${request.headers.get("content-length")} ${await request.text()}`);
        } catch (error) {
          console.log(`reading failed: ${error.name}`);
          throw error;
        }
      case "/background":
        ctx.waitUntil((async () => {
          await scheduler.wait(50);
          await KV.put("background", "done");
          console.log("the background work is done");
        })());
        console.log("waiting");
        await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    }
    return new Response("alive");
  },
};
"#;

fn is_alive(server: &Server) -> Outcome {
    same("the next answer", raw::get(&server.url, "/")?.text().as_str(), "alive")
}

fn write(stream: &mut std::net::TcpStream, text: &str) -> Outcome {
    stream.write_all(text.as_bytes()).map_err(|error| error.to_string())
}

fn a_client_that_leaves_while_it_reads_ends_the_stream() -> Outcome {
    let server = Server::start(WORKER);
    let mut stream = raw::connect(&server.url);
    write(&mut stream, "GET /endless HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
    stream.read_exact(&mut [0; 100_000]).map_err(|error| error.to_string())?;
    drop(stream);
    server.wait_for("the stream was cancelled")?;
    is_alive(&server)
}

fn a_client_that_leaves_before_the_answer_aborts_the_signal() -> Outcome {
    let server = Server::start(WORKER);
    let mut stream = raw::connect(&server.url);
    write(&mut stream, "GET /waiting HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
    server.wait_for("waiting")?;
    drop(stream);
    server.wait_for("the signal was aborted")?;
    is_alive(&server)
}

fn a_client_that_leaves_while_it_sends_fails_the_read() -> Outcome {
    let server = Server::start(WORKER);
    let mut stream = raw::connect(&server.url);
    write(&mut stream, "POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nnot a hundred")?;
    server.wait_for("reading")?;
    stream.shutdown(Shutdown::Write).map_err(|error| error.to_string())?;
    server.wait_for("reading failed: Error")?;
    is_alive(&server)
}

fn work_given_to_wait_until_is_done_when_the_client_has_left() -> Outcome {
    let server = Server::start(WORKER);
    let mut stream = raw::connect(&server.url);
    write(&mut stream, "GET /background HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
    server.wait_for("waiting")?;
    drop(stream);
    server.wait_for("the background work is done")?;
    same("value", server.kv("background").as_deref(), Some("done"))?;
    is_alive(&server)
}

fn control(server: &Server, headers: &str) -> Result<u16, String> {
    let head = format!("GET /cdn-cgi/local/clock HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
    Ok(raw::send(&server.url, head.as_bytes())?.status)
}

fn control_addresses_know_their_hosts() -> Outcome {
    let server = Server::start(WORKER);
    for host in ["localhost", "localhost:8787", "127.0.0.1", "[::1]:1", "app.localhost"] {
        same(host, control(&server, &format!("host: {host}\r\n"))?, 200)?;
    }
    for host in ["example.com", "localhost.example.com", "evil.com:8787", "127.0.0.1.example.com"] {
        same(host, control(&server, &format!("host: {host}\r\n"))?, 403)?;
    }
    Ok(())
}

fn control_addresses_know_their_origins() -> Outcome {
    let server = Server::start(WORKER);
    same("own", control(&server, "host: localhost\r\norigin: http://localhost:8787\r\n")?, 200)?;
    for origin in ["https://example.com", "null", "http://localhost.example.com", "garbage"] {
        same(origin, control(&server, &format!("host: localhost\r\norigin: {origin}\r\n"))?, 403)?;
    }
    Ok(())
}

fn headers_without_end_are_refused() -> Outcome {
    let server = Server::start(WORKER);
    let head = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx-bomb: {}\r\n\r\n", "x".repeat(4 << 20));
    match raw::send(&server.url, head.as_bytes()) {
        Ok(reply) => same("status", reply.status, 431)?,
        // Who still sends when the server closes may lose the answer: the system drops it with the connection.
        Err(error) => holds(&error, error.contains("reset") || error.contains("Broken pipe"))?,
    }
    is_alive(&server)
}

fn a_thousand_headers_are_refused() -> Outcome {
    let server = Server::start(WORKER);
    let many: String = (0..1000).map(|index| format!("x-{index}: 1\r\n")).collect();
    let head = format!("GET / HTTP/1.1\r\nhost: localhost\r\n{many}\r\n");
    same("status", raw::send(&server.url, head.as_bytes())?.status, 431)?;
    is_alive(&server)
}

fn garbage_is_refused() -> Outcome {
    let server = Server::start(WORKER);
    let garbage: [&[u8]; 5] = [
        b"\0\x01\x02\xff\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\nbad header\r\n\r\n",
        b"GET /\r\nhost: localhost\r\n\r\n",
    ];
    for bytes in garbage {
        match raw::send(&server.url, bytes) {
            Ok(reply) => same("status", reply.status, 400)?,
            // To close without a word is an answer to what is no HTTP.
            Err(error) => contains("error", &error, "no")?,
        }
    }
    is_alive(&server)
}

fn two_lengths_are_refused() -> Outcome {
    let server = Server::start(WORKER);
    let head = "POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabcde";
    same("status", raw::send(&server.url, head.as_bytes())?.status, 400)?;
    let negative = "POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: -3\r\n\r\nabcde";
    same("status", raw::send(&server.url, negative.as_bytes())?.status, 400)?;
    is_alive(&server)
}

fn a_length_beside_chunks_does_not_reach_the_worker() -> Outcome {
    let server = Server::start(WORKER);
    let head = "POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: 30\r\ntransfer-encoding: chunked\r\n\
                connection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let reply = raw::send(&server.url, head.as_bytes())?;
    let is_refused = reply.status == 400;
    holds(&format!("{} {}", reply.status, reply.text()), is_refused || reply.text() == "null abc")?;
    is_alive(&server)
}

fn a_broken_chunk_fails_the_read() -> Outcome {
    let server = Server::start(WORKER);
    let head =
        "POST /read HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n\r\n";
    let mut stream = raw::connect(&server.url);
    write(&mut stream, head)?;
    server.wait_for("reading failed: Error")?;
    is_alive(&server)
}

//! `cloudflare:sockets`: connections that a Worker opens, with and without TLS.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::thread;

use crate::case::{Outcome, Written, contains, same, written};
use crate::process::{Dev, Home};
use crate::raw;
use crate::server::Server;
use crate::tls::Origin;

pub(super) const TESTS: &[Written] = written![
    bytes_go_both_ways,
    a_worker_may_close_its_half_first,
    a_connection_that_is_refused_says_so,
    a_closed_connection_is_of_no_use,
    tls_wants_a_certificate_that_is_trusted,
];

const WORKER: &str = r#"
import { connect } from "cloudflare:sockets";

const encoder = new TextEncoder();
const bytes = (text) => encoder.encode(text);
const text = async (stream) => new Response(stream).text();
const failure = async (promise) => promise.then(() => "fine", (error) => String(error));

const ways = {
  async echo(address) {
    const socket = connect(address);
    const opened = await socket.opened;
    const writer = socket.writable.getWriter();
    await writer.write(bytes("hello"));
    const reader = socket.readable.getReader();
    const { value } = await reader.read();
    await writer.write("text");
    const more = await reader.read();
    await socket.close();
    await socket.closed;
    const names = Object.keys(opened).sort().join();
    return [opened.remoteAddress === address, names, socket.secureTransport, socket.upgraded, ...[value, more.value].map((v) => new TextDecoder().decode(v))].join(" ");
  },
  async half(address) {
    const socket = connect(address, { allowHalfOpen: true });
    const writer = socket.writable.getWriter();
    await writer.write(bytes("a"));
    await writer.close();
    return text(socket.readable);
  },
  async refused(address) {
    const socket = connect(address);
    const reader = socket.readable.getReader();
    return [await failure(socket.opened), await failure(socket.closed), (await reader.read()).done].join(" ");
  },
  async closed(address) {
    const socket = connect(address);
    await socket.opened;
    const reader = socket.readable.getReader();
    const writer = socket.writable.getWriter();
    await socket.close();
    return [await failure(reader.read()), await failure(writer.write(bytes("x")))].join("\n");
  },
  async tls(address) {
    const socket = connect(address, { secureTransport: "on" });
    return `${socket.secureTransport} ${await ask(socket)}`;
  },
  async starttls(address) {
    const plain = connect(address, { secureTransport: "starttls" });
    const socket = plain.startTls();
    let twice;
    try { plain.startTls(); } catch (error) { twice = error.message; }
    await plain.closed;
    return `${plain.secureTransport} ${socket.secureTransport} ${twice} ${await ask(socket)}`;
  },
};

async function ask(socket) {
  try {
    const writer = socket.writable.getWriter();
    await writer.write(bytes("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    return (await text(socket.readable)).split("\r\n\r\n")[1];
  } catch (error) {
    return String(error);
  }
}

export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    return new Response(await ways[searchParams.get("way")](searchParams.get("to")));
  },
};
"#;

/// A server that says back what it hears, and goodbye when the other half is closed.
fn echo() -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            thread::spawn(move || {
                let mut buffer = [0; 1024];
                while let Ok(count) = stream.read(&mut buffer) {
                    if count == 0 {
                        // A client that has gone away hears nothing.
                        let _gone = stream.write_all(b"bye");
                        let _gone = stream.shutdown(Shutdown::Both);
                        return;
                    }
                    if stream.write_all(&buffer[..count]).is_err() {
                        return;
                    }
                }
            });
        }
    });
    Ok(address.to_string())
}

fn ask(url: &str, way: &str, address: &str) -> Result<String, String> {
    Ok(raw::get(url, &format!("/?way={way}&to={address}"))?.text())
}

fn bytes_go_both_ways() -> Outcome {
    let server = Server::start(WORKER);
    let expected = "true localAddress,remoteAddress off false hello text";
    same("echo", ask(&server.url, "echo", &echo()?)?.as_str(), expected)
}

fn a_worker_may_close_its_half_first() -> Outcome {
    let server = Server::start(WORKER);
    same("answer", ask(&server.url, "half", &echo()?)?.as_str(), "abye")
}

fn a_connection_that_is_refused_says_so() -> Outcome {
    let server = Server::start(WORKER);
    let refused = "Error: proxy request failed, cannot connect to the specified address";
    same("answer", ask(&server.url, "refused", "127.0.0.1:1")?, format!("{refused} {refused} true"))
}

fn a_closed_connection_is_of_no_use() -> Outcome {
    let server = Server::start(WORKER);
    let expected = "TypeError: This ReadableStream belongs to an object that is closing.\nTypeError: This WritableStream \
                    has been closed.";
    same("answer", ask(&server.url, "closed", &echo()?)?.as_str(), expected)
}

fn tls_wants_a_certificate_that_is_trusted() -> Outcome {
    for way in ["tls", "starttls"] {
        let origin = Origin::answer_once("over TLS");
        let address = origin.url.trim_start_matches("https://").to_owned();
        let home = Home::project(WORKER);
        let stranger = home.dev(&[]);
        contains("a stranger", &ask(&stranger.url, way, &address)?, "Error: ")?;
        drop(stranger);
        home.write("ca.pem", &origin.pem());
        let mut command = home.command(&["dev", "--port", "0"]);
        let mut dev = Dev::start(command.env("SSL_CERT_FILE", home.path().join("ca.pem")));
        let url = dev.wait_for("Ready on ").trim_start_matches("Ready on ").trim().to_owned();
        let answer = ask(&url, way, &address)?;
        let expected = match way {
            "tls" => "on over TLS",
            _ => "starttls on startTls can only be called once. over TLS",
        };
        same("answer", answer.as_str(), expected)?;
        contains("request", &origin.seen()?, "GET / HTTP/1.1")?;
    }
    Ok(())
}

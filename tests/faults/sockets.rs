//! WebSockets over the wire: handshakes, frames that are wrong, connections that break, servers that a Worker talks to.

use std::io::{Read, Write};
use std::net::TcpStream;

use edgeemu::{Body, Emulator, SocketEvent, WebSocket, World, http};
use tempfile::TempDir;

use crate::case::{Outcome, Written, block_on, contains, same, written};
use crate::raw;
use crate::server::Server;

pub(super) const TESTS: &[Written] = written![
    a_handshake_is_answered,
    a_handshake_without_a_key_is_refused,
    an_answer_without_a_request_for_it_is_an_error,
    messages_come_back,
    a_client_that_closes_gets_its_close_back,
    a_worker_closes_with_its_own_code,
    a_client_that_vanishes_is_noticed,
    wrong_frames_end_the_connection,
    text_that_is_no_text_is_replaced,
    a_message_that_is_too_large_is_refused,
    a_worker_is_a_client_of_another,
    a_socket_is_passed_on,
    a_socket_belongs_to_its_request,
    a_test_in_rust_talks_to_a_worker,
];

const WORKER: &str = r#"
const log = [];
const note = (socket) => {
  socket.addEventListener("message", ({ data }) => log.push(`message ${typeof data === "string" ? data : data.constructor.name}`));
  socket.addEventListener("close", ({ code, reason, wasClean }) => log.push(`close ${code} ${reason} ${wasClean}`));
  socket.addEventListener("error", ({ message }) => log.push(`error ${message}`));
};
const event = (socket, type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
let held;

const clients = {
  async fetch(to) {
    const { webSocket: socket, status } = await fetch(to, { headers: { upgrade: "websocket", "sec-websocket-protocol": "chat" } });
    if (socket === null) return `no socket: ${status}`;
    note(socket);
    socket.accept();
    socket.send("hi");
    const { data } = await event(socket, "message");
    socket.close(3000, "done");
    await event(socket, "close");
    return `${status} ${data} ${log.splice(0)}`;
  },
  async constructor(to) {
    const socket = new WebSocket(to.replace("http", "ws"), ["a", "b"]);
    note(socket);
    await event(socket, "open");
    const opened = [socket.readyState, socket.protocol, socket.extensions];
    socket.send("hi");
    const { data } = await event(socket, "message");
    socket.close();
    await event(socket, "close");
    return `${opened} ${data} ${log.splice(0)}`;
  },
  async refused(to) {
    const socket = new WebSocket(`${to.replace("http", "ws")}/log`);
    note(socket);
    await event(socket, "close");
    return `${log.splice(0)}`;
  },
};

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/log") return new Response(log.splice(0).join("\n"));
    if (pathname === "/client") return new Response(await clients[searchParams.get("way")](searchParams.get("to")));
    if (pathname === "/proxy") return fetch(searchParams.get("to"), request);
    if (pathname === "/use-held") {
      try { held.send("x"); } catch (error) { return new Response(String(error)); }
    }
    const [client, server] = Object.values(new WebSocketPair());
    note(server);
    server.accept();
    held = server;
    server.addEventListener("message", ({ data }) => {
      if (data === "close") server.close(4001, "asked");
      else server.send(data);
    });
    const protocol = request.headers.get("sec-websocket-protocol")?.split(",")[0];
    return new Response(null, { status: 101, webSocket: client, headers: protocol ? { "sec-websocket-protocol": protocol } : {} });
  },
};
"#;

const KEY: &str = "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

fn handshake(path: &str, more: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n{more}\r\n").into()
}

/// A connection after its handshake.
struct Line(TcpStream);

impl Line {
    fn open(server: &Server, path: &str) -> Result<Line, String> {
        let mut stream = raw::connect(&server.url);
        stream.write_all(&handshake(path, KEY)).map_err(|error| error.to_string())?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).map_err(|error| error.to_string())?;
            head.push(byte[0]);
        }
        contains("head", &String::from_utf8_lossy(&head), "101 Switching Protocols")?;
        Ok(Line(stream))
    }

    fn send(&mut self, bytes: &[u8]) -> Outcome {
        self.0.write_all(bytes).map_err(|error| error.to_string())
    }

    /// Everything until the server ends the connection.
    fn rest(&mut self) -> Result<Vec<u8>, String> {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).map_err(|error| error.to_string())?;
        Ok(rest)
    }
}

/// A frame of a client, hidden behind a mask of zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("frames of these tests are short");
    [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat()
}

/// A frame of the server.
fn answer(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("frames of these tests are short");
    let size = if length < 126 { vec![length] } else { vec![126, 0, length] };
    [&[first], size.as_slice(), payload].concat()
}

const CLOSE: [u8; 2] = 1000_u16.to_be_bytes();

/// What the Worker wrote down, once it has written down something.
fn log(server: &Server) -> Result<String, String> {
    for _ in 0..200 {
        let text = raw::get(&server.url, "/log")?.text();
        if !text.is_empty() {
            return Ok(text);
        }
    }
    Err("the Worker wrote down nothing".to_owned())
}

fn a_handshake_is_answered() -> Outcome {
    let server = Server::start(WORKER);
    let mut stream = raw::connect(&server.url);
    let asked = format!("{KEY}sec-websocket-protocol: b, a\r\nsec-websocket-extensions: permessage-deflate\r\n");
    stream.write_all(&[handshake("/", &asked), frame(0x88, &CLOSE)].concat()).map_err(|error| error.to_string())?;
    let reply = raw::read(&mut stream)?;
    same("status", reply.status, 101)?;
    same("upgrade", (reply.header("upgrade"), reply.header("connection")), (Some("websocket"), Some("Upgrade")))?;
    same("proof", reply.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))?;
    same("protocol", reply.header("sec-websocket-protocol"), Some("b"))?;
    same("extensions", reply.header("sec-websocket-extensions"), None)
}

fn a_handshake_without_a_key_is_refused() -> Outcome {
    let server = Server::start(WORKER);
    let version = "ERROR: The requested WebSocket version is not supported.";
    let cases = [
        ("", version),
        ("sec-websocket-version: 12\r\nsec-websocket-key: a\r\n", version),
        ("sec-websocket-version: 13\r\n", "ERROR: Missing Sec-WebSocket-Key"),
    ];
    for (headers, text) in cases {
        let reply = raw::send(&server.url, &handshake("/", &format!("{headers}connection: close\r\n")))?;
        same("answer", (reply.status, reply.text().as_str()), (400, text))?;
        contains("log", &log(&server)?, "close 1006 WebSocket disconnected without sending Close frame. false")?;
    }
    Ok(())
}

fn an_answer_without_a_request_for_it_is_an_error() -> Outcome {
    let server = Server::start(WORKER);
    let reply = raw::get(&server.url, "/")?;
    same("status", reply.status, 500)?;
    let text = "TypeError: Worker tried to return a WebSocket in a response to a request which did not contain the \
                header \"Upgrade: websocket\".";
    contains("body", &reply.text(), text)
}

fn messages_come_back() -> Outcome {
    let server = Server::start(WORKER);
    let mut line = Line::open(&server, "/")?;
    let parts = [
        frame(0x81, b"text"),
        // In two pieces, with a ping between them.
        frame(0x01, b"a"),
        frame(0x89, b"p"),
        frame(0x80, b"b"),
        frame(0x8a, b"a pong that nobody asked for"),
        // Not masked, which production takes.
        vec![0x81, 1, b'u'],
    ];
    for part in parts {
        line.send(&part)?;
    }
    let mut all =
        vec![0; [answer(0x81, b"text"), answer(0x8a, b"p"), answer(0x81, b"ab"), answer(0x81, b"u")].concat().len()];
    line.0.read_exact(&mut all).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&all).into_owned();
    contains("pong", &text, "\u{fffd}\u{1}p")?;
    line.send(&frame(0x88, &CLOSE))?;
    same("close", line.rest()?, answer(0x88, &CLOSE))?;
    same("log", log(&server)?.as_str(), "message text\nmessage ab\nmessage u\nclose 1000  true")
}

fn a_client_that_closes_gets_its_close_back() -> Outcome {
    let server = Server::start(WORKER);
    let cases: [(&[u8], &[u8], &str); 4] = [
        (b"", b"", "close 1005  true"),
        (&[3], b"", "close 1005  true"),
        (&[0x03, 0xe7], &[0x03, 0xe7], "close 999  true"),
        (&[0x0f, 0xa0, b'x'], &[0x0f, 0xa0, b'x'], "close 4000 x true"),
    ];
    for (sent, back, logged) in cases {
        let mut line = Line::open(&server, "/")?;
        line.send(&frame(0x88, sent))?;
        same("close", line.rest()?, answer(0x88, back))?;
        same("log", log(&server)?.as_str(), logged)?;
    }
    Ok(())
}

fn a_worker_closes_with_its_own_code() -> Outcome {
    let server = Server::start(WORKER);
    let mut line = Line::open(&server, "/")?;
    line.send(&frame(0x81, b"close"))?;
    let mut close = vec![0; 9];
    line.0.read_exact(&mut close).map_err(|error| error.to_string())?;
    same("close", close, answer(0x88, b"\x0f\xa1asked"))?;
    line.send(&frame(0x88, b"\x0f\xa1asked"))?;
    same("end", line.rest()?, Vec::new())?;
    same("log", log(&server)?.as_str(), "message close\nclose 4001 asked true")
}

fn a_client_that_vanishes_is_noticed() -> Outcome {
    let server = Server::start(WORKER);
    drop(Line::open(&server, "/")?);
    same("log", log(&server)?.as_str(), "close 1006 WebSocket disconnected without sending Close frame. false")
}

fn wrong_frames_end_the_connection() -> Outcome {
    let server = Server::start(WORKER);
    let compressed = "Received a WebSocket frame whose compression bit was set, but the compression extension was not \
                      negotiated for this connection.";
    let cases: [(&[Vec<u8>], &str); 6] = [
        (&[frame(0x83, b"")], "Unknown opcode 3"),
        (&[frame(0xa1, b"a")], "Received frame had RSV bits 2 or 3 set"),
        (&[frame(0xc1, b"a")], compressed),
        (&[frame(0x80, b"a")], "Unexpected continuation frame"),
        (&[frame(0x01, b"a"), frame(0x81, b"b")], "Missing continuation frame"),
        (&[frame(0x09, b"a")], "Received fragmented control frame"),
    ];
    for (frames, text) in cases {
        let mut line = Line::open(&server, "/")?;
        line.send(&frames.concat())?;
        let payload = [&1002_u16.to_be_bytes(), text.as_bytes()].concat();
        let mut close = vec![0; answer(0x88, &payload).len()];
        line.0.read_exact(&mut close).map_err(|error| error.to_string())?;
        same("close", close, answer(0x88, &payload))?;
        drop(line);
        let said = format!(
            "error Uncaught Error: WebSocket protocol error; protocolError.statusCode = 1002; \
             protocolError.description = {text}"
        );
        same("log", log(&server)?, said)?;
    }
    Ok(())
}

fn text_that_is_no_text_is_replaced() -> Outcome {
    let server = Server::start(WORKER);
    let mut line = Line::open(&server, "/")?;
    line.send(&frame(0x81, &[0xff, 0xfe, b'A']))?;
    line.send(&frame(0x88, &CLOSE))?;
    line.rest()?;
    same("log", log(&server)?.as_str(), "message \u{fffd}\u{fffd}A\nclose 1000  true")
}

fn a_message_that_is_too_large_is_refused() -> Outcome {
    let server = Server::start(WORKER);
    let mut line = Line::open(&server, "/")?;
    let length = (32_u64 << 20) + 1;
    line.send(&[&[0x82, 0xff], length.to_be_bytes().as_slice(), &[0; 4]].concat())?;
    let payload = [&1009_u16.to_be_bytes(), b"Message is too large".as_slice()].concat();
    let mut close = vec![0; answer(0x88, &payload).len()];
    line.0.read_exact(&mut close).map_err(|error| error.to_string())?;
    same("close", close, answer(0x88, &payload))?;
    contains("log", &log(&server)?, "protocolError.statusCode = 1009; protocolError.description = Message is too large")
}

fn a_worker_is_a_client_of_another() -> Outcome {
    let (server, client) = (Server::start(WORKER), Server::start(WORKER));
    let ask =
        |way: &str| Ok::<_, String>(raw::get(&client.url, &format!("/client?way={way}&to={}", server.url))?.text());
    same("fetch", ask("fetch")?.as_str(), "101 hi message hi,close 3000 done true")?;
    same("constructor", ask("constructor")?.as_str(), "1,a, hi message hi,close 1005  true")?;
    let refused = "error Uncaught TypeError: Failed to establish the WebSocket connection: expected server to reply \
                   with HTTP status code 101 (switching protocols), but received 200 instead.,close 1006 Failed to \
                   establish websocket connection false";
    log(&server)?;
    same("refused", ask("refused")?.as_str(), refused)?;
    let plain = raw::get(&client.url, &format!("/client?way=fetch&to={}/log", server.url))?.text();
    same("no socket", plain.as_str(), "no socket: 200")
}

fn a_socket_is_passed_on() -> Outcome {
    let (server, proxy) = (Server::start(WORKER), Server::start(WORKER));
    let mut line = Line::open(&proxy, &format!("/proxy?to={}", server.url))?;
    line.send(&frame(0x81, b"through"))?;
    line.send(&frame(0x88, &CLOSE))?;
    same("echo", line.rest()?, [answer(0x81, b"through"), answer(0x88, &CLOSE)].concat())
}

fn a_socket_belongs_to_its_request() -> Outcome {
    let server = Server::start(WORKER);
    let _line = Line::open(&server, "/")?;
    let text = raw::get(&server.url, "/use-held")?.text();
    contains("error", &text, "Error: Cannot perform I/O on behalf of a different request.")?;
    contains("kind", &text, "(I/O type: Native)")
}

fn a_test_in_rust_talks_to_a_worker() -> Outcome {
    block_on(async {
        let dir = TempDir::new().map_err(|error| error.to_string())?;
        std::fs::write(dir.path().join("worker.js"), WORKER).map_err(|error| error.to_string())?;
        let config = r#"{ "name": "app", "main": "worker.js", "compatibility_date": "2026-08-01" }"#;
        let builder = Emulator::builder().config_text(dir.path().join("wrangler.json"), config);
        let emulator = builder.world(World::simulated(1)).build().await.map_err(|error| error.to_string())?;
        let request = http::Request::get("http://test/").header("upgrade", "websocket").body(Body::empty());
        let mut response = emulator.fetch(request.map_err(|e| e.to_string())?).await.map_err(|e| e.to_string())?;
        let mut socket = WebSocket::take(&mut response).ok_or("no socket")?;
        socket.send(SocketEvent::Text("hi".to_owned())).await;
        same("message", socket.next().await, Some(SocketEvent::Text("hi".to_owned())))?;
        socket.send(SocketEvent::close()).await;
        same("close", socket.next().await, Some(SocketEvent::close()))?;
        same("end", socket.next().await, None)
    })
}

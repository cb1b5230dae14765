//! A client that sends exactly the bytes it is given, and reads what comes back.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer taken apart.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The head as it came.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Opens a connection to `http://host:port`.
pub(crate) fn connect(url: &str) -> TcpStream {
    let address = url.trim_start_matches("http://").replace("localhost", "127.0.0.1");
    let stream = TcpStream::connect(address).expect("the server accepts connections");
    stream.set_read_timeout(Some(PATIENCE)).expect("the system takes timeouts");
    stream.set_nodelay(true).expect("the system takes the option");
    stream
}

/// Sends bytes and reads until the server closes.
pub(crate) fn send(url: &str, bytes: &[u8]) -> Result<Reply, String> {
    let mut stream = connect(url);
    stream.write_all(bytes).map_err(|error| error.to_string())?;
    read(&mut stream)
}

/// `GET` on a connection of its own.
pub(crate) fn get(url: &str, path: &str) -> Result<Reply, String> {
    send(url, format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes())
}

/// A request with a body on a connection of its own.
pub(crate) fn request(url: &str, line: &str, body: &str) -> Result<Reply, String> {
    let length = body.len();
    let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    send(url, (head + body).as_bytes())
}

/// Reads one answer to the end of the connection.
pub(crate) fn read(stream: &mut TcpStream) -> Result<Reply, String> {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if bytes.is_empty() => return Err(format!("no answer: {error}")),
        // A server that refuses may close before everything that was sent has been read.
        _ => {}
    }
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Result<Reply, String> {
    let shown = || String::from_utf8_lossy(bytes).into_owned();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| format!("no head: {:?}", shown()))?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("no status: {head}"))?;
    let mut reply = Reply { status, head, body: bytes[end + 4..].to_vec() };
    if reply.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
        reply.body = unchunked(&reply.body);
    }
    Ok(reply)
}

/// The content of as many chunks as arrived.
fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&bytes[..end]).ok().and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
        let Some(size) = size.filter(|size| *size > 0) else { break };
        let rest = &bytes[end + 2..];
        body.extend_from_slice(&rest[..size.min(rest.len())]);
        bytes = rest.get(size + 2..).unwrap_or_default();
    }
    body
}

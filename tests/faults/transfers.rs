//! Large bodies go through in constant memory.

use std::io::{Read, Write};
use std::thread;

use crate::case::{Outcome, Written, holds, same, written};
use crate::process::{Dev, Home};
use crate::raw;

pub(super) const TESTS: &[Written] = written![
    a_large_upload_is_read_in_constant_memory,
    a_large_upload_is_echoed_in_constant_memory,
    a_large_answer_waits_for_a_slow_reader,
];

const WORKER: &str = r#"
export default {
  async fetch(request) {
    switch (new URL(request.url).pathname) {
      case "/count": {
        let bytes = 0;
        for await (const chunk of request.body) bytes += chunk.byteLength;
        return new Response(String(bytes));
      }
      case "/echo": return new Response(request.body);
      case "/through": return new Response(request.body.pipeThrough(new TransformStream()));
      case "/endless": {
        const chunk = new Uint8Array(65536);
        return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }));
      }
      default: return new Response("ok");
    }
  },
};
"#;

const MIB: usize = 1 << 20;
const BODY_MIB: usize = 512;
/// What goes through first, so that the program has the memory it works with, garbage that waits for its collection
/// included.
const FIRST_MIB: usize = 128;
/// How much more memory than after the first body may be used at the peak: an eighth of the second.
const GROWTH_MIB: usize = 64;

/// The most memory the program has used so far, in MiB. Zero where the system does not say.
fn peak_mib(dev: &Dev) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", dev.id())).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<usize>().ok()).unwrap_or(0) / 1024
}

fn upload(path: &str, echoed: bool) -> Outcome {
    let home = Home::project(WORKER);
    let dev = home.dev(&[]);
    raw::get(&dev.url, "/")?;
    transfer(&dev, path, echoed, FIRST_MIB)?;
    let before = peak_mib(&dev);
    transfer(&dev, path, echoed, BODY_MIB)?;
    let grown = peak_mib(&dev).saturating_sub(before);
    holds(&format!("memory grew by {grown} MiB"), grown < GROWTH_MIB)
}

/// Sends a body and takes what comes back.
fn transfer(dev: &Dev, path: &str, echoed: bool, body_mib: usize) -> Outcome {
    let mut stream = raw::connect(&dev.url);
    let mut writer = stream.try_clone().map_err(|error| error.to_string())?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body_mib * MIB
    );
    let sending = thread::spawn(move || {
        let chunk = vec![b'x'; MIB];
        writer.write_all(head.as_bytes())?;
        (0..body_mib).try_for_each(|_| writer.write_all(&chunk))
    });
    let mut received = 0;
    let mut last = Vec::new();
    let mut chunk = vec![0; MIB];
    loop {
        match stream.read(&mut chunk).map_err(|error| error.to_string())? {
            0 => break,
            read => {
                received += read;
                last = chunk[..read].to_vec();
            }
        }
    }
    sending.join().expect("it does not panic").map_err(|error| error.to_string())?;
    if echoed {
        holds("everything comes back", received >= body_mib * MIB)?;
    } else {
        let text = String::from_utf8_lossy(&last).into_owned();
        holds(&format!("the count is right: {text}"), text.ends_with(&(body_mib * MIB).to_string()))?;
    }
    Ok(())
}

fn a_large_upload_is_read_in_constant_memory() -> Outcome {
    upload("/count", false)
}

fn a_large_upload_is_echoed_in_constant_memory() -> Outcome {
    upload("/echo", true)?;
    upload("/through", true)
}

fn a_large_answer_waits_for_a_slow_reader() -> Outcome {
    let home = Home::project(WORKER);
    let dev = home.dev(&[]);
    raw::get(&dev.url, "/")?;
    let before = peak_mib(&dev);
    let mut stream = raw::connect(&dev.url);
    stream.write_all(b"GET /endless HTTP/1.1\r\nhost: localhost\r\n\r\n").map_err(|error| error.to_string())?;
    stream.read_exact(&mut vec![0; MIB]).map_err(|error| error.to_string())?;
    // The reader stops here. Others are served, and what is not read is not made.
    for _ in 0..50 {
        same("status", raw::get(&dev.url, "/")?.status, 200)?;
    }
    let grown = peak_mib(&dev).saturating_sub(before);
    holds(&format!("memory grew by {grown} MiB"), grown < GROWTH_MIB)
}

//! Whole databases over HTTP: SQL as long as it likes, in both directions, in pieces.

use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use edgeemu_d1::{Database, ExportError, ExportOptions, Imported};
use edgeemu_runtime::Body;
use http_body::Frame;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

/// How much SQL is gathered before it is sent.
const PIECE: usize = 64 * 1024;
/// How many pieces wait between the network and the database.
const PIECES: usize = 8;

/// What is written out.
pub(super) enum Written {
    /// Everything there is, as [`Database::dump`] has it.
    Dump,
    /// What [`Database::export_lines`] gives.
    Export(ExportOptions),
}

/// A body with the SQL, which a thread writes.
pub(super) fn written(database: Database, what: Written) -> io::Result<Body> {
    let (sender, pieces) = mpsc::channel(PIECES);
    std::thread::Builder::new().name("edgeemu-d1-out".to_owned()).spawn(move || {
        let mut piece = Vec::with_capacity(PIECE);
        let send = |piece: &mut Vec<u8>| {
            let sent = sender.blocking_send(Ok(Bytes::from(std::mem::take(piece))));
            sent.map_err(|_| ExportError::Sink(io::ErrorKind::BrokenPipe.into()))
        };
        let mut line = |line: &str| {
            piece.extend_from_slice(line.as_bytes());
            piece.push(b'\n');
            if piece.len() < PIECE { Ok(()) } else { send(&mut piece) }
        };
        let done = match what {
            Written::Dump => database.dump(&mut line),
            Written::Export(options) => database.export_lines(&options, &mut line),
        };
        let done = done.and_then(|()| send(&mut piece));
        if let Err(error) = done {
            // Whoever asked may have gone.
            let _gone = sender.blocking_send(Err(io::Error::other(error.to_string())));
        }
    })?;
    Ok(Body::stream(Pieces(pieces)))
}

struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// What becomes of SQL that comes in.
#[derive(Clone, Copy)]
pub(super) enum Use {
    /// It is run, as a Worker's would be.
    Import,
    /// It takes the place of the database.
    Restore,
}

/// Reads SQL into the database on a thread; gives what was done as JSON. Undone if the body ends early.
pub(super) async fn read(database: Database, how: Use, mut body: Body) -> Result<Value, String> {
    let (sender, pieces) = mpsc::channel(PIECES);
    let (reply, answer) = oneshot::channel();
    let caller = Caller(Arc::default());
    let abandoned = Arc::clone(&caller.0);
    let work = move || {
        let source = Incoming { pieces, piece: Bytes::new(), ended: false };
        let done = match how {
            Use::Import => {
                database.import(source, Some(abandoned)).map(imported_json).map_err(|error| error.to_string())
            }
            Use::Restore => {
                database.restore(source).map(|count| json!({ "statements": count })).map_err(|error| error.to_string())
            }
        };
        // The caller may have gone meanwhile.
        let _gone = reply.send(done);
    };
    let thread = std::thread::Builder::new().name("edgeemu-d1-in".to_owned());
    thread.spawn(work).map_err(|error| error.to_string())?;
    loop {
        let piece = body.chunk().await.map_err(|error| io::Error::other(error.to_string())).transpose();
        let is_last = !matches!(piece, Some(Ok(_)));
        // A database that has refused takes no more.
        if sender.send(piece.unwrap_or_else(|| Ok(Bytes::new()))).await.is_err() || is_last {
            break;
        }
    }
    drain(body).await;
    let done = answer.await.unwrap_or_else(|_| Err("the database was given up".to_owned()));
    drop(caller);
    done
}

/// A client that still sends would not read the answer.
async fn drain(mut body: Body) {
    while let Ok(Some(_)) = body.chunk().await {}
}

pub(crate) fn imported_json(imported: Imported) -> Value {
    let Imported { statements, rows_read, rows_written, size_after, duration_ms } = imported;
    json!({
        "statements": statements, "rows_read": rows_read, "rows_written": rows_written,
        "size_after": size_after, "duration_ms": duration_ms,
    })
}

/// Tells the thread when nobody waits any more.
struct Caller(Arc<AtomicBool>);

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What the network gives, for a thread. An empty piece is the end.
struct Incoming {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    piece: Bytes,
    ended: bool,
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.piece.is_empty() && !self.ended {
            // Without a word at the end the sender was cut off, and half of the SQL must not count.
            self.piece = self.pieces.blocking_recv().unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()))?;
            self.ended = self.piece.is_empty();
        }
        let len = self.piece.len().min(buffer.len());
        self.piece.copy_to_slice(&mut buffer[..len]);
        Ok(len)
    }
}

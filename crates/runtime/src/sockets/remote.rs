//! The far end of a line, when it is outside of the lane: a client, a server, or a test that embeds the emulator.

use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::future::{Either, select};
use http::Response;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;

use super::line::{Arrival, End};
use super::wire::{Frame, NO_CODE, Reader, Side, Writer};
use crate::body::Body;

/// Frames under way between the lane and the outside, in each direction.
const FRAMES_IN_FLIGHT: usize = 16;

/// What one side of a WebSocket tells the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Bytes),
    /// Nothing more will come. Code 1005 stands for a close without a code.
    Close {
        /// For example 1000.
        code: u16,
        /// At most 123 bytes.
        reason: String,
    },
    /// The connection failed; with the text of the error that the other side sees.
    Failed(String),
}

/// The client's side of a WebSocket that a Worker answered with. Dropping it breaks the connection off. Can cross threads.
#[derive(Debug)]
pub struct WebSocket {
    incoming: mpsc::Receiver<SocketEvent>,
    outgoing: mpsc::Sender<SocketEvent>,
}

/// How a response carries its WebSocket: responses want their extensions to be cloned.
#[derive(Clone)]
struct Slot(Arc<Mutex<Option<WebSocket>>>);

/// Puts a WebSocket into a response.
pub(crate) fn attach(socket: WebSocket, response: &mut Response<Body>) {
    response.extensions_mut().insert(Slot(Arc::new(Mutex::new(Some(socket)))));
}

impl WebSocket {
    /// Takes the WebSocket out of a response with status 101, if it has one.
    pub fn take(response: &mut Response<Body>) -> Option<WebSocket> {
        let slot = response.extensions_mut().remove::<Slot>()?;
        slot.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Sends something to the Worker, as soon as there is room. Nothing is to be sent after a close.
    pub async fn send(&self, event: SocketEvent) {
        // A Worker that has gone away has no use for it; the next event says that it has.
        let _gone = self.outgoing.send(event).await;
    }

    /// The next event from the Worker; `None` when it has closed, or is gone without having closed.
    pub async fn next(&mut self) -> Option<SocketEvent> {
        self.incoming.recv().await
    }

    /// Speaks the WebSocket protocol on a stream until both sides have closed or one is gone.
    pub async fn converse(self, stream: impl AsyncRead + AsyncWrite + Unpin, side: Side) {
        let (reader, writer) = tokio::io::split(stream);
        let (control, controls) = mpsc::unbounded_channel();
        let WebSocket { incoming, outgoing } = self;
        let mut writer = Writer::new(writer, side);
        let reading = read(Reader::new(reader), outgoing, control);
        both(reading, write(&mut writer, incoming, controls)).await;
        writer.end().await;
    }
}

impl WebSocket {
    /// Joins two of them: what one says the other hears. So a WebSocket goes from one isolate to another.
    pub(crate) async fn join(self, other: WebSocket) {
        both(carry(self.incoming, other.outgoing), carry(other.incoming, self.outgoing)).await;
    }
}

async fn carry(mut from: mpsc::Receiver<SocketEvent>, to: mpsc::Sender<SocketEvent>) -> Ended {
    while let Some(event) = from.recv().await {
        let is_close = matches!(event, SocketEvent::Close { .. });
        if to.send(event).await.is_err() {
            return Ended::Lost;
        }
        if is_close {
            return Ended::Closed;
        }
    }
    Ended::Lost
}

/// How one direction of a connection ended.
enum Ended {
    /// With a close; the other direction may go on.
    Closed,
    /// Because somebody is gone: there is nothing to go on with.
    Lost,
}

/// Runs both directions until each has closed or one is lost.
async fn both(one: impl Future<Output = Ended>, other: impl Future<Output = Ended>) {
    let (one, other) = (pin!(one), pin!(other));
    let (first, rest) = match select(one, other).await {
        Either::Left((ended, rest)) => (ended, Either::Left(rest)),
        Either::Right((ended, rest)) => (ended, Either::Right(rest)),
    };
    if matches!(first, Ended::Closed) {
        match rest {
            Either::Left(rest) => rest.await,
            Either::Right(rest) => rest.await,
        };
    }
}

/// From the stream to the Worker.
async fn read<R: AsyncRead + Unpin>(
    mut reader: Reader<R>,
    worker: mpsc::Sender<SocketEvent>,
    control: mpsc::UnboundedSender<Frame>,
) -> Ended {
    loop {
        let event = match reader.next().await {
            Ok(Some(Frame::Text(text))) => SocketEvent::Text(text),
            Ok(Some(Frame::Binary(bytes))) => SocketEvent::Binary(bytes),
            Ok(Some(Frame::Ping(payload))) => {
                // The writing half may have ended: then nobody answers any more.
                let _over = control.send(Frame::Pong(payload));
                continue;
            }
            Ok(Some(Frame::Pong(_))) => continue,
            Ok(Some(Frame::Close { code, reason })) => {
                let reason = String::from_utf8_lossy(&reason).into_owned();
                let _gone = worker.send(SocketEvent::Close { code, reason }).await;
                return Ended::Closed;
            }
            Ok(None) => return Ended::Lost,
            Err(violation) => {
                let _gone = worker.send(SocketEvent::Failed(violation.to_string())).await;
                let _over = control.send(Frame::Close { code: violation.code, reason: violation.description.into() });
                reader.drain().await;
                return Ended::Lost;
            }
        };
        if worker.send(event).await.is_err() {
            return Ended::Lost;
        }
    }
}

/// From the Worker to the stream.
async fn write<W: AsyncWrite + Unpin>(
    writer: &mut Writer<W>,
    mut worker: mpsc::Receiver<SocketEvent>,
    mut controls: mpsc::UnboundedReceiver<Frame>,
) -> Ended {
    loop {
        let frame = tokio::select! {
            biased;
            Some(control) = controls.recv() => control,
            event = worker.recv() => match event {
                Some(SocketEvent::Text(text)) => Frame::Text(text),
                Some(SocketEvent::Binary(bytes)) => Frame::Binary(bytes),
                Some(SocketEvent::Close { code, reason }) => Frame::Close { code, reason: reason.into() },
                Some(SocketEvent::Failed(_)) | None => return Ended::Lost,
            },
        };
        let is_close = matches!(frame, Frame::Close { .. });
        if !writer.write(frame).await {
            return Ended::Lost;
        }
        if is_close {
            return Ended::Closed;
        }
    }
}

/// Hands the end to the outside. The task it needs runs on this lane; `ended` is called when that is over.
pub(crate) fn into_remote(end: Rc<End>, ended: impl FnOnce() + 'static) -> WebSocket {
    end.mark_outside();
    let (to_client, incoming) = mpsc::channel(FRAMES_IN_FLIGHT);
    let (outgoing, from_client) = mpsc::channel(FRAMES_IN_FLIGHT);
    relay(end, (to_client, from_client), ended);
    WebSocket { incoming, outgoing }
}

/// Moves frames between an end and the outside.
fn relay(
    end: Rc<End>,
    (to, from): (mpsc::Sender<SocketEvent>, mpsc::Receiver<SocketEvent>),
    ended: impl FnOnce() + 'static,
) {
    deno_core::unsync::spawn(async move {
        both(outward(&end, to), inward(&end, from)).await;
        drop(end);
        ended();
    });
}

/// An end for a script here, whose other end is the WebSocket that another Worker answered with.
pub(crate) fn adopt(socket: WebSocket) -> End {
    let (near, far) = End::pair();
    far.mark_outside();
    relay(Rc::new(far), (socket.outgoing, socket.incoming), || {});
    near
}

async fn outward(end: &End, client: mpsc::Sender<SocketEvent>) -> Ended {
    loop {
        let event = match end.next().await {
            Arrival::Text(text) => SocketEvent::Text(text),
            Arrival::Binary(bytes) => SocketEvent::Binary(bytes),
            Arrival::Close { code, reason } => {
                let _gone = client.send(SocketEvent::Close { code, reason }).await;
                return Ended::Closed;
            }
            Arrival::Lost | Arrival::Failed(_) | Arrival::Dropped | Arrival::Raised => return Ended::Lost,
        };
        if client.send(event).await.is_err() {
            return Ended::Lost;
        }
    }
}

async fn inward(end: &End, mut client: mpsc::Receiver<SocketEvent>) -> Ended {
    while let Some(event) = client.recv().await {
        end.room().await;
        match event {
            SocketEvent::Text(text) => end.send(Arrival::Text(text)),
            SocketEvent::Binary(bytes) => end.send(Arrival::Binary(bytes)),
            SocketEvent::Close { code, reason } => {
                end.send(Arrival::Close { code, reason });
                return Ended::Closed;
            }
            SocketEvent::Failed(text) => {
                end.send(Arrival::Failed(text));
                return Ended::Lost;
            }
        }
    }
    Ended::Lost
}

impl SocketEvent {
    /// A close without a code.
    #[must_use]
    pub fn close() -> SocketEvent {
        SocketEvent::Close { code: NO_CODE, reason: String::new() }
    }
}

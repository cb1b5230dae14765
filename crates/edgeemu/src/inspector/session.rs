//! One debugger on its WebSocket.

use std::sync::Arc;

use edgeemu_runtime::{Attached, Target};
use futures::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Passes messages on in both directions until one side is gone.
pub(super) async fn run<S: AsyncRead + AsyncWrite + Unpin>(stream: S, target: &Arc<Target>) {
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    let last = match target.attach() {
        Ok(attached) => converse(&mut socket, attached).await,
        Err(busy) => Some(CloseFrame { code: CloseCode::Again, reason: busy.to_string().into() }),
    };
    // The client may be gone without a word.
    let _gone = socket.close(last).await;
}

/// What is said at the end, if the end comes from this side.
async fn converse<S>(socket: &mut WebSocketStream<S>, mut attached: Attached) -> Option<CloseFrame>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => attached.send(text.as_str().to_owned()),
                // Pings are answered below this level, and nobody speaks the protocol in bytes.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            },
            message = attached.messages.recv() => {
                let sent: Result<(), Error> = match message {
                    Some(message) => socket.send(Message::text(message)).await,
                    None => return Some(ended()),
                };
                if sent.is_err() {
                    return None;
                }
            }
            _dropped = &mut attached.gone => return Some(ended()),
        }
    }
}

/// The isolate is gone, and with it everything that the debugger knows of: it attaches again if it wants to.
fn ended() -> CloseFrame {
    CloseFrame { code: CloseCode::Restart, reason: "the Worker was replaced".into() }
}

//! WebSockets on the host's side, without JavaScript: the two ends of a line, the protocol on a byte stream, and what
//! moves frames between them.
//!
//! A line has two ends. One is held by the script's object (or by whoever keeps it while the object is away), the other
//! by a second object, or by a relay to a client or a server.

mod handshake;
mod line;
mod remote;
mod table;
mod wire;

pub use handshake::{HandshakeError, accept_headers};
pub(crate) use handshake::{accepts, key, offer};
pub(crate) use line::{Arrival, End};
pub use remote::{SocketEvent, WebSocket};
pub(crate) use remote::{adopt, attach, into_remote};
pub(crate) use table::{Sockets, Unusable};
pub use wire::{Masks, Side};

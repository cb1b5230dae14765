//! Sockets: where servers start to listen.

#[cfg(test)]
mod tests;

use std::io;
use std::net::{SocketAddr, TcpListener};

/// Listens on `address`; port 0 lets the system choose one. The listener does not block, and an address that was in use
/// a moment ago by a program that has ended is free again at once.
///
/// # Errors
/// What the system says, with the address named.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    // The standard library sets SO_REUSEADDR wherever it means "after a restart" and not "steal the port".
    let bound = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.map_err(|error| io::Error::new(error.kind(), explanation(address, &error)))
}

fn explanation(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("the address is already in use: {address}; stop the program that uses it or choose another port")
        }
        io::ErrorKind::PermissionDenied => {
            format!("no permission to listen on this address: {address}; choose a port above 1023")
        }
        io::ErrorKind::AddrNotAvailable => format!("this machine does not have the address: {address}"),
        _ => format!("cannot listen on {address}: {error}"),
    }
}

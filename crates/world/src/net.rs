//! Sockets: where servers start to listen, and connections go out.

#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

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

/// Connects to a server.
///
/// # Errors
/// What the system says.
pub async fn connect(host: &str, port: u16) -> io::Result<tokio::net::TcpStream> {
    tokio::net::TcpStream::connect((host, port)).await
}

/// The IPv4 addresses under which this machine can be reached, its own loopback address among them, in the order in which
/// the system lists its interfaces. Empty where the system does not tell.
#[must_use]
pub fn addresses() -> Vec<Ipv4Addr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let addresses = interfaces.into_iter().filter_map(|interface| match interface.addr {
        if_addrs::IfAddr::V4(address) => Some(address.ip),
        if_addrs::IfAddr::V6(_) => None,
    });
    addresses.collect()
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

//! Where the HTTP server listens.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use edgeemu_config::{DevSettings, Protocol};
use edgeemu_world::listen;
use tokio_rustls::TlsAcceptor;

use crate::error::{BuildError, ListenError};
use crate::tls;

/// What is tried when nobody names a port.
const DEFAULT_PORT: u16 = 8787;
/// How many ports after the default one are tried.
const PORTS_TRIED: u16 = 100;

/// Where to listen. What is absent comes from the configuration, then from the defaults.
#[derive(Clone, Debug, Default)]
pub struct ListenOptions {
    /// Address or `localhost`, `*`.
    pub ip: Option<String>,
    /// The port; 0 for any free one. Absent: 8787, or the next one that is free.
    pub port: Option<u16>,
}

/// A socket that is open, and what to tell people about it.
pub(crate) struct Listening {
    pub(crate) listener: TcpListener,
    pub(crate) url: String,
    /// The default port was taken, and another one is used.
    pub(crate) moved_from: Option<u16>,
    /// What makes connections secure, if they are.
    pub(crate) tls: Option<TlsAcceptor>,
}

impl ListenOptions {
    /// Opens the socket, before anything else is started.
    pub(crate) fn open(&self, dev: &DevSettings) -> Result<Listening, BuildError> {
        let ip = self.ip.as_deref().or(dev.ip.as_deref()).unwrap_or("localhost");
        let address = address(ip)?;
        let opened = match self.port.or(dev.port) {
            Some(port) => bind(ip, address, port)?,
            None => first_free(ip, address)?,
        };
        if dev.local_protocol != Some(Protocol::Https) {
            return Ok(opened);
        }
        let url = opened.url.replacen("http:", "https:", 1);
        Ok(Listening { url, tls: Some(tls::acceptor()?), ..opened })
    }
}

fn first_free(ip: &str, address: IpAddr) -> Result<Listening, BuildError> {
    for port in DEFAULT_PORT..DEFAULT_PORT + PORTS_TRIED {
        match bind(ip, address, port) {
            Err(BuildError::Listen(ListenError { in_use: true, .. })) => {}
            Ok(opened) if port != DEFAULT_PORT => return Ok(Listening { moved_from: Some(DEFAULT_PORT), ..opened }),
            other => return other,
        }
    }
    bind(ip, address, 0)
}

fn bind(ip: &str, address: IpAddr, port: u16) -> Result<Listening, BuildError> {
    let listener = listen(SocketAddr::new(address, port)).map_err(|error| {
        BuildError::Listen(ListenError { in_use: error.kind() == ErrorKind::AddrInUse, reason: error.to_string() })
    })?;
    let port = listener.local_addr()?.port();
    let host = match address {
        _ if ip == "localhost" => "localhost".to_owned(),
        address if address.is_unspecified() => "localhost".to_owned(),
        IpAddr::V6(address) => format!("[{address}]"),
        IpAddr::V4(address) => address.to_string(),
    };
    Ok(Listening { listener, url: format!("http://{host}:{port}"), moved_from: None, tls: None })
}

fn address(ip: &str) -> Result<IpAddr, BuildError> {
    match ip {
        "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        "*" => Ok(Ipv6Addr::UNSPECIFIED.into()),
        other => other.trim_matches(['[', ']']).parse().map_err(|_| {
            let reason = format!("not an address to listen on: `{other}`; use `localhost`, `*`, or an IP address");
            BuildError::Listen(ListenError { in_use: false, reason })
        }),
    }
}

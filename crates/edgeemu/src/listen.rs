//! Where the HTTP server listens.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use edgeemu_config::{DevSettings, Protocol};
use edgeemu_kv::consistency::Colo;
use edgeemu_world::{addresses, listen};

use crate::error::{BuildError, ListenError};
use crate::tls::{self, Secured};

/// What is tried when nobody names a port.
const DEFAULT_PORT: u16 = 8787;
/// How many ports after the default one are tried.
const PORTS_TRIED: u16 = 100;
/// What is tried when nobody names a port for debuggers.
const INSPECTOR_PORT: u16 = 9229;

/// Where to listen. What is absent comes from the configuration, then from the defaults.
#[derive(Clone, Debug, Default)]
pub struct ListenOptions {
    /// Address or `localhost`, `*`.
    pub ip: Option<String>,
    /// The port; 0 for any free one. Absent: 8787, or the next one that is free.
    pub port: Option<u16>,
    /// Whether each location has a port of its own, beside the one that is everybody's.
    pub colo_ports: bool,
}

/// A socket whose requests come to one location.
pub(crate) struct ColoPort {
    pub(crate) colo: Colo,
    pub(crate) listener: TcpListener,
    pub(crate) url: String,
}

/// A socket that is open, and what to tell people about it.
pub(crate) struct Listening {
    pub(crate) listener: TcpListener,
    pub(crate) url: String,
    /// The other URLs under which it answers, if it listens on every address of the machine.
    pub(crate) more_urls: Vec<String>,
    /// The default port was taken, and another one is used.
    pub(crate) moved_from: Option<u16>,
    /// What makes connections secure, if they are.
    pub(crate) tls: Option<Secured>,
    /// The ports of single locations.
    pub(crate) ports: Vec<ColoPort>,
}

impl ListenOptions {
    /// Opens the sockets, before anything else is started.
    pub(crate) fn open(&self, dev: &DevSettings, colos: &[Colo]) -> Result<Listening, BuildError> {
        let ip = self.ip.as_deref().or(dev.ip.as_deref()).unwrap_or("localhost");
        let address = address(ip)?;
        let mut opened = match self.port.or(dev.port) {
            Some(port) => bind(ip, address, port)?,
            None => first_free(ip, address, DEFAULT_PORT)?,
        };
        // The next ports that are free, so that they can be guessed.
        let mut next = opened.listener.local_addr()?.port().saturating_add(1);
        for colo in colos.iter().filter(|_| self.colo_ports) {
            let Listening { listener, url, .. } = first_free(ip, address, next)?;
            next = listener.local_addr()?.port().saturating_add(1);
            opened.ports.push(ColoPort { colo: *colo, listener, url });
        }
        if dev.local_protocol != Some(Protocol::Https) {
            return Ok(opened);
        }
        let secure = |url: &String| url.replacen("http:", "https:", 1);
        let (url, more_urls) = (secure(&opened.url), opened.more_urls.iter().map(secure).collect());
        opened.ports.iter_mut().for_each(|port| port.url = secure(&port.url));
        let tls = Some(tls::secure(&certified(address, dev))?);
        Ok(Listening { url, more_urls, tls, ..opened })
    }
}

/// The names and addresses that clients may reach the server by.
fn certified(address: IpAddr, dev: &DevSettings) -> Vec<String> {
    let loopback = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let host = dev.host.iter().filter_map(|host| host.split(':').next()).filter(|name| name.is_ascii());
    let mut names: Vec<String> = loopback.into_iter().chain(host.map(str::to_owned)).collect();
    let reachable =
        if address.is_unspecified() { addresses().into_iter().map(IpAddr::V4).collect() } else { vec![address] };
    names.extend(reachable.iter().map(IpAddr::to_string).filter(|name| name != "127.0.0.1" && name != "::1"));
    names
}

fn first_free(ip: &str, address: IpAddr, first: u16) -> Result<Listening, BuildError> {
    for port in first..first.saturating_add(PORTS_TRIED) {
        match bind(ip, address, port) {
            Err(BuildError::Listen(ListenError { in_use: true, .. })) => {}
            Ok(opened) if port != first => return Ok(Listening { moved_from: Some(first), ..opened }),
            other => return other,
        }
    }
    bind(ip, address, 0)
}

/// Opens a further port beside the one of the Worker, at the same address.
pub(crate) fn beside(dev: &DevSettings, port: u16) -> Result<Listening, BuildError> {
    let ip = dev.ip.as_deref().unwrap_or("localhost");
    bind(ip, address(ip)?, port)
}

/// Opens the port for debuggers.
pub(crate) fn inspector(ip: &str, port: Option<u16>) -> Result<Listening, BuildError> {
    let opened = match port {
        Some(port) => bind(ip, address(ip)?, port),
        None => first_free(ip, address(ip)?, INSPECTOR_PORT),
    };
    opened.map_err(|error| {
        let port = port.unwrap_or(INSPECTOR_PORT);
        let reason =
            format!("debuggers cannot be listened for on {ip}:{port}: {error}; `--inspector-port` names another");
        BuildError::Listen(ListenError { in_use: false, port: Some(port), reason })
    })
}

fn bind(ip: &str, address: IpAddr, port: u16) -> Result<Listening, BuildError> {
    let listener = listen(SocketAddr::new(address, port)).map_err(|error| {
        let in_use = error.kind() == ErrorKind::AddrInUse;
        BuildError::Listen(ListenError { in_use, port: Some(port), reason: error.to_string() })
    })?;
    let port = listener.local_addr()?.port();
    let host = match address {
        _ if ip == "localhost" => "localhost".to_owned(),
        address if address.is_unspecified() => "localhost".to_owned(),
        IpAddr::V6(address) => format!("[{address}]"),
        IpAddr::V4(address) => address.to_string(),
    };
    let url = |host: &str| format!("http://{host}:{port}");
    let more_urls = more_hosts(address).iter().map(|host| url(host)).collect();
    Ok(Listening { listener, url: url(&host), more_urls, moved_from: None, tls: None, ports: Vec::new() })
}

/// Where else a server on every address answers.
fn more_hosts(address: IpAddr) -> Vec<String> {
    if !address.is_unspecified() {
        return Vec::new();
    }
    let loopback = address.is_ipv6().then(|| "[::1]".to_owned());
    loopback.into_iter().chain(addresses().iter().map(ToString::to_string)).collect()
}

fn address(ip: &str) -> Result<IpAddr, BuildError> {
    match ip {
        "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        "*" => Ok(Ipv6Addr::UNSPECIFIED.into()),
        other => other.trim_matches(['[', ']']).parse().map_err(|_| {
            let reason = format!("not an address to listen on: `{other}`; use `localhost`, `*`, or an IP address");
            BuildError::Listen(ListenError { in_use: false, port: None, reason })
        }),
    }
}

//! `dev`: where the local server listens and what the Worker sees as its host.

use crate::field::Section;
use crate::scope::Scope;

/// HTTP or HTTPS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `http`.
    Http,
    /// `https`.
    Https,
}

impl Protocol {
    /// The protocol of that name.
    pub fn named(name: &str) -> Option<Protocol> {
        match name {
            "http" => Some(Protocol::Http),
            "https" => Some(Protocol::Https),
            _ => None,
        }
    }
}

/// The `dev` settings. What is absent was not set; the defaults depend on the machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DevSettings {
    /// The address to listen on; `localhost` when absent.
    pub ip: Option<String>,
    /// The port to listen on; 8787 or the next free one when absent, any free one when 0.
    pub port: Option<u16>,
    /// The port of the inspector; 9229 or the next free one when absent.
    pub inspector_port: Option<u16>,
    /// The address of the inspector; `127.0.0.1` when absent.
    pub inspector_ip: Option<String>,
    /// How the local server speaks; HTTP when absent.
    pub local_protocol: Option<Protocol>,
    /// The protocol the Worker sees in `request.url`.
    pub upstream_protocol: Option<Protocol>,
    /// The host the Worker sees in `request.url`.
    pub host: Option<String>,
    /// Whether containers may be started.
    pub enable_containers: bool,
    /// Whether types are generated at start.
    pub generate_types: bool,
}

impl DevSettings {
    pub(crate) fn read(scope: &Scope) -> DevSettings {
        let Some(section) = scope.top_only("dev").and_then(|field| field.section()) else {
            return DevSettings { enable_containers: true, ..DevSettings::default() };
        };
        section.ignore(&["container_engine"]);
        let settings = DevSettings {
            ip: section.string("ip"),
            port: port(&section, "port"),
            inspector_port: port(&section, "inspector_port"),
            inspector_ip: section.string("inspector_ip"),
            local_protocol: protocol(&section, "local_protocol"),
            upstream_protocol: protocol(&section, "upstream_protocol"),
            host: section.string("host"),
            enable_containers: section.boolean("enable_containers").unwrap_or(true),
            generate_types: section.boolean("generate_types").unwrap_or(false),
        };
        section.finish();
        settings
    }
}

fn protocol(section: &Section, key: &'static str) -> Option<Protocol> {
    Protocol::named(&section.one_of(key, &["http", "https"])?)
}

fn port(section: &Section, key: &'static str) -> Option<u16> {
    let field = section.get(key)?;
    let number = field.whole()?;
    u16::try_from(number).map_err(|_| field.error(format!("`{}` must be at most 65535: {number}", field.path))).ok()
}

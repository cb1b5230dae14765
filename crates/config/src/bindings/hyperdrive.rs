//! `hyperdrive`: a database reached through a connection pool.

use thiserror::Error;

use crate::bindings::{Binding, BindingKind, Item, Locality, row};
use crate::field::Section;

/// A Hyperdrive configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hyperdrive {
    /// The name the Worker sees.
    pub binding: String,
    /// The identity in production.
    pub id: String,
    /// The database to use on this machine.
    pub local_connection_string: Option<String>,
}

impl Hyperdrive {
    /// The environment variables that override the local connection string, the first that is set wins.
    pub fn variables(&self) -> [String; 2] {
        [
            format!("CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_{}", self.binding),
            format!("WRANGLER_HYPERDRIVE_LOCAL_CONNECTION_STRING_{}", self.binding),
        ]
    }

    /// The database to use on this machine: an environment variable, else `localConnectionString`, else an error that
    /// says how to give one.
    pub fn connection(&self, variable: &dyn Fn(&str) -> Option<String>) -> Result<ConnectionString, HyperdriveError> {
        let from_variable = self.variables().iter().find_map(|name| variable(name));
        let Some(text) = from_variable.or_else(|| self.local_connection_string.clone()) else {
            return Err(HyperdriveError::Missing { binding: self.binding.clone(), variable: self.variables()[0].clone() });
        };
        ConnectionString::parse(&text)
    }
}

impl Item for Hyperdrive {
    const KEY: &'static str = "hyperdrive";
    const LOCALITY: Locality = Locality::LocalOnly("Hyperdrive");

    fn parse(section: &Section) -> Option<Hyperdrive> {
        let binding = section.binding_string("binding");
        let id = section.binding_string("id");
        let local = section.binding_optional("localConnectionString");
        if let (Some(text), Some(field)) = (&local, section.get("localConnectionString"))
            && let Err(error) = ConnectionString::parse(text)
        {
            field.error(error.to_string());
        }
        Some(Hyperdrive { binding: binding?, id: id?, local_connection_string: local })
    }

    fn row(&self, kind: BindingKind) -> Binding {
        row::<Hyperdrive>(kind, &self.binding, &self.id)
    }
}

/// Which database is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionScheme {
    /// `postgres://` or `postgresql://`.
    Postgres,
    /// `mysql://`.
    Mysql,
}

impl ConnectionScheme {
    fn port(self) -> u16 {
        match self {
            ConnectionScheme::Postgres => 5432,
            ConnectionScheme::Mysql => 3306,
        }
    }
}

/// A local database, taken apart. User, password and database are percent-decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionString {
    /// Which database is spoken.
    pub scheme: ConnectionScheme,
    /// Who logs in.
    pub user: String,
    /// The password.
    pub password: String,
    /// The host, without brackets for IPv6.
    pub host: String,
    /// The port, 5432 or 3306 when not given.
    pub port: u16,
    /// The database.
    pub database: String,
    /// What stands behind `?`, such as `sslmode=require`.
    pub query: String,
}

/// What is wrong with a local connection string.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HyperdriveError {
    /// There is none at all.
    #[error(
        "When developing locally, you should use a local Postgres connection string to emulate Hyperdrive functionality. \
         Please setup Postgres locally and set the value of the '{variable}' variable or \"{binding}\"'s \
         \"localConnectionString\" to the Postgres connection string."
    )]
    Missing {
        /// The binding without a connection string.
        binding: String,
        /// The environment variable that would give one.
        variable: String,
    },
    /// It is not a URL.
    #[error("You must provide a valid connection string: {0}")]
    NotUrl(String),
    /// The scheme is neither Postgres nor MySQL.
    #[error("Only PostgreSQL-compatible or MySQL-compatible databases are currently supported.")]
    Scheme,
    /// There is no host.
    #[error("You must provide a hostname or IP address in your connection string - e.g. 'user:password@database-hostname.example.com:5432/databasename'")]
    Host,
    /// There is no database.
    #[error("You must provide a database name as the path component - e.g. example.com:5432/databasename")]
    Database,
    /// There is no user.
    #[error("You must provide a username - e.g. 'user:password@database.example.com:port/databasename'")]
    User,
    /// There is no password.
    #[error("You must provide a password - e.g. 'user:password@database.example.com:port/databasename' ")]
    Password,
    /// The port is not a number from 1 to 65535.
    #[error("The port of the connection string is not valid: {0}")]
    Port(String),
}

impl ConnectionString {
    /// Takes a connection string apart; each missing part has its own message.
    pub fn parse(text: &str) -> Result<ConnectionString, HyperdriveError> {
        let (scheme, rest) = text.split_once("://").ok_or_else(|| HyperdriveError::NotUrl("no `://` found".to_owned()))?;
        let scheme = match scheme {
            "postgres" | "postgresql" => ConnectionScheme::Postgres,
            "mysql" => ConnectionScheme::Mysql,
            _ => return Err(HyperdriveError::Scheme),
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, address) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let (host, port) = host_and_port(address, scheme)?;
        for (part, error) in [
            (host.as_str(), HyperdriveError::Host),
            (database, HyperdriveError::Database),
            (user, HyperdriveError::User),
            (password, HyperdriveError::Password),
        ] {
            if part.is_empty() {
                return Err(error);
            }
        }
        let [user, password, database] = [user, password, database].map(decode);
        Ok(ConnectionString { scheme, user, password, host, port, database, query: query.to_owned() })
    }
}

fn host_and_port(address: &str, scheme: ConnectionScheme) -> Result<(String, u16), HyperdriveError> {
    let (host, port) = match address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => address.rsplit_once(':').map_or((address, None), |(host, port)| (host, Some(port))),
    };
    let port = match port {
        None | Some("") => scheme.port(),
        Some(text) => match text.parse() {
            Ok(port) if port != 0 => port,
            _ => return Err(HyperdriveError::Port(text.to_owned())),
        },
    };
    Ok((host.to_owned(), port))
}

/// Percent-decoding; what does not decode to UTF-8 stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = (*first == b'%').then(|| tail.get(..2).and_then(hex)).flatten();
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn hex(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

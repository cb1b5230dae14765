//! `cloudflare:sockets`: from `runtime-js/modules/cloudflare_sockets.js` to TCP connections.

use std::net::IpAddr;
use std::rc::Rc;

use bytes::Bytes;
use deno_core::{JsBuffer, OpState, op2, v8};
use serde_json::json;

use super::{current_io, host};
use crate::host::{Host, Operation};
use crate::outside::Outside;
use crate::settle::Settled;
use crate::tcp::Connection;

const REFUSED: &str = "proxy request failed, cannot connect to the specified address";
const LOST: &str = "Network connection lost.";

fn connection(host: &Host, id: u32) -> Option<Rc<Connection>> {
    host.connections.borrow().get(id as usize).cloned()
}

fn add(host: &Host, connection: Rc<Connection>) -> Settled {
    let remote = connection.remote.borrow().clone();
    let id = host.connections.borrow_mut().insert(connection);
    Settled::Json(json!({ "id": id, "remote": remote }).to_string())
}

/// Whether the Worker may connect there.
fn may_connect(host: &Host, name: &str) -> bool {
    match &host.script.outside {
        Outside::Network => true,
        Outside::ThisMachine => name.parse::<IpAddr>().map_or(name == "localhost", |address| address.is_loopback()),
        Outside::Answers(_) => false,
    }
}

/// Connects; resolves with `{ id, remote }`.
#[op2]
pub(crate) fn op_tcp_connect<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[string] name: String,
    #[smi] port: u16,
    tls: bool,
) -> v8::Local<'s, v8::Promise> {
    let (host, io) = (host(state), current_io(scope));
    let owner = Rc::clone(&host);
    let connect = async move {
        if !may_connect(&owner, &name) {
            return Settled::Error(REFUSED.to_owned());
        }
        match Connection::open(io, (name.as_str(), port), tls).await {
            Ok(connection) => add(&owner, connection),
            Err(_) => Settled::Error(REFUSED.to_owned()),
        }
    };
    host.promise(scope, Operation::new(io, connect))
}

/// The next bytes; null at the end.
#[op2]
pub(crate) fn op_tcp_read<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] id: u32,
) -> v8::Local<'s, v8::Promise> {
    let (host, io) = (host(state), current_io(scope));
    let connection = connection(&host, id);
    let read = async move {
        let Some(connection) = connection else { return Settled::Null };
        match connection.read().await {
            Ok(Some(bytes)) => Settled::Bytes(bytes),
            Ok(None) => Settled::Null,
            Err(_) => Settled::Error(LOST.to_owned()),
        }
    };
    host.promise(scope, Operation::new(io, read))
}

#[op2]
pub(crate) fn op_tcp_write<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] id: u32,
    #[buffer] bytes: JsBuffer,
) -> v8::Local<'s, v8::Promise> {
    let (host, io) = (host(state), current_io(scope));
    let connection = connection(&host, id);
    let bytes = Bytes::copy_from_slice(&bytes);
    let write = async move {
        match connection {
            Some(connection) if connection.write(&bytes).await.is_ok() => Settled::Undefined,
            _ => Settled::Error(LOST.to_owned()),
        }
    };
    host.promise(scope, Operation::new(io, write))
}

/// Nothing more will be written.
#[op2]
pub(crate) fn op_tcp_finish<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] id: u32,
) -> v8::Local<'s, v8::Promise> {
    let (host, io) = (host(state), current_io(scope));
    let connection = connection(&host, id);
    let finish = async move {
        if let Some(connection) = connection {
            // What is broken has ended.
            let _broken = connection.finish().await;
        }
        Settled::Undefined
    };
    host.promise(scope, Operation::new(io, finish))
}

/// Puts TLS around a connection; resolves with `{ id, remote }` of the new one.
#[op2]
pub(crate) fn op_tcp_secure<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] id: u32,
    #[string] name: String,
) -> v8::Local<'s, v8::Promise> {
    let (host, io) = (host(state), current_io(scope));
    let connection = host.connections.borrow_mut().try_remove(id as usize);
    let owner = Rc::clone(&host);
    let secure = async move {
        let Some(connection) = connection else { return Settled::Error(LOST.to_owned()) };
        match connection.secure(&name).await {
            Ok(connection) => add(&owner, connection),
            Err(_) => Settled::Error(LOST.to_owned()),
        }
    };
    host.promise(scope, Operation::new(io, secure))
}

/// Ends a connection in both directions.
#[op2(fast)]
pub(crate) fn op_tcp_close(state: &mut OpState, #[smi] id: u32) {
    let connection = host(state).connections.borrow_mut().try_remove(id as usize);
    drop(connection);
}

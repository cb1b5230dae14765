//! The glue of each binding: one file per binding, one line here.

pub(crate) mod cache;
pub(crate) mod d1;
pub(crate) mod durable;
pub(crate) mod kv;
mod kv_directed;
pub(crate) mod r2;
pub(crate) mod services;

use deno_core::op2;
use deno_error::JsErrorBox;

/// Use of a binding that edgeemu reads from the config but does not run.
#[op2(fast)]
pub(crate) fn op_binding_unsupported(#[string] name: String, #[string] kind: String) -> Result<(), JsErrorBox> {
    Err(JsErrorBox::generic(format!("edgeemu does not emulate the binding `env.{name}` ({kind}) yet")))
}

//! Calls between Workers: who can be called, what crosses, and what stays alive because of it.
//!
//! Nothing here enters an isolate while another one runs. A call is put into the inbox of the isolate it is for, and the
//! driver of that isolate delivers it; its result comes back through the caller's queue of settled promises.

mod callee;
mod deliver;
mod depth;
mod inbox;
mod line;
mod message;
pub(crate) mod ops;

pub use callee::{Address, Alone, Callee, Entry, Peers, Props, Reached, Reaching, Unreachable};
pub(crate) use deliver::{deliver, numbers};
pub(crate) use depth::may_call;
pub(crate) use inbox::{Calls as RpcCalls, Delivery, Held};
pub(crate) use message::Reply;

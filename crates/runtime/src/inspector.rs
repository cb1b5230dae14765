//! Debugging through Chrome's DevTools protocol: a [`Target`] is where a debugger attaches, an `Inspection` is V8's side
//! of it in one isolate.
//!
//! Nothing of V8's inspector exists before somebody attaches, so that it costs nothing until then.

mod inspection;
mod outgoing;
mod target;

pub(crate) use inspection::Inspection;
pub use target::{Attached, Busy, Target, TargetOptions};

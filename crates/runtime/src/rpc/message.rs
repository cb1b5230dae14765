//! What crosses between isolates: bytes, and things that are no bytes.

use std::rc::Rc;

use bytes::Bytes;

use crate::body::Body;
use crate::context::Failure;
use crate::host::Host;
use crate::ops;
use crate::source::Source;

use super::callee::Callee;
use super::line::{Cap, Line};

/// A value on its way.
pub(crate) struct Message {
    pub(crate) bytes: Bytes,
    pub(crate) attachments: Vec<Attachment>,
}

/// What a value holds beside its bytes, in the order in which these refer to it.
pub(crate) enum Attachment {
    /// An object that can be called.
    Line(Rc<Line>),
    /// The bytes of a readable stream.
    Body(Body),
    /// An entrypoint.
    Callee(Rc<dyn Callee>),
    /// Something that was not there any more.
    Nothing,
}

/// What comes back from a call.
pub(crate) enum Reply {
    Value {
        message: Message,
        /// Whether the other side wants to know when the value is not used any more.
        has_disposer: bool,
    },
    /// The serialized exception.
    Thrown(Bytes),
    /// There is no answer; the text says why.
    Failed(String),
    /// The object that was called was reset.
    Reset(Failure),
    /// The object was reset before anybody was called.
    ResetBefore(Failure),
}

/// The largest value in bytes that production lets through.
const BYTES_MAX: usize = 32 << 20;

/// Refuses what is too large, in production's words.
///
/// # Errors
/// The text of the error.
pub(crate) fn check_size(bytes: usize) -> Result<(), String> {
    if bytes <= BYTES_MAX {
        return Ok(());
    }
    Err(format!(
        "Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: {bytes} bytes."
    ))
}

impl Attachment {
    /// Takes a thing out of the tables of the isolate that sends it. `kind` is a constant of `runtime-js/rpc/kinds.js`.
    fn take(host: &Rc<Host>, io: u32, kind: u32, id: u32) -> Attachment {
        let found = match kind {
            0 => Some(Attachment::Line(Line::to(Cap::new(host, io, id, false)))),
            1 => host.line(id).map(Attachment::Line),
            2 => {
                let source = host.sources.borrow_mut().try_remove(id as usize);
                source.and_then(|source| source.take()).map(Attachment::Body)
            }
            _ => host.callee(id).map(Attachment::Callee),
        };
        found.unwrap_or(Attachment::Nothing)
    }

    /// Pairs of kind and id, as JavaScript lists them.
    pub(crate) fn take_all(host: &Rc<Host>, io: u32, pairs: &[u32]) -> Vec<Attachment> {
        pairs.chunks_exact(2).map(|pair| Attachment::take(host, io, pair[0], pair[1])).collect()
    }

    /// Puts the thing into the tables of the isolate that receives it; gives its id there.
    pub(crate) fn arrive(self, host: &Rc<Host>, io: u32) -> u32 {
        match self {
            Attachment::Line(line) => host.add_line(io, line),
            Attachment::Body(body) => ops::add_source(host, Source::new(io, body, None)),
            Attachment::Callee(callee) => host.add_callee(io, callee),
            Attachment::Nothing => u32::MAX >> 1,
        }
    }
}

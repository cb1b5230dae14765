//! How far a request may go on from Worker to Worker.

use crate::host::Host;

/// Production lets one request lead to this many invocations of Workers.
const INVOCATIONS_MAX: u32 = 32;

/// How deep a call from this invocation is.
///
/// DIFFERS: one Worker may call another as often as it likes; only a chain of calls is limited to 32 Workers.
///
/// # Errors
/// Production's text, if the chain is too long.
pub(crate) fn may_call(host: &Host, io: u32) -> Result<u32, String> {
    let depth = host.context(io).map_or(0, |context| context.depth) + 1;
    if depth < INVOCATIONS_MAX {
        return Ok(depth);
    }
    Err("Subrequest depth limit exceeded. This request recursed through Workers too many times. This can happen e.g. if \
         you have a Worker or Durable Object that calls other Workers or objects recursively."
        .to_owned())
}

//! Time and chance.

use std::rc::Rc;
use std::time::Duration;

use deno_core::{OpState, op2, v8};
use edgeemu_world::Timestamp;

use super::host;
use super::report::DisallowedInGlobalScope;
use crate::host::Host;

/// The longest delay that a 32-bit timer can have; longer ones are cut, as in production.
const DELAY_MS_MAX: f64 = 2_147_483_647.0;

/// Milliseconds since the epoch, as the Worker sees them now.
#[op2(fast)]
pub(crate) fn op_clock_now() -> f64 {
    crate::time::shown()
}

/// Starts a timer for a context and gives its id.
#[op2(fast)]
#[smi]
pub(crate) fn op_timer_start(state: &mut OpState, #[smi] io: u32, delay_ms: f64, repeats: bool) -> u32 {
    let host = host(state);
    let Some(context) = host.context(io) else { return 0 };
    let delay = if delay_ms.is_nan() { 0.0 } else { delay_ms.clamp(0.0, DELAY_MS_MAX) };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped above")]
    let delay = Duration::from_millis(delay as u64);
    #[allow(clippy::cast_possible_truncation, reason = "a time in whole milliseconds")]
    let now = Timestamp::from_millis(crate::time::shown() as i64);
    let id = host.timers.borrow_mut().start(io, now, delay, repeats);
    context.timers.borrow_mut().insert(id);
    if host.director.is_some() {
        host.announce_timer(io, (id, delay));
    }
    host.wake();
    id
}

#[op2(fast)]
pub(crate) fn op_timer_cancel(state: &mut OpState, #[smi] id: u32) {
    let host = host(state);
    let owner = host.timers.borrow_mut().cancel(id);
    if let Some(context) = owner.and_then(|owner| host.context(owner)) {
        context.timers.borrow_mut().remove(&id);
    }
    host.retract_timer(id);
    host.wake();
}

/// `Math.random` of a world whose chance is decided by a seed.
#[op2(fast)]
pub(crate) fn op_math_random(scope: &mut v8::PinScope<'_, '_>, state: &mut OpState) -> f64 {
    let io = super::current_io(scope);
    // 53 bits are all that fit into the fraction of a double.
    #[allow(clippy::cast_precision_loss, reason = "53 bits are exact")]
    let bits = (state.borrow::<Rc<Host>>().random(io).u64() >> 11) as f64;
    bits / (1_u64 << 53) as f64
}

/// Fills a view with random bytes of the world; not in global scope.
#[op2(nofast)]
pub(crate) fn op_random_fill(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[buffer] bytes: &mut [u8],
) -> Result<(), DisallowedInGlobalScope> {
    let io = super::current_io(scope);
    if io == 0 {
        return Err(DisallowedInGlobalScope);
    }
    host(state).random(io).fill(bytes);
    Ok(())
}

//! The time that JavaScript sees.
//!
//! V8 asks for the wall clock through one C++ symbol. The programs that embed edgeemu are linked so that the symbol
//! leads here, and `Date`, `Intl` and `Temporal` follow the world's clock like everything else. The value is set when
//! the lane enters an isolate and stands still until it leaves it.

use std::cell::Cell;

use edgeemu_world::Timestamp;

thread_local! {
    static NOW: Cell<f64> = const { Cell::new(0.0) };
}

/// Sets what JavaScript on this thread sees as the current time.
#[allow(clippy::cast_precision_loss, reason = "milliseconds stay exact for 285,000 years")]
pub(crate) fn show(time: Timestamp) {
    NOW.set(time.as_millis() as f64);
}

/// At global scope the clock reads zero, as in production: start-up code cannot depend on when it runs.
pub(crate) fn show_global_scope() {
    NOW.set(0.0);
}

/// Milliseconds since the epoch, as JavaScript on this thread sees them.
pub(crate) fn shown() -> f64 {
    NOW.get()
}

/// Stands in for `v8::base::OS::TimeCurrentMillis` where the linker wraps it.
#[allow(unreachable_pub, reason = "the linker refers to it")]
#[unsafe(no_mangle)]
pub extern "C" fn __wrap__ZN2v84base2OS17TimeCurrentMillisEv() -> f64 {
    shown()
}

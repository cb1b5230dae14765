//! The gates of an object.

use crate::{InputGate, OutputGate, ROOT};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[test]
fn a_section_shuts_everything_else_out() {
    let mut gate = InputGate::default();
    assert!(gate.admits(ROOT));
    let section = gate.enter(ROOT).unwrap();
    assert!(gate.admits(section) && !gate.admits(ROOT));
    gate.leave(section);
    assert!(gate.admits(ROOT) && gate.admits(section), "what began in it goes on outside");
}

#[test]
fn sections_run_one_after_another_in_their_order() {
    let mut gate = InputGate::default();
    let [first, second, third] = [(); 3].map(|()| gate.enter(ROOT).unwrap());
    assert!(gate.is_running(first) && !gate.is_running(second) && !gate.admits(second));
    gate.leave(first);
    assert!(gate.is_running(second) && gate.admits(second) && !gate.admits(third) && !gate.admits(first));
    gate.leave(second);
    gate.leave(third);
    assert!(gate.admits(ROOT));
}

#[test]
fn a_section_inside_of_a_section_shuts_that_one_out() {
    let mut gate = InputGate::default();
    let outer = gate.enter(ROOT).unwrap();
    let inner = gate.enter(outer).unwrap();
    assert!(gate.admits(inner) && !gate.admits(outer) && !gate.admits(ROOT));
    gate.leave(outer);
    assert!(gate.admits(inner) && !gate.admits(ROOT), "the inner one goes on");
    gate.leave(inner);
    assert!(gate.admits(ROOT) && gate.admits(outer));
}

#[test]
fn sections_nest_so_deep_and_no_deeper() {
    let mut gate = InputGate::default();
    let mut at = ROOT;
    for _ in 0..64 {
        at = gate.enter(at).unwrap();
    }
    assert_eq!(gate.enter(at).unwrap_err().to_string(), "blockConcurrencyWhile() calls are nested too deeply.");
    assert!(gate.enter(ROOT).is_ok());
}

#[test]
fn output_waits_for_what_was_written() {
    let gate = OutputGate::default();
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(pin!(gate.passed()).poll(&mut context), Poll::Ready(true));
    gate.shut();
    let mut waiting = pin!(gate.passed());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    gate.open();
    assert_eq!(waiting.poll(&mut context), Poll::Ready(true));
    gate.shut();
    gate.break_off();
    assert_eq!(pin!(gate.passed()).poll(&mut context), Poll::Ready(false), "nothing leaves a broken object");
}

//! Tests of the clock; those of the frozen clock need no real time at all.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;

const START: Timestamp = Timestamp::from_millis(1_000);

fn at(offset: i64) -> Timestamp {
    Timestamp::from_millis(START.as_millis() + offset)
}

/// A waker that notes its name in a shared list.
struct Noting(&'static str, Arc<Mutex<Vec<&'static str>>>);

impl Wake for Noting {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push(self.0);
    }
}

#[derive(Default)]
struct Counting(AtomicUsize);

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn poll(sleep: &mut Sleep, waker: &Waker) -> Poll<()> {
    Pin::new(sleep).poll(&mut Context::from_waker(waker))
}

#[test]
fn sleepers_wake_by_deadline_and_equal_ones_in_the_order_they_fell_asleep() {
    let clock = Clock::frozen_at(START);
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut sleepers: Vec<(Sleep, Waker)> =
        [("late", 30), ("tie one", 20), ("early", 10), ("tie two", 20), ("later", 31)]
            .into_iter()
            .map(|(name, offset)| (clock.sleep_until(at(offset)), Waker::from(Arc::new(Noting(name, order.clone())))))
            .collect();
    // Polled in another order than they were made.
    sleepers.iter_mut().rev().for_each(|(sleep, waker)| assert!(poll(sleep, waker).is_pending()));
    clock.set(at(30));
    assert_eq!(*order.lock().unwrap(), ["early", "tie one", "tie two", "late"]);
    let ready: Vec<bool> = sleepers.iter_mut().map(|(sleep, waker)| poll(sleep, waker).is_ready()).collect();
    assert_eq!(ready, [true, true, true, true, false]);
}

#[test]
fn a_dropped_sleeper_is_forgotten() {
    let clock = Clock::frozen_at(START);
    let first = clock.sleep_until(at(10));
    let second = clock.sleep_until(at(20));
    assert_eq!(clock.next_deadline(), Some(at(10)));
    drop(first);
    assert_eq!(clock.next_deadline(), Some(at(20)));
    drop(second);
    assert_eq!(clock.next_deadline(), None);
}

#[test]
fn a_sleeper_that_was_woken_no_longer_counts_as_the_next_deadline() {
    let clock = Clock::frozen_at(START);
    let mut first = clock.sleep_until(at(10));
    let _second = clock.sleep_until(at(20));
    clock.set(at(10));
    assert_eq!(clock.next_deadline(), Some(at(20)));
    assert!(poll(&mut first, Waker::noop()).is_ready());
}

#[test]
fn a_frozen_clock_moves_only_by_hand_and_never_back() {
    let clock = Clock::frozen_at(START);
    assert!(clock.is_frozen());
    clock.advance_by(Duration::from_millis(5));
    assert_eq!(clock.now(), at(5));
    clock.set(at(1));
    assert_eq!(clock.now(), at(5));
}

#[test]
fn a_deadline_that_has_passed_is_ready_at_the_first_poll() {
    let clock = Clock::frozen_at(START);
    assert!(poll(&mut clock.sleep_until(at(-1)), Waker::noop()).is_ready());
    assert!(poll(&mut clock.sleep(Duration::ZERO), Waker::noop()).is_ready());
}

#[test]
fn a_part_of_a_millisecond_is_slept_as_a_whole_one() {
    let clock = Clock::frozen_at(START);
    assert_eq!(clock.sleep(Duration::from_micros(1)).deadline(), at(1));
    assert_eq!(clock.sleep(Duration::MAX).deadline(), Timestamp::MAX);
}

#[test]
fn a_sleeper_that_is_polled_by_another_task_wakes_that_task() {
    let clock = Clock::frozen_at(START);
    let (old, new) = (Arc::new(Counting::default()), Arc::new(Counting::default()));
    let mut sleep = clock.sleep_until(at(1));
    assert!(poll(&mut sleep, &Waker::from(old.clone())).is_pending());
    assert!(poll(&mut sleep, &Waker::from(new.clone())).is_pending());
    clock.set(at(1));
    assert_eq!((old.0.load(Ordering::SeqCst), new.0.load(Ordering::SeqCst)), (0, 1));
}

#[test]
fn stepping_from_deadline_to_deadline_visits_each_once() {
    let clock = Clock::frozen_at(START);
    let _sleepers = [7, 3, 3, 9].map(|offset| clock.sleep_until(at(offset)));
    let mut visited = Vec::new();
    while let Some(deadline) = clock.next_deadline() {
        clock.set(deadline);
        visited.push(clock.now());
    }
    assert_eq!(visited, [at(3), at(7), at(9)]);
}

#[tokio::test]
async fn a_running_clock_wakes_a_sleeper_by_itself() {
    let clock = Clock::real();
    let deadline = clock.now() + Duration::from_millis(2);
    clock.sleep_until(deadline).await;
    assert!(clock.now() >= deadline);
    assert_eq!(clock.next_deadline(), None);
}

#[tokio::test]
async fn advancing_a_running_clock_wakes_a_sleeper_that_waits_for_a_timer() {
    let clock = Clock::real();
    let sleeper = tokio::spawn(clock.sleep(Duration::from_secs(3600)));
    tokio::task::yield_now().await;
    assert!(!sleeper.is_finished());
    clock.advance_by(Duration::from_secs(3600));
    sleeper.await.unwrap();
}

#[tokio::test]
async fn freezing_holds_a_sleeper_and_resuming_lets_it_go() {
    let clock = Clock::real();
    clock.freeze();
    let frozen_at = clock.now();
    let mut sleep = clock.sleep(Duration::from_millis(1));
    assert!(poll(&mut sleep, Waker::noop()).is_pending());
    assert_eq!(clock.now(), frozen_at);
    clock.resume();
    assert!(!clock.is_frozen());
    sleep.await;
    assert!(clock.now() > frozen_at);
}

#[tokio::test]
async fn a_scaled_clock_passes_an_hour_in_a_moment() {
    let clock = Clock::real();
    let start = clock.now();
    let sleeper = tokio::spawn(clock.sleep(Duration::from_secs(3600)));
    tokio::task::yield_now().await;
    clock.scale(1e6).unwrap();
    sleeper.await.unwrap();
    assert!(clock.now() - start >= Duration::from_secs(3600));
}

#[tokio::test]
async fn a_clock_at_an_extreme_pace_neither_overflows_nor_loses_sleepers() {
    let clock = Clock::real();
    clock.scale(f64::MIN_POSITIVE).unwrap();
    let mut sleep = clock.sleep(Duration::from_millis(1));
    assert!(poll(&mut sleep, Waker::noop()).is_pending());
    clock.scale(1e12).unwrap();
    sleep.await;
}

#[test]
fn a_pace_that_makes_no_sense_is_refused() {
    let clock = Clock::frozen_at(START);
    for factor in [0.0, -1.0, f64::INFINITY, f64::NAN] {
        assert!(clock.scale(factor).is_err(), "{factor}");
    }
    let wanted = "a clock cannot run at this pace: 0; give a finite factor above 0, or freeze the clock";
    assert_eq!(clock.scale(0.0).unwrap_err().to_string(), wanted);
}

#[test]
fn seconds_are_rounded_down_also_before_the_epoch() {
    assert_eq!(Timestamp::from_millis(1_999).as_secs(), 1);
    assert_eq!(Timestamp::from_millis(-1).as_secs(), -1);
    assert_eq!(Timestamp::from_millis(5) - Timestamp::from_millis(9), Duration::ZERO);
}

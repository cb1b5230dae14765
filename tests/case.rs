//! A test: a name and what is run under it, with an end to its patience.

use std::future::Future;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};

/// How long a test may take before it counts as hanging, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// Why a test failed.
pub(crate) type Outcome = Result<(), String>;

/// A function that is a test.
pub(crate) type Written = (&'static str, fn() -> Outcome);

/// Lists functions as tests: the name of a test is the path of its function.
macro_rules! written {
    ($($test:ident),* $(,)?) => {
        &[$((concat!(module_path!(), "::", stringify!($test)), $test as fn() -> $crate::case::Outcome)),*]
    };
}
pub(crate) use written;

/// Turns a list of functions into tests.
pub(crate) fn written_tests(list: &[Written]) -> Vec<Trial> {
    let trial = |(name, body): &Written| {
        let body = *body;
        let name = name.strip_prefix("suite::").unwrap_or(name).replace("::", "/").replace('_', "-");
        Trial::test(name, move || body().map_err(Failed::from))
    };
    list.iter().map(trial).collect()
}

/// Runs an asynchronous test to its end.
pub(crate) fn block_on(test: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    let outcome = runtime.block_on(async {
        let patient = tokio::time::timeout(PATIENCE, test).await;
        patient.unwrap_or_else(|_| Err(format!("it hangs: nothing happened for {} s", PATIENCE.as_secs())))
    });
    runtime.shutdown_background();
    outcome
}

/// Fails with both values if they differ.
#[allow(clippy::needless_pass_by_value, reason = "a call reads better without borrowing what it compares")]
pub(crate) fn same<T: PartialEq + std::fmt::Debug>(what: &str, actual: T, expected: T) -> Outcome {
    if actual == expected {
        return Ok(());
    }
    Err(format!("{what}\n  is       {actual:?}\n  expected {expected:?}"))
}

/// Fails with the text if something is missing in it.
pub(crate) fn contains(what: &str, text: &str, expected: &str) -> Outcome {
    if text.contains(expected) {
        return Ok(());
    }
    Err(format!("{what} lacks {expected:?}:\n{text}"))
}

/// Fails with `what` if it does not hold.
pub(crate) fn holds(what: &str, condition: bool) -> Outcome {
    if condition { Ok(()) } else { Err(what.to_owned()) }
}

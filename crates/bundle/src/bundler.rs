//! Bundling a Worker, and bundling it again after an edit.

use std::path::PathBuf;

use tokio::runtime::Runtime;

use crate::diagnostic::{BundleError, Diagnostic};
use crate::options::BundleOptions;
use crate::output::Bundle;
use crate::work::Work;

/// Bundling is spread over this many threads at most; more bring nothing for the size of a Worker.
const THREADS: usize = 4;

/// Makes the bundle of one Worker, as often as it is asked to.
///
/// It has threads of its own, so it can be used from any async runtime without holding it up.
#[derive(Debug)]
pub struct Bundler {
    options: BundleOptions,
    work: Option<Work>,
    threads: Option<Runtime>,
}

impl Bundler {
    /// A bundler for one Worker. Nothing is read yet.
    #[must_use]
    pub fn new(options: BundleOptions) -> Bundler {
        Bundler { options, work: None, threads: None }
    }

    /// Makes the bundle. After an edit only what changed is read again; without one the last bundle is given again.
    ///
    /// # Errors
    /// Everything that is wrong with the Worker's code, and the files to wait for a change of.
    pub async fn bundle(&mut self) -> Result<Bundle, BundleError> {
        let mut work = self.work.take().unwrap_or_else(|| Work::new(&self.options));
        let inputs = vec![self.options.entry_path()];
        let task = self.threads()?.spawn(async move {
            let result = work.bundle().await;
            (work, result)
        });
        match task.await {
            Ok((work, result)) => {
                self.work = Some(work);
                result
            }
            Err(crash) => Err(BundleError::single(crashed(crash), inputs)),
        }
    }

    fn threads(&mut self) -> Result<&Runtime, BundleError> {
        if self.threads.is_none() {
            let count = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS);
            let threads = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(count)
                .thread_name("edgeemu-bundle")
                .build()
                .map_err(|error| {
                    let text = format!("Could not start the threads of the bundler: {error}");
                    BundleError::single(Diagnostic::error(text), Vec::new())
                })?;
            self.threads = Some(threads);
        }
        Ok(self.threads.as_ref().expect("it was just set if it was not"))
    }
}

impl Drop for Bundler {
    fn drop(&mut self) {
        // Waiting for the threads is forbidden inside an async runtime, and there is nothing to wait for.
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

fn crashed(crash: tokio::task::JoinError) -> Diagnostic {
    let what = match crash.try_into_panic() {
        Ok(panic) => match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
            (Some(text), _) => text.clone(),
            (None, Some(text)) => (*text).to_owned(),
            (None, None) => "no reason given".to_owned(),
        },
        Err(cancelled) => cancelled.to_string(),
    };
    let hint = "This is a bug in the bundler. A custom build command with another bundler is a way around it";
    Diagnostic::error(format!("The bundler crashed: {what}")).with_hint(hint)
}

/// The files that a failed attempt should wait for.
pub(crate) fn waited_for(options: &BundleOptions, mut inputs: Vec<PathBuf>) -> Vec<PathBuf> {
    inputs.push(options.entry_path());
    inputs.sort();
    inputs.dedup();
    inputs
}

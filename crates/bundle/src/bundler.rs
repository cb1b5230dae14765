//! Bundling a Worker, and bundling it again after an edit.

use std::path::PathBuf;

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

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
    under_way: Option<JoinHandle<(Work, Outcome)>>,
    threads: Option<Runtime>,
}

type Outcome = Result<Bundle, BundleError>;

impl Bundler {
    /// A bundler for one Worker. Nothing is read yet.
    #[must_use]
    pub fn new(options: BundleOptions) -> Bundler {
        Bundler { options, work: None, under_way: None, threads: None }
    }

    /// Starts to make the bundle that the next [`Bundler::bundle`] gives, so that something else can be done meanwhile.
    /// What changes from now on is in that bundle or not. If one is being made already, it is that one.
    ///
    /// # Errors
    /// When there are no threads to be had.
    pub fn start(&mut self) -> Result<(), BundleError> {
        self.started().map(|_| ())
    }

    /// Makes the bundle. After an edit only what changed is read again; without one the last bundle is given again.
    ///
    /// # Errors
    /// Everything that is wrong with the Worker's code, and the files to wait for a change of.
    pub async fn bundle(&mut self) -> Result<Bundle, BundleError> {
        let ended = self.started()?.await;
        self.under_way = None;
        match ended {
            Ok((work, result)) => {
                self.work = Some(work);
                result
            }
            Err(crash) => Err(BundleError::single(crashed(crash), vec![self.options.entry_path()])),
        }
    }

    fn started(&mut self) -> Result<&mut JoinHandle<(Work, Outcome)>, BundleError> {
        if self.under_way.is_none() {
            let mut work = self.work.take().unwrap_or_else(|| Work::new(&self.options));
            let task = self.threads()?.spawn(async move {
                let result = work.bundle().await;
                (work, result)
            });
            self.under_way = Some(task);
        }
        Ok(self.under_way.as_mut().expect("it was just set if it was not"))
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

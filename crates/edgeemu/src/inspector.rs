//! Debugging: where Chrome's DevTools and editors attach to Workers.
//!
//! The server has a thread of its own, because the Workers' lane stands still at a breakpoint.

mod guard;
mod server;
mod session;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use edgeemu_kv::consistency::Colo;
use edgeemu_runtime::{Target, TargetOptions};
use edgeemu_world::Rng;
use tokio::sync::oneshot;

use crate::error::BuildError;
use crate::listen::{self, Listening};
pub(crate) use server::DEVTOOLS;
use server::Doors;

/// How Workers may be debugged. What is absent comes from the configuration, then from the defaults.
#[derive(Clone, Debug, Default)]
pub struct InspectorOptions {
    /// The address to listen on; 127.0.0.1 if absent.
    pub ip: Option<String>,
    /// The port; 0 for any free one. Absent: 9229, or the next one that is free.
    pub port: Option<u16>,
    /// Each Worker waits before its first line until a debugger lets it go on.
    pub waits: bool,
}

/// The places where debuggers attach. Cloning shares them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Targets {
    list: Arc<Mutex<Vec<Arc<Target>>>>,
    waits: bool,
}

impl Targets {
    pub(crate) fn new(options: &InspectorOptions) -> Targets {
        Targets { list: Arc::default(), waits: options.waits }
    }

    /// All of them, in the order in which they came to be.
    pub(crate) fn all(&self) -> Vec<Arc<Target>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn named(&self, name: &str) -> Option<Arc<Target>> {
        self.all().into_iter().find(|target| target.name() == name)
    }

    /// The target of this name, made if there is none.
    fn get(&self, name: &str, sources: Option<&str>) -> Arc<Target> {
        if let Some(target) = self.named(name) {
            return target;
        }
        let sources = sources.map(str::to_owned);
        let target = Target::new(TargetOptions { name: name.to_owned(), sources, waits: self.waits });
        self.list.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&target));
        target
    }

    fn close(&self) {
        self.all().iter().for_each(|target| target.close());
    }
}

/// How one Worker is debugged.
#[derive(Clone, Debug)]
pub(crate) struct Inspected {
    pub(crate) targets: Targets,
    /// URL of the project's folder.
    pub(crate) sources: Option<String>,
}

impl Inspected {
    /// Where debuggers attach to a Worker at home. It is there before the Worker is.
    pub(crate) fn prepare(&self, worker: &str) {
        self.targets.get(worker, self.sources.as_deref());
    }

    /// Where debuggers attach to the isolate of a Worker in a location; none but the home has its location in its name.
    pub(crate) fn target(&self, worker: &str, (colo, home): (Colo, Colo)) -> Arc<Target> {
        let name = if colo == home { worker.to_owned() } else { format!("{worker}@{colo}") };
        self.targets.get(&name, self.sources.as_deref())
    }
}

/// The server. Dropping it ends it, and lets go on what stands at a breakpoint.
pub(crate) struct Inspector {
    /// `127.0.0.1:9229`
    address: String,
    targets: Targets,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Inspector {
    pub(crate) fn start(options: &InspectorOptions, targets: &Targets) -> Result<Inspector, BuildError> {
        let ip = options.ip.as_deref().unwrap_or("127.0.0.1");
        let Listening { listener, url, .. } = listen::inspector(ip, options.port)?;
        let address = url.trim_start_matches("http://").to_owned();
        let event_loop = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let doors = Arc::new(Doors { targets: targets.clone(), ip: ip.to_owned(), id: id() });
        let thread = std::thread::Builder::new().name("edgeemu-inspector".to_owned()).spawn(move || {
            event_loop.block_on(async {
                tokio::select! {
                    // Without a listener nobody is served, and whoever connects sees that.
                    _ended = server::serve(listener, doors) => {}
                    _dropped = stopped => {}
                }
            });
            event_loop.shutdown_background();
        })?;
        Ok(Inspector { address, targets: targets.clone(), stop: Some(stop), thread: Some(thread) })
    }

    /// Where a debugger attaches to this Worker: `ws://127.0.0.1:9229/shop`.
    pub(crate) fn url(&self, worker: &str) -> String {
        format!("ws://{}/{worker}", self.address)
    }
}

impl Drop for Inspector {
    fn drop(&mut self) {
        self.targets.close();
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Nothing in it waits for anything.
            let _panicked = thread.join();
        }
    }
}

/// A number that no other server has, as editors know targets by it.
fn id() -> String {
    // Not of the world's chance: a debugger that attaches does not change what a Worker draws.
    let rng = Rng::real();
    format!("{:016x}{:016x}", rng.u64(), rng.u64())
}

/// Whether a host, as it stands in an address, is the one that the server listens on.
fn is_address(host: &str, ip: &str) -> bool {
    host == ip || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|host| ip.parse() == Ok(host))
}

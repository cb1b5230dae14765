//! A running emulator: one Worker, its data, its clock, and the HTTP server in front if there is one.

use std::rc::Rc;
use std::sync::Arc;

use edgeemu_kv::consistency::Colo;
use edgeemu_runtime::{Body, Failure, Kept, Lane, LaneClosed, LogSink, StartError};
use edgeemu_s3::AccessKey;
use edgeemu_storage::StorageError;
use edgeemu_world::{Clock, Timestamp, World};
use http::{HeaderValue, Request, Response};
use tokio::sync::{Mutex, watch};

use crate::builder::EmulatorBuilder;
use crate::clock::ClockHandle;
use crate::control::Control;
use crate::d1::D1Handle;
use crate::data::Data;
use crate::error::{BuildError, FetchError};
use crate::event::{Event, EventSink};
use crate::inbound::View;
use crate::kv::KvHandle;
use crate::listen::Listening;
use crate::network::{COLO_HEADER, Network, NoSuchColo};
use crate::project::Project;
use crate::r2::R2Handle;
use crate::reload::{self, Changes};
use crate::s3::{S3Endpoint, S3Server};
use crate::script::Builder;
use crate::server::{self, Front};
use crate::state::Presence;
use crate::time::Leaps;
use crate::watched::Inputs;
use crate::worker::Worker;

/// One emulator. Dropping it ends it; [`Emulator::shutdown`] also waits until all data is on disk.
pub struct Emulator {
    engine: Arc<Engine>,
    urls: Urls,
    s3_server: Option<S3Server>,
    _changes: Option<Changes>,
    _leaps: Leaps,
    _presence: Option<Presence>,
}

/// Where the server answers.
#[derive(Default)]
struct Urls {
    first: Option<String>,
    more: Vec<String>,
    /// Where requests come to one location each.
    colos: Vec<(Colo, String)>,
}

/// Everything that runs: what a request, a reload and the end of the emulator need.
pub(crate) struct Engine {
    pub(crate) world: World,
    pub(crate) worker: Kept<Worker>,
    pub(crate) events: EventSink,
    pub(crate) broken: watch::Sender<Option<Arc<str>>>,
    pub(crate) state: Mutex<BuildState>,
    pub(crate) data: Data,
    pub(crate) s3: S3Endpoint,
    view: View,
    /// Whether time goes from event to event by itself.
    leaps: watch::Sender<bool>,
}

/// The project as it was last read, and its bundler.
pub(crate) struct BuildState {
    pub(crate) project: Project,
    pub(crate) builder: Builder,
    pub(crate) cache: Option<std::path::PathBuf>,
}

impl Emulator {
    /// Starts to describe an emulator.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    pub(crate) async fn start(options: EmulatorBuilder, project: Project) -> Result<Emulator, BuildError> {
        if project.config().build.command.is_none() {
            project.check_entry_point()?;
        }
        let colos = &options.network.colos;
        let listening = options.listen.as_ref().map(|listen| listen.open(&project.config().dev, colos)).transpose()?;
        // Bundling begins here, beside everything that follows.
        let builder = Builder::new(&project, options.cache.clone())?;
        let network = Network::new(&options.world, &options.network);
        let data = Data::open(&options.world, options.persist.as_deref())?.within(&network);
        let s3 = S3Endpoint::new(&options, &data, &project);
        let s3_server = options.s3_port.map(|port| S3Server::start(&s3, &project, port)).transpose()?;
        let view = view(&project, &network);
        let lane = Lane::start("edgeemu-lane")?;
        let (world, logs) = (options.world.clone(), log_sink(&options.events));
        let home = network.home();
        let worker = lane.keep(move || Ok::<_, BuildError>(Rc::new(Worker::new(world, logs, home)))).await?;
        let engine = Arc::new(Engine {
            world: options.world.clone(),
            worker,
            events: Arc::clone(&options.events),
            broken: watch::Sender::new(None),
            state: Mutex::new(BuildState { project, builder, cache: options.cache.clone() }),
            data,
            s3,
            view,
            leaps: watch::Sender::new(false),
        });
        if let Some(mode) = options.time {
            engine.clock().set_mode(mode).map_err(BuildError::Clock)?;
        }
        let since = Clock::real().now();
        let first = reload::build(&engine).await;
        let inputs = match first {
            Ok(inputs) => inputs,
            Err((error, inputs)) if options.watch && !error.ends_the_start() => {
                reload::mark_broken(&engine, &error);
                engine.release().await;
                inputs.or_beside(&Inputs::default())
            }
            Err((error, _)) => return Err(error),
        };
        let presence = presence(&options, listening.as_ref());
        let urls = match listening {
            Some(listening) => serve(&engine, listening, options.test_scheduled).await?,
            None => Urls::default(),
        };
        let changes = if options.watch { Some(reload::watch(&engine, inputs, since).await?) } else { None };
        let leaps = Leaps::start(Arc::downgrade(&engine), engine.leaps.subscribe());
        Ok(Emulator { engine, urls, s3_server, _changes: changes, _leaps: leaps, _presence: presence })
    }

    /// Where the HTTP server is, for example `http://localhost:8787`.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.urls.first.as_deref()
    }

    /// Where else it is, if it listens on every address of the machine.
    #[must_use]
    pub fn more_urls(&self) -> &[String] {
        &self.urls.more
    }

    /// Where requests come to one location each; nothing if nobody asked for locations.
    #[must_use]
    pub fn colo_urls(&self) -> &[(Colo, String)] {
        &self.urls.colos
    }

    /// Where the S3 API of R2 is, for example `http://localhost:9000`, if it was asked for.
    #[must_use]
    pub fn s3_url(&self) -> Option<&str> {
        self.s3_server.as_ref().map(S3Server::url)
    }

    /// The key that requests to the S3 API are signed with.
    #[must_use]
    pub fn s3_key(&self) -> &AccessKey {
        self.engine.s3.key()
    }

    /// Sends a request into the Worker, without a network between. The URL has to be absolute.
    ///
    /// # Errors
    /// When the Worker gives no response.
    pub async fn fetch<B: Into<Body>>(&self, request: Request<B>) -> Result<Response<Body>, FetchError> {
        let request = request.map(Into::into);
        let view = self.engine.view.clone();
        self.engine.worker.run(move |worker| async move { view.call(&worker, request, None).await }).await?
    }

    /// The locations of the network, in the order in which they were named.
    #[must_use]
    pub fn colos(&self) -> &[Colo] {
        self.engine.view.network.colos()
    }

    /// The emulator as clients of one location reach it.
    ///
    /// # Errors
    /// When there is no such location.
    pub fn colo(&self, name: &str) -> Result<ColoHandle<'_>, NoSuchColo> {
        Ok(ColoHandle { emulator: self, colo: self.engine.view.network.find(name)? })
    }

    /// Runs the Worker's `scheduled` handler; `time` is now if absent.
    ///
    /// # Errors
    /// When the handler throws or is missing.
    pub async fn scheduled(&self, cron: &str, time: Option<Timestamp>) -> Result<(), FetchError> {
        let cron = cron.to_owned();
        let answer: Result<Result<(), Failure>, LaneClosed> =
            self.engine.worker.run(move |worker| async move { worker.scheduled(&cron, time).await }).await;
        answer?.map_err(FetchError::Failed)
    }

    /// The KV namespace bound under `binding`; `None` if the configuration has no such binding.
    pub async fn kv(&self, binding: &str) -> Option<KvHandle> {
        let state = self.engine.state.lock().await;
        let namespaces = &state.project.config().bindings.kv_namespaces;
        let namespace = namespaces.iter().find(|namespace| namespace.binding == binding)?;
        let data = &self.engine.data;
        Some(KvHandle::new(data.network.kv(&data.kv, namespace.local_id())))
    }

    /// The D1 database bound under `binding`; `None` if the configuration has no such binding.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub async fn d1(&self, binding: &str) -> Result<Option<D1Handle>, StorageError> {
        let state = self.engine.state.lock().await;
        let databases = &state.project.config().bindings.d1_databases;
        let Some(database) = databases.iter().find(|database| database.binding == binding) else { return Ok(None) };
        Ok(Some(D1Handle::new(self.engine.data.d1.database(database.local_id())?)))
    }

    /// The R2 bucket bound under `binding`; `None` if the configuration has no such binding.
    pub async fn r2(&self, binding: &str) -> Option<R2Handle> {
        let state = self.engine.state.lock().await;
        let buckets = &state.project.config().bindings.r2_buckets;
        let bucket = buckets.iter().find(|bucket| bucket.binding == binding)?;
        Some(R2Handle::new(self.engine.data.r2.bucket(bucket.local_id())))
    }

    /// The clock of everything in the emulator.
    #[must_use]
    pub fn clock(&self) -> ClockHandle {
        self.engine.clock()
    }

    /// Reads the project again, builds it and puts the new version in place.
    ///
    /// # Errors
    /// Why it cannot be built; the old version goes on then.
    pub async fn reload(&self) -> Result<(), BuildError> {
        reload::reload(&self.engine, true).await.map(drop).map_err(|(error, _)| error)
    }

    /// Ends the emulator with all data on disk.
    ///
    /// # Errors
    /// When the data cannot be written.
    pub async fn shutdown(mut self) -> Result<(), BuildError> {
        self.s3_server = None;
        self.engine.worker.lane().stop().await;
        self.engine.data.flush()?;
        Ok(())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.engine.worker.lane().stop_soon();
    }
}

impl Engine {
    /// New requests wait from now on.
    pub(crate) async fn hold(&self) {
        // A lane that has ended gets no requests.
        let _ended = self.worker.run(|worker| async move { worker.pause() }).await;
    }

    /// Requests go on, to the version that runs.
    pub(crate) async fn release(&self) {
        let _ended = self.worker.run(|worker| async move { worker.resume() }).await;
    }

    pub(crate) fn clock(&self) -> ClockHandle {
        ClockHandle::new(self.world.clock().clone(), self.worker.lane().clone(), self.leaps.clone())
    }

    /// Moves time on to the next event if everybody waits for it; gives whether it did.
    pub(crate) async fn leap(&self) -> Result<bool, LaneClosed> {
        self.worker.lane().settle().await?;
        let waits = self.worker.run(|worker| async move { worker.waits_for_time() }).await?;
        let Some(next) = self.world.clock().next_deadline().filter(|_| waits && *self.leaps.borrow()) else {
            return Ok(false);
        };
        self.world.clock().set(next);
        self.worker.lane().settle().await?;
        Ok(true)
    }
}

fn log_sink(events: &EventSink) -> LogSink {
    let events = Arc::clone(events);
    Arc::new(move |log| events(Event::Log(log)))
}

fn presence(options: &EmulatorBuilder, listening: Option<&Listening>) -> Option<Presence> {
    let dir = options.persist.as_ref()?;
    Some(Presence::announce(&options.world, dir, listening?))
}

/// One location of an emulator.
pub struct ColoHandle<'a> {
    emulator: &'a Emulator,
    colo: Colo,
}

impl ColoHandle<'_> {
    /// Sends a request into the Worker where it runs in this location. The URL has to be absolute.
    ///
    /// # Errors
    /// When the Worker gives no response.
    pub async fn fetch<B: Into<Body>>(&self, mut request: Request<B>) -> Result<Response<Body>, FetchError> {
        let colo = HeaderValue::from_str(self.colo.as_str()).expect("a colo is three letters");
        request.headers_mut().insert(COLO_HEADER, colo);
        self.emulator.fetch(request).await
    }
}

fn view(project: &Project, network: &Network) -> View {
    let config = project.config();
    let route = config.routes.first().and_then(|route| route.host()).map(str::to_owned);
    View {
        host: config.dev.host.clone().or(route),
        network: network.clone(),
        scheme: config.dev.upstream_protocol.map(|protocol| match protocol {
            edgeemu_config::Protocol::Http => "http",
            edgeemu_config::Protocol::Https => "https",
        }),
    }
}

/// Starts accepting connections on the Worker's lane; gives where.
async fn serve(engine: &Arc<Engine>, listening: Listening, test_scheduled: bool) -> Result<Urls, BuildError> {
    if let Some(port) = listening.moved_from {
        let text = format!("Port {port} is in use; listening on {} instead", listening.url);
        (engine.events)(Event::Warning { text });
    }
    let urls = urls(engine, &listening);
    let Listening { listener, ports, tls, .. } = listening;
    let tls = tls.map(|secured| secured.acceptor);
    let (data, clock, s3) = (engine.data.clone(), engine.clock(), engine.s3.clone());
    let mut view = engine.view.clone();
    if tls.is_some() {
        view.scheme.get_or_insert("https");
    }
    let (events, broken) = (Arc::clone(&engine.events), engine.broken.subscribe());
    let hosts = view.host.iter().cloned().collect();
    let started = engine.worker.run(move |worker| async move {
        let control = Control { worker: Rc::clone(&worker), data, s3, clock, hosts, test_scheduled };
        let front = Rc::new(Front { worker, control, view, wall: Clock::real(), events, broken, tls });
        let ports = ports.into_iter().map(|port| (port.listener, Some(port.colo)));
        for (listener, colo) in [(listener, None)].into_iter().chain(ports) {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            edgeemu_runtime::spawn_local(server::serve(listener, Rc::clone(&front), colo));
        }
        Ok::<_, std::io::Error>(())
    });
    started.await??;
    Ok(urls)
}

fn urls(engine: &Engine, listening: &Listening) -> Urls {
    let network = &engine.view.network;
    let colos = if !network.is_named() {
        Vec::new()
    } else if listening.ports.is_empty() {
        let at = |colo: &Colo| {
            let host = format!("//{}.localhost:", colo.as_str().to_ascii_lowercase());
            (*colo, listening.url.replacen("//localhost:", &host, 1))
        };
        // Only this name has names below it.
        network.colos().iter().filter(|_| listening.url.contains("//localhost:")).map(at).collect()
    } else {
        listening.ports.iter().map(|port| (port.colo, port.url.clone())).collect()
    };
    Urls { first: Some(listening.url.clone()), more: listening.more_urls.clone(), colos }
}

/// Puts a script in place on the lane.
pub(crate) async fn replace(engine: &Engine, script: Arc<edgeemu_runtime::Script>) -> Result<(), BuildError> {
    let replaced: Result<Result<(), StartError>, LaneClosed> = engine
        .worker
        .run(move |worker| async move {
            worker.replace(script)?;
            worker.resume();
            Ok(())
        })
        .await;
    Ok(replaced??)
}

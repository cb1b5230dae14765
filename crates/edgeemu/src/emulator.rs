//! A running emulator: its Workers, their data, its clock, and the HTTP server in front if there is one.

use std::rc::Rc;
use std::sync::Arc;

use edgeemu_kv::consistency::{Colo, Place, Site};
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
use crate::inspector::{DEVTOOLS, Inspected, Inspector, InspectorOptions, Targets};
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
use crate::worker::{Named, Worker, WorkerOptions};
use crate::worker_handle::WorkerHandle;
use crate::workers::{Seat, Workers};

/// One emulator. Dropping it ends it; [`Emulator::shutdown`] also waits until all data is on disk.
pub struct Emulator {
    engine: Arc<Engine>,
    /// The Workers beside the primary one.
    others: Vec<Arc<Engine>>,
    urls: Urls,
    s3_server: Option<S3Server>,
    inspector: Option<Inspector>,
    _changes: Vec<Changes>,
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

/// One Worker with everything that a request, a reload and the end of the emulator need.
pub(crate) struct Engine {
    pub(crate) world: World,
    /// As the configuration named it when the emulator started.
    pub(crate) name: String,
    pub(crate) worker: Seat,
    pub(crate) events: EventSink,
    pub(crate) broken: watch::Sender<Option<Arc<str>>>,
    pub(crate) state: Mutex<BuildState>,
    pub(crate) data: Data,
    pub(crate) network: Network,
    pub(crate) s3: S3Endpoint,
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

    pub(crate) async fn start(options: EmulatorBuilder, projects: Vec<Project>) -> Result<Emulator, BuildError> {
        for project in projects.iter().filter(|project| project.config().build.command.is_none()) {
            project.check_entry_point()?;
        }
        unlike_names(&projects)?;
        let (dev, colos) = (&projects[0].config().dev, &options.network.colos);
        let listening = options.listen.as_ref().map(|listen| listen.open(dev, colos)).transpose()?;
        // Bundling begins here, beside everything that follows.
        let builders = projects.iter().map(|project| Builder::new(project, options.cache.clone()));
        let builders = builders.collect::<Result<Vec<_>, _>>()?;
        let network = Network::new(&options.world, &options.network).facing(&options.outside);
        let data = Data::open(&options.world, options.persist.as_deref())?.within(&network);
        let s3 = S3Endpoint::new(&options, &data, &projects[0]);
        let s3_server = options.s3_port.map(|port| S3Server::start(&s3, &projects[0], port)).transpose()?;
        let targets = options.inspector.as_ref().map(Targets::new);
        let inspector = inspect(&options, targets.as_ref(), &projects)?;
        let lane = Lane::start("edgeemu-lane")?;
        let workers = Seat::none_on(&lane).await?;
        let premises = Premises { workers, data, network, s3, targets };
        let since = Clock::real().now();
        let mut engines = Vec::new();
        for (project, builder) in projects.into_iter().zip(builders) {
            engines.push(engine(&options, &premises, (project, builder)).await?);
        }
        if let Some(mode) = options.time {
            engines[0].clock().set_mode(mode).map_err(BuildError::Clock)?;
        }
        let mut changes = Vec::new();
        for engine in &engines {
            let inputs = first_build(engine, options.watch).await?;
            if options.watch {
                changes.push(reload::watch(engine, inputs, since).await?);
            }
        }
        let presence = presence(&options, listening.as_ref());
        let mut engines = engines.into_iter();
        let engine = engines.next().ok_or(BuildError::NoProject)?;
        let others: Vec<_> = engines.collect();
        let urls = match listening {
            Some(listening) => serve(&engine, &others, listening, options.test_scheduled).await?,
            None => Urls::default(),
        };
        let leaps = Leaps::start(Arc::downgrade(&engine), engine.leaps.subscribe());
        Ok(Emulator {
            engine,
            others,
            urls,
            s3_server,
            inspector,
            _changes: changes,
            _leaps: leaps,
            _presence: presence,
        })
    }

    /// The Worker of this name, whichever of them it is.
    #[must_use]
    pub fn worker(&self, name: &str) -> Option<WorkerHandle> {
        let mut all = std::iter::once(&self.engine).chain(&self.others);
        all.find(|engine| engine.name == name).map(|engine| WorkerHandle::new(Arc::clone(engine)))
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

    /// Where a debugger attaches to the first Worker, for example `ws://127.0.0.1:9229/shop`, if debuggers may attach.
    #[must_use]
    pub fn inspector_url(&self) -> Option<String> {
        self.inspector.as_ref().map(|inspector| inspector.url(&self.engine.name))
    }

    /// Cloudflare's DevTools for the first Worker in a browser, if debuggers may attach.
    #[must_use]
    pub fn devtools_url(&self) -> Option<String> {
        let url = self.inspector_url()?;
        Some(format!("{DEVTOOLS}{}", url.trim_start_matches("ws://")))
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

    /// Sends a request into the Worker, without a network between. The URL has to be absolute. Of several Workers it is
    /// the one whose routes lead from the URL to it, or else the first.
    ///
    /// # Errors
    /// When the Worker gives no response.
    pub async fn fetch<B: Into<Body>>(&self, request: Request<B>) -> Result<Response<Body>, FetchError> {
        self.engine.fetch(request.map(Into::into), !self.others.is_empty()).await
    }

    /// The locations of the network, in the order in which they were named.
    #[must_use]
    pub fn colos(&self) -> &[Colo] {
        self.engine.network.colos()
    }

    /// Tells every location of what was written to KV so far, where it hears of that later or not at all
    /// ([`KvConsistency::Delay`](crate::KvConsistency::Delay), [`KvConsistency::UntilTold`](crate::KvConsistency::UntilTold)).
    pub fn tell_colos(&self) {
        self.engine.network.tell();
    }

    /// The emulator as clients of one location reach it.
    ///
    /// # Errors
    /// When there is no such location.
    pub fn colo(&self, name: &str) -> Result<ColoHandle<'_>, NoSuchColo> {
        Ok(ColoHandle { emulator: self, colo: self.engine.network.find(name)? })
    }

    /// Runs the Worker's `scheduled` handler; `time` is now if absent.
    ///
    /// # Errors
    /// When the handler throws or is missing.
    pub async fn scheduled(&self, cron: &str, time: Option<Timestamp>) -> Result<(), FetchError> {
        self.engine.scheduled(cron, time).await
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

    /// Reads the projects again, builds them and puts the new versions in place.
    ///
    /// # Errors
    /// Why one cannot be built; its old version goes on then.
    pub async fn reload(&self) -> Result<(), BuildError> {
        for engine in std::iter::once(&self.engine).chain(&self.others) {
            reload::reload(engine, true).await.map(drop).map_err(|(error, _)| error)?;
        }
        Ok(())
    }

    /// Ends the emulator with all data on disk.
    ///
    /// # Errors
    /// When the data cannot be written.
    pub async fn shutdown(mut self) -> Result<(), BuildError> {
        self.s3_server = None;
        // First of all: a Worker at a breakpoint holds up the lane.
        self.inspector = None;
        self.engine.worker.lane().stop().await;
        self.engine.data.flush()?;
        Ok(())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.inspector = None;
        self.engine.worker.lane().stop_soon();
    }
}

impl Engine {
    /// Sends a request into this Worker, or, if it may be for another one, to where routes lead.
    pub(crate) async fn fetch(&self, request: Request<Body>, is_routed: bool) -> Result<Response<Body>, FetchError> {
        if !is_routed {
            let call = |worker: Rc<Worker>| async move { worker.view().call(&worker, request, None).await };
            return self.worker.run(call).await?;
        }
        let call = |workers: Rc<Workers>| async move {
            let (worker, view) = workers.receive(&request);
            view.call(&worker, request, None).await
        };
        self.worker.all().run(call).await?
    }

    /// Runs the `scheduled` handler.
    pub(crate) async fn scheduled(&self, cron: &str, time: Option<Timestamp>) -> Result<(), FetchError> {
        let cron = cron.to_owned();
        let answer: Result<Result<(), Failure>, LaneClosed> =
            self.worker.run(move |worker| async move { worker.scheduled(&cron, time).await }).await;
        answer?.map_err(FetchError::Failed)
    }

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
        let waits = self.worker.all().run(|workers| async move { workers.wait_for_time() }).await?;
        let Some(next) = self.world.clock().next_deadline().filter(|_| waits && *self.leaps.borrow()) else {
            return Ok(false);
        };
        self.world.clock().set(next);
        self.worker.lane().settle().await?;
        Ok(true)
    }
}

/// What the Workers of an emulator have in common.
struct Premises {
    workers: Arc<Kept<Workers>>,
    data: Data,
    network: Network,
    s3: S3Endpoint,
    targets: Option<Targets>,
}

/// Starts the server for debuggers, if it was asked for. It answers before the first Worker starts, which may wait for one.
fn inspect(
    options: &EmulatorBuilder,
    targets: Option<&Targets>,
    projects: &[Project],
) -> Result<Option<Inspector>, BuildError> {
    let (Some(asked), Some(targets)) = (&options.inspector, targets) else { return Ok(None) };
    for project in projects {
        inspected(Some(targets), project)
            .iter()
            .for_each(|inspected| inspected.prepare(project.config().worker_name()));
    }
    let config = projects[0].config();
    let dev = &config.dev;
    let settings = InspectorOptions {
        ip: asked.ip.clone().or(dev.inspector_ip.clone()),
        port: asked.port.or(dev.inspector_port),
        waits: asked.waits,
    };
    let inspector = Inspector::start(&settings, targets)?;
    if settings.port.is_some() || settings.waits {
        let url = inspector.url(config.worker_name());
        (options.events)(Event::Debugger { url, waits: settings.waits });
    }
    Ok(Some(inspector))
}

/// How debuggers attach to a Worker. The folder that its source map is about gets an address.
fn inspected(targets: Option<&Targets>, project: &Project) -> Option<Inspected> {
    let sources = url::Url::from_directory_path(&project.config().config_dir).ok().map(String::from);
    targets.map(|targets| Inspected { targets: targets.clone(), sources })
}

/// A Worker that has no code yet.
async fn engine(
    options: &EmulatorBuilder,
    premises: &Premises,
    (project, builder): (Project, Builder),
) -> Result<Arc<Engine>, BuildError> {
    let Premises { workers, data, network, s3, targets } = premises;
    let broken = watch::Sender::new(None);
    let (world, logs) = (options.world.clone(), log_sink(&options.events));
    let seated = WorkerOptions {
        world,
        logs,
        home: network.home(),
        named: named(&project, network),
        broken: broken.subscribe(),
        durable: data.durable.clone(),
        inspected: inspected(targets.as_ref(), &project),
    };
    Ok(Arc::new(Engine {
        name: project.config().worker_name().to_owned(),
        world: options.world.clone(),
        worker: Seat::new(workers, seated).await?,
        events: Arc::clone(&options.events),
        broken,
        state: Mutex::new(BuildState { project, builder, cache: options.cache.clone() }),
        data: data.clone(),
        network: network.clone(),
        s3: s3.clone(),
        leaps: watch::Sender::new(false),
    }))
}

/// Builds a Worker for the first time. If its files are watched, one that cannot be built waits for them to be mended.
async fn first_build(engine: &Engine, is_watched: bool) -> Result<Inputs, BuildError> {
    match reload::build(engine).await {
        Ok(inputs) => Ok(inputs),
        Err((error, inputs)) if is_watched && !error.ends_the_start() => {
            reload::mark_broken(engine, &error);
            engine.release().await;
            Ok(inputs.or_beside(&Inputs::default()))
        }
        Err((error, _)) => Err(error),
    }
}

/// Workers call each other by name.
fn unlike_names(projects: &[Project]) -> Result<(), BuildError> {
    let names: Vec<_> = projects.iter().map(|project| project.config().worker_name()).collect();
    let twice = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    twice.map_or(Ok(()), |(_, name)| Err(BuildError::SameName((*name).to_owned())))
}

/// How a Worker is found.
pub(crate) fn named(project: &Project, network: &Network) -> Named {
    let config = project.config();
    Named {
        name: config.worker_name().to_owned(),
        routes: config.routes.clone(),
        view: Arc::new(view(project, network)),
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
    /// The KV namespace bound under `binding`, as Workers in this location see it; `None` if the configuration has no such
    /// binding.
    pub async fn kv(&self, binding: &str) -> Option<Site> {
        let kv = self.emulator.kv(binding).await?;
        Some(kv.at(Place::of(self.colo)))
    }

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
async fn serve(
    engine: &Arc<Engine>,
    others: &[Arc<Engine>],
    listening: Listening,
    test_scheduled: bool,
) -> Result<Urls, BuildError> {
    if let Some(port) = listening.moved_from {
        let text = format!("Port {port} is in use; listening on {} instead", listening.url);
        (engine.events)(Event::Warning { text });
    }
    let urls = urls(engine, &listening);
    let Listening { listener, ports, tls, .. } = listening;
    let tls = tls.map(|secured| secured.acceptor);
    let (data, s3, clock, events) =
        (engine.data.clone(), engine.s3.clone(), engine.clock(), Arc::clone(&engine.events));
    let mut hosts = Vec::new();
    for engine in std::iter::once(engine).chain(others) {
        hosts.extend(view(&engine.state.lock().await.project, &engine.network).host);
    }
    let started = engine.worker.all().run(move |workers| async move {
        let worker = workers.primary();
        workers.set_secure(tls.is_some());
        let control = Control { worker, data, s3, clock, hosts, test_scheduled };
        let front = Rc::new(Front { workers, control, wall: Clock::real(), events, tls });
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
    let network = &engine.network;
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
pub(crate) async fn replace(
    engine: &Engine,
    script: Arc<edgeemu_runtime::Script>,
    named: Named,
) -> Result<(), BuildError> {
    let replaced: Result<Result<(), StartError>, LaneClosed> = engine
        .worker
        .run(move |worker| async move {
            worker.rename(named);
            worker.replace(script)?;
            worker.resume();
            Ok(())
        })
        .await;
    Ok(replaced??)
}

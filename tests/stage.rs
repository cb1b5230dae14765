//! An emulator for a test: the Worker of a folder in a world where time moves only when it is told to.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use edgeemu::config::Overrides;
use edgeemu::{
    Body, BuildError, Colo, Emulator, Event, FetchError, KvConsistency, Level, LogKind, Project, ProjectOptions, World,
    http,
};
use tempfile::TempDir;

use crate::folders::Folder;

/// The world every folder is run in.
const SEED: u64 = 1;
/// The first date that production takes.
const OLDEST_DATE: &str = "2021-11-02";
/// How often a test that waits for the network looks again.
const LOOK: Duration = Duration::from_millis(1);

/// How a folder is run. What a Worker sees must not depend on where its data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    /// Data in memory, the newest compatibility date.
    Memory,
    /// Data on disk, the oldest compatibility date.
    Disk,
}

impl Variant {
    pub(crate) const ALL: [Variant; 2] = [Variant::Memory, Variant::Disk];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Variant::Memory => "memory",
            Variant::Disk => "disk",
        }
    }
}

/// What a start may say on top of the configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct StartOptions {
    pub(crate) env: Option<String>,
    pub(crate) vars: Vec<(String, String)>,
    pub(crate) process_env: Vec<(String, String)>,
    pub(crate) colos: Vec<Colo>,
    pub(crate) kv_consistency: Option<KvConsistency>,
}

/// Where a test's data is, for as long as the test runs.
pub(crate) struct State {
    variant: Variant,
    dir: TempDir,
}

impl State {
    pub(crate) fn new(variant: Variant) -> State {
        State { variant, dir: TempDir::new().expect("the system has room for a folder") }
    }
}

/// A running Worker and what it said.
pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    world: World,
    said: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    /// Starts the Worker of a folder.
    pub(crate) async fn start(folder: &Folder, state: &State, options: &StartOptions) -> Result<Stage, BuildError> {
        let env = options.process_env.iter().cloned().collect();
        let world = World::simulated(SEED).with_disk(World::real().disk().clone()).with_env(env);
        let mut overrides = Overrides { vars: options.vars.clone(), ..Overrides::default() };
        if state.variant == Variant::Disk && !names_a_date(&folder.config) {
            overrides.compatibility_date = Some(OLDEST_DATE.to_owned());
        }
        let load = |config: &Path, overrides: Overrides| {
            Project::load(ProjectOptions {
                config: Some(config.to_owned()),
                env: options.env.clone(),
                overrides,
                ..ProjectOptions::new(world.clone(), config.parent().unwrap_or(&folder.dir))
            })
        };
        let project = load(&folder.config, overrides.clone())?;
        let said = Arc::new(Mutex::new(warnings(&project)));
        let sink = Arc::clone(&said);
        let mut builder = Emulator::builder().project(project);
        for config in &folder.others {
            let dated = if names_a_date(config) { None } else { overrides.compatibility_date.clone() };
            let other = load(config, Overrides { compatibility_date: dated, ..Overrides::default() })?;
            builder = builder.and_project(other);
        }
        let mut builder = builder.world(world.clone()).events(Arc::new(move |event| {
            sink.lock().expect("nobody panics with it").extend(line(&event));
        }));
        builder = builder.colos(options.colos.clone());
        if let Some(profile) = options.kv_consistency {
            builder = builder.kv_consistency(profile);
        }
        if state.variant == Variant::Disk {
            builder = builder.persist(state.dir.path());
        }
        Ok(Stage { emulator: builder.build().await?, world, said })
    }

    /// Sends a request and reads the whole answer. Time passes when nothing else can happen.
    pub(crate) async fn fetch(&self, request: http::Request<Body>) -> Result<http::Response<bytes::Bytes>, FetchError> {
        self.drive(async {
            let (head, body) = self.emulator.fetch(request).await?.into_parts();
            let body = body.collect().await.unwrap_or_else(|error| format!("(body broke off: {error})").into());
            Ok(http::Response::from_parts(head, body))
        })
        .await
    }

    /// Waits for `work`, letting time pass whenever nothing can happen before the next timer is due.
    pub(crate) async fn drive<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            let step = async {
                let _ended = self.emulator.clock().run_until_idle(Duration::ZERO).await;
            };
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = step => {}
            }
            // Idle: either the answer is on its way to us, or the Worker waits for time or for the network.
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = tokio::time::sleep(LOOK) => {}
            }
            if let Some(next) = self.world.clock().next_deadline() {
                let wait = next - self.emulator.clock().now();
                let _ended = self.emulator.clock().advance(wait).await;
            }
        }
    }

    /// Waits until nothing can happen without time or the network.
    pub(crate) async fn settle(&self) {
        let _ended = self.emulator.clock().run_until_idle(Duration::ZERO).await;
    }

    /// What was said since the last call, a line for each thing.
    pub(crate) fn take_said(&self) -> Vec<String> {
        std::mem::take(&mut *self.said.lock().expect("nobody panics with it"))
    }

    /// Ends the emulator with its data written down.
    pub(crate) async fn end(self) -> Result<(), String> {
        self.emulator.shutdown().await.map_err(|error| error.to_string())
    }
}

fn names_a_date(config: &Path) -> bool {
    std::fs::read_to_string(config).is_ok_and(|text| text.contains("compatibility_date"))
}

fn warnings(project: &Project) -> Vec<String> {
    let notes = project.report().notes.iter().map(|note| format!("warning: {}", note.message));
    notes.chain(project.warnings().iter().map(|text| format!("warning: {text}"))).collect()
}

fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Log(log) => match &log.kind {
            LogKind::Console { level, text } => format!("{}: {text}", word(*level)),
            LogKind::Exception { source, report } => format!("exception {source:?}: {}", report.stack()),
            LogKind::Notice { level, text } => format!("notice {}: {text}", word(*level)),
        },
        Event::Warning { text } => format!("warning: {text}"),
        Event::BuildFailed { text } => format!("build failed: {text}"),
        Event::BuildCommand { command } => format!("build command: {command}"),
        Event::BuildOutput { text, .. } => format!("build output: {text}"),
        Event::Request { .. }
        | Event::Rebuilding { .. }
        | Event::Reloaded { .. }
        | Event::Debugger { .. }
        | Event::ConfigChanged => {
            return None;
        }
    })
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

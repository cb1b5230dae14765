//! Building an emulator step by step: what it runs, in which world, and who is told.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use edgeemu_kv::consistency::{Colo, Profile};
use edgeemu_runtime::Outside;
use edgeemu_s3::AccessKey;
use edgeemu_world::World;

use crate::emulator::Emulator;
use crate::error::BuildError;
use crate::event::EventSink;
use crate::inspector::InspectorOptions;
use crate::listen::ListenOptions;
use crate::network::NetworkOptions;
use crate::project::{Project, ProjectOptions};
use crate::s3;
use crate::settings::NetworkSettings;
use crate::time::TimeMode;

/// What an emulator is made from. Only a project is needed.
#[must_use]
pub struct EmulatorBuilder {
    source: Source,
    others: Vec<Source>,
    pub(crate) world: World,
    pub(crate) persist: Option<PathBuf>,
    pub(crate) cache: Option<PathBuf>,
    pub(crate) events: EventSink,
    pub(crate) listen: Option<ListenOptions>,
    pub(crate) watch: bool,
    pub(crate) test_scheduled: bool,
    pub(crate) network: NetworkOptions,
    pub(crate) outside: Outside,
    pub(crate) time: Option<TimeMode>,
    pub(crate) inspector: Option<InspectorOptions>,
    pub(crate) s3_port: Option<u16>,
    pub(crate) s3_key: AccessKey,
}

enum Source {
    None,
    Project(Box<Project>),
    File(PathBuf),
    Text { path: PathBuf, text: String },
}

impl EmulatorBuilder {
    pub(crate) fn new() -> EmulatorBuilder {
        EmulatorBuilder {
            source: Source::None,
            others: Vec::new(),
            world: World::real(),
            persist: None,
            cache: None,
            events: Arc::new(|_| {}),
            listen: None,
            watch: false,
            test_scheduled: false,
            network: NetworkOptions::default(),
            outside: Outside::Network,
            time: None,
            inspector: None,
            s3_port: None,
            s3_key: s3::default_key(),
        }
    }

    /// The configuration file of the project.
    pub fn config(mut self, path: impl Into<PathBuf>) -> EmulatorBuilder {
        self.source = Source::File(path.into());
        self
    }

    /// A configuration given as text, as if it stood in the file `path`.
    pub fn config_text(mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> EmulatorBuilder {
        self.source = Source::Text { path: path.into(), text: text.into() };
        self
    }

    /// A project that was loaded before.
    pub fn project(mut self, project: Project) -> EmulatorBuilder {
        self.source = Source::Project(Box::new(project));
        self
    }

    /// The configuration file of another Worker beside the first one. They call each other by service bindings, share
    /// their data, and requests to its routes go to it.
    pub fn and_config(mut self, path: impl Into<PathBuf>) -> EmulatorBuilder {
        self.others.push(Source::File(path.into()));
        self
    }

    /// Another Worker beside the first one, from a project that was loaded before.
    pub fn and_project(mut self, project: Project) -> EmulatorBuilder {
        self.others.push(Source::Project(Box::new(project)));
        self
    }

    /// Clock, randomness and environment. The project's files are read from the real disk in any case.
    pub fn world(mut self, world: World) -> EmulatorBuilder {
        self.world = world;
        self
    }

    /// What Workers find when they send requests: the network if this is not called. `Mocks` are answers for tests, and
    /// refuse everything else.
    pub fn outside(mut self, outside: impl Into<Outside>) -> EmulatorBuilder {
        self.outside = outside.into();
        self
    }

    /// Keeps data in this folder. Without it data lives in memory and ends with the emulator.
    pub fn persist(mut self, dir: impl Into<PathBuf>) -> EmulatorBuilder {
        self.persist = Some(dir.into());
        self
    }

    /// Keeps finished bundles in this folder, for a quicker start next time.
    pub fn bundle_cache(mut self, dir: impl Into<PathBuf>) -> EmulatorBuilder {
        self.cache = Some(dir.into());
        self
    }

    /// Who is told what happens.
    pub fn events(mut self, events: EventSink) -> EmulatorBuilder {
        self.events = events;
        self
    }

    /// Serves the Worker over HTTP.
    pub fn listen(mut self, listen: ListenOptions) -> EmulatorBuilder {
        self.listen = Some(listen);
        self
    }

    /// Builds the Worker again when its files or its configuration change. A Worker that cannot be built does not fail
    /// the emulator then: it waits for the file to be mended.
    pub fn watch(mut self, watch: bool) -> EmulatorBuilder {
        self.watch = watch;
        self
    }

    /// Answers `/__scheduled`.
    pub fn test_scheduled(mut self, on: bool) -> EmulatorBuilder {
        self.test_scheduled = on;
        self
    }

    /// The locations of the network, each with isolates and caches of its own. A request names the one it comes to in the
    /// header `x-edgeemu-colo`, or is sent through [`Emulator::colo`]; others come to the first.
    pub fn colos(mut self, colos: impl IntoIterator<Item = Colo>) -> EmulatorBuilder {
        self.network.colos = colos.into_iter().collect();
        self
    }

    /// The location that requests come to which name none, instead of the first.
    pub fn home_colo(mut self, colo: Colo) -> EmulatorBuilder {
        self.network.home = Some(colo);
        self
    }

    /// What reads of KV see of writes in other locations. Everything, if nobody says otherwise.
    pub fn kv_consistency(mut self, profile: Profile) -> EmulatorBuilder {
        self.network.consistency = Some(profile);
        self
    }

    /// Locations, consistency and time as a project's `edgeemu.toml` has them; see [`NetworkSettings::beside`].
    pub fn network(mut self, settings: NetworkSettings) -> EmulatorBuilder {
        let NetworkSettings { colos, home, kv_consistency, time } = settings;
        self.network = NetworkOptions { colos, home, consistency: kv_consistency };
        self.time = time;
        self
    }

    /// How time passes, instead of as the clock of the world has it.
    pub fn time(mut self, mode: TimeMode) -> EmulatorBuilder {
        self.time = Some(mode);
        self
    }

    /// Lets debuggers attach to Workers by Chrome's DevTools protocol.
    pub fn inspector(mut self, options: InspectorOptions) -> EmulatorBuilder {
        self.inspector = Some(options);
        self
    }

    /// Serves the buckets of R2 through the S3 API on this port of the machine itself; 0 is any free one.
    pub fn s3_port(mut self, port: u16) -> EmulatorBuilder {
        self.s3_port = Some(port);
        self
    }

    /// The access key of the S3 API, instead of `edgeemu` with the secret `edgeemu-secret`.
    pub fn s3_key(mut self, key: AccessKey) -> EmulatorBuilder {
        self.s3_key = key;
        self
    }

    /// Starts the emulator.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub async fn build(mut self) -> Result<Emulator, BuildError> {
        let sources = std::iter::once(std::mem::replace(&mut self.source, Source::None));
        let sources: Vec<_> = sources.chain(std::mem::take(&mut self.others)).collect();
        let projects = sources.into_iter().map(|source| self.load(source)).collect::<Result<_, _>>()?;
        Emulator::start(self, projects).await
    }

    fn load(&self, source: Source) -> Result<Project, BuildError> {
        let disk = World::real();
        let options = |path: &Path| ProjectOptions {
            config: Some(path.to_path_buf()),
            ..ProjectOptions::new(disk.with_env(self.world.env().clone()), path.parent().unwrap_or(Path::new(".")))
        };
        match source {
            Source::None => Err(BuildError::NoProject),
            Source::Project(project) => Ok(*project),
            Source::File(path) => {
                let path = disk.disk().canonicalize(&path).unwrap_or(path);
                Ok(Project::load(options(&path))?)
            }
            Source::Text { path, text } => Ok(Project::from_text(options(&path), &path, &text)?),
        }
    }
}

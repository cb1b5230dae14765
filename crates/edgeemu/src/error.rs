//! Why an emulator cannot start, or cannot answer.

use std::path::PathBuf;

use edgeemu_bundle::BundleError;
use edgeemu_config::Report;
use edgeemu_runtime::{Failure, LaneClosed, StartError};
use edgeemu_storage::StorageError;
use edgeemu_world::ClockError;

use crate::network::NoSuchColo;

/// A project that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The configuration, or `edgeemu.toml` beside it, has errors.
    #[error("{}", .0.render().trim_end())]
    Config(Box<Report>),
    /// The script that was named instead of `main` is not there.
    #[error("{message}")]
    NoScript {
        /// Production's text.
        message: String,
        /// What may have been meant.
        hint: Option<String>,
    },
    /// A file that was named is not there.
    #[error("no such configuration file: `{}`", .0.display())]
    NoConfig(PathBuf),
    /// A folder was named instead of a file.
    #[error("the configuration is a folder: `{}`", .0.display())]
    ConfigIsFolder(PathBuf),
    /// A file cannot be read.
    #[error("a file of the project cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says, with the path.
        source: std::io::Error,
    },
}

impl ProjectError {
    /// Every complaint about the configuration, if that is the reason.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match self {
            ProjectError::Config(report) => Some(report),
            _ => None,
        }
    }
}

impl From<Report> for ProjectError {
    fn from(report: Report) -> ProjectError {
        ProjectError::Config(Box::new(report))
    }
}

/// An emulator that cannot be started. The text is ready to print.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No project was given.
    #[error("an emulator needs a project: call `config` or `project` on the builder")]
    NoProject,
    /// The project cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Two projects have the same name.
    #[error("two Workers are named `{0}`: each needs a `name` of its own to be called by")]
    SameName(String),
    /// The configuration names no script.
    #[error("the configuration names no `main`: edgeemu does not serve assets without a Worker yet")]
    NoMain,
    /// The project's own build command failed. Production's words.
    #[error(
        "Running custom build `{command}` failed. There are likely more logs from your build command above.\n  {reason}"
    )]
    BuildCommand {
        /// As written under `build.command`.
        command: String,
        /// Its exit status, or why it could not be started.
        reason: String,
    },
    /// The modules cannot be put together.
    #[error("{0}")]
    Bundle(BundleError),
    /// A module that the runtime cannot run.
    #[error(
        "edgeemu does not run the CommonJS module `{0}` without bundling: remove `no_bundle`, or convert it to an ES module"
    )]
    CommonJs(String),
    /// The Worker threw at its top level, or cannot be compiled.
    #[error("{0}")]
    Start(#[from] StartError),
    /// The data on disk.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The address to listen on.
    #[error("{0}")]
    Listen(ListenError),
    /// HTTPS was asked for, and no certificate can be made.
    #[error("no certificate for https can be made: {0}")]
    Tls(String),
    /// `WRANGLER_BUILD_PLATFORM` names no platform. Production's words.
    #[error(
        "Invalid esbuild platform configuration defined in the WRANGLER_BUILD_PLATFORM environment variable.\nValid \
         platform values are: 'browser', 'node' and 'neutral'."
    )]
    Platform,
    /// Time cannot pass like that.
    #[error(transparent)]
    Clock(ClockError),
    /// The system.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// The emulator was shut down meanwhile.
    #[error(transparent)]
    Closed(#[from] LaneClosed),
}

impl BuildError {
    /// Whether `edgeemu dev` ends with this at its start, as production's tool does, instead of waiting for the file to be
    /// mended.
    pub(crate) fn ends_the_start(&self) -> bool {
        matches!(self, BuildError::Project(_) | BuildError::BuildCommand { .. })
    }
}

impl From<BundleError> for BuildError {
    fn from(error: BundleError) -> BuildError {
        BuildError::Bundle(error)
    }
}

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct ListenError {
    /// Whether another program has the port.
    pub in_use: bool,
    /// The port, if it came so far.
    pub port: Option<u16>,
    /// Names the address.
    pub reason: String,
}

/// A request without an answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The Worker failed.
    #[error("{0}")]
    Failed(Failure),
    /// The emulator was shut down.
    #[error(transparent)]
    Closed(#[from] LaneClosed),
    /// The request names a location that does not exist here.
    #[error(transparent)]
    NoSuchColo(#[from] NoSuchColo),
}

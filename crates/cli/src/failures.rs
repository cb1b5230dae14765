//! Failures of the emulator in the words of the command line.

use edgeemu::{BuildError, ProjectError, StateError, StorageError};

use crate::error::CliError;

impl From<ProjectError> for CliError {
    fn from(error: ProjectError) -> CliError {
        let told = CliError::user(error.to_string());
        match error {
            ProjectError::Config(report) => told.report(report.to_json()),
            ProjectError::NoScript { hint: Some(hint), .. } => told.hint(hint),
            ProjectError::NoConfig(_) => told.hint("`--config` is relative to where you stand, or to `--cwd`"),
            ProjectError::ConfigIsFolder(_) => told.hint("name the file in it, or go there with `--cwd`"),
            ProjectError::NoScript { .. } | ProjectError::Read { .. } => told,
        }
    }
}

impl From<BuildError> for CliError {
    fn from(error: BuildError) -> CliError {
        match error {
            BuildError::Project(error) => error.into(),
            BuildError::Listen(error) if error.in_use => {
                CliError::user(error.reason).hint("`--port 0` takes any port that is free")
            }
            BuildError::BuildCommand { command, reason } => {
                let message = format!("Running custom build `{command}` failed.");
                CliError::user(format!("{message} There are likely more logs from your build command above."))
                    .cause(reason)
            }
            BuildError::Storage(error @ StorageError::Io { .. }) => {
                CliError::user(error.to_string()).hint("`--persist-to` keeps the data elsewhere")
            }
            BuildError::System(error) => CliError::user("the system refused").cause(error),
            BuildError::Closed(error) => CliError::internal("the Worker's thread ended").cause(error),
            error => CliError::user(error.to_string()),
        }
    }
}

impl From<StateError> for CliError {
    fn from(error: StateError) -> CliError {
        let told = CliError::user(error.to_string());
        match error {
            StateError::Unreachable { .. } => told.hint("is the `edgeemu dev` that has the data open still alive?"),
            _ => told,
        }
    }
}

//! Failures of the emulator in the words of the command line.

use edgeemu::{BuildError, ProjectError, StateError};

use crate::error::CliError;

impl From<ProjectError> for CliError {
    fn from(error: ProjectError) -> CliError {
        let told = CliError::user(error.to_string());
        match error {
            ProjectError::Config(report) => told.report(report.to_json()),
            ProjectError::NoConfig(_) => told.hint("`--config` is relative to where you stand, or to `--cwd`"),
            ProjectError::Read { .. } => told,
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

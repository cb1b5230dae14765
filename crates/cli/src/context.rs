//! What every command is given: the world, where the user stands, and the flags that all commands share.

use std::path::{Path, PathBuf};

use edgeemu::config::Overrides;
use edgeemu::{Layout, Project, ProjectOptions, World};

use crate::args::{Global, Parsed};
use crate::environment::Environment;
use crate::error::CliError;

/// The surroundings of a command.
pub(crate) struct Context {
    /// The machine.
    pub(crate) world: World,
    /// The environment variables that mean something to edgeemu.
    pub(crate) environment: Environment,
    /// Where relative paths begin: `--cwd`, or where the user stands.
    pub(crate) cwd: PathBuf,
    /// The flags that all commands share.
    pub(crate) global: Global,
    /// Flags of other tools that do nothing here, as the user wrote them.
    pub(crate) without_effect: Vec<String>,
}

/// What a command wants of the project.
#[derive(Default)]
pub(crate) struct Wanted {
    /// The script given on the command line.
    pub(crate) script: Option<PathBuf>,
    /// What the command line says on top of the configuration.
    pub(crate) overrides: Overrides,
    /// Whether there must be something to run.
    pub(crate) entry_point_needed: bool,
}

impl Context {
    pub(crate) fn new(world: World, parsed: &Parsed) -> Result<Context, CliError> {
        let environment = Environment::read(&world);
        let here = world
            .disk()
            .current_dir()
            .map_err(|error| CliError::user("the current folder cannot be found").cause(error))?;
        let global = parsed.cli.global.clone();
        let cwd = global.cwd.as_ref().map_or_else(|| here.clone(), |cwd| here.join(cwd));
        if global.cwd.is_some() && !world.disk().metadata(&cwd).is_ok_and(|found| found.is_dir) {
            return Err(CliError::user(format!("`--cwd` names no folder: `{}`", cwd.display())));
        }
        Ok(Context { world, environment, cwd, global, without_effect: parsed.without_effect.clone() })
    }

    /// Reads the project's configuration and secrets.
    pub(crate) fn project(&self, wanted: Wanted) -> Result<Project, CliError> {
        let config = self.single_config()?;
        self.load(config, wanted)
    }

    /// Reads every project that `--config` names. What else the command line says is for the first one.
    pub(crate) fn projects(&self, wanted: Wanted) -> Result<Vec<Project>, CliError> {
        let entry_point_needed = wanted.entry_point_needed;
        let mut configs = self.global.config.iter().cloned();
        let mut projects = vec![self.load(configs.next(), wanted)?];
        for config in configs {
            projects.push(self.load(Some(config), Wanted { entry_point_needed, ..Wanted::default() })?);
        }
        Ok(projects)
    }

    fn load(&self, config: Option<PathBuf>, wanted: Wanted) -> Result<Project, CliError> {
        Ok(Project::load(ProjectOptions {
            config,
            script: wanted.script,
            env: self.global.env.clone().or_else(|| self.environment.worker_env.clone()),
            env_files: self.global.env_file.clone(),
            overrides: wanted.overrides,
            entry_point_needed: wanted.entry_point_needed,
            ..ProjectOptions::new(self.world.clone(), &self.cwd)
        })?)
    }

    fn single_config(&self) -> Result<Option<PathBuf>, CliError> {
        match self.global.config.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only.clone())),
            several => {
                let names: Vec<_> = several.iter().map(|path| format!("`{}`", path.display())).collect();
                let message =
                    format!("this command works on one Worker at a time, not on several: {}", names.join(", "));
                Err(CliError::user(message).hint("give one `--config`"))
            }
        }
    }

    /// Where data lives: `--persist-to`, or the project's own folder. Makes nothing.
    pub(crate) fn state_dir(&self, project: &Project, persist_to: Option<&Path>) -> PathBuf {
        persist_to.map_or_else(|| project.state_dir(), |dir| self.cwd.join(dir))
    }

    /// Keeps the project's own folder for data out of version control.
    pub(crate) fn keep_unversioned(&self, project: &Project) -> Result<(), CliError> {
        let layout = Layout::of_project(project.dir());
        layout.prepare(self.world.disk()).map_err(|error| {
            CliError::user(format!("the folder for local data cannot be made: `{}`", layout.base().display()))
                .cause(error)
                .hint("`--persist-to` keeps the data elsewhere")
        })
    }
}

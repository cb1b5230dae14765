//! A project on disk: its configuration found and resolved, its secrets read.

use std::path::{Path, PathBuf};

use edgeemu_config::{
    Binding, BindingKind, CompatFlags, Config, Dotenv, Found, Mode, Overrides, RawConfig, Report, ResolveOptions,
    SelectOptions, Settings, Source, announcement, merge, select_files,
};
use edgeemu_storage::Layout;
use edgeemu_world::World;

use crate::entry;
use crate::error::ProjectError;
use crate::settings;

/// Where a project is and how its configuration is read.
#[derive(Clone, Debug)]
pub struct ProjectOptions {
    /// Files and environment come from here.
    pub world: World,
    /// Where the search starts and relative paths begin.
    pub cwd: PathBuf,
    /// The configuration file; searched upwards from the script or `cwd` if absent.
    pub config: Option<PathBuf>,
    /// The script given on the command line, which wins over `main`.
    pub script: Option<PathBuf>,
    /// The environment: `--env` or `CLOUDFLARE_ENV`.
    pub env: Option<String>,
    /// `--env-file`: read instead of `.dev.vars` and `.env`.
    pub env_files: Vec<PathBuf>,
    /// Everything else the command line says.
    pub overrides: Overrides,
    /// Whether a Worker must be there; commands that only touch data do without.
    pub entry_point_needed: bool,
}

impl ProjectOptions {
    /// The project at or above `cwd`.
    #[must_use]
    pub fn new(world: World, cwd: impl Into<PathBuf>) -> ProjectOptions {
        ProjectOptions {
            world,
            cwd: cwd.into(),
            config: None,
            script: None,
            env: None,
            env_files: Vec::new(),
            overrides: Overrides::default(),
            entry_point_needed: true,
        }
    }
}

/// A project that was read.
#[derive(Clone, Debug)]
pub struct Project {
    options: ProjectOptions,
    config: Config,
    settings: Settings,
    report: Report,
    secret_files: Vec<PathBuf>,
    secrets_announcements: Vec<String>,
    warnings: Vec<String>,
    dir: PathBuf,
    /// The file that led to the configuration, if a build tool left one.
    redirect: Option<PathBuf>,
    /// The configuration, if it was given as text.
    text: Option<(PathBuf, String)>,
}

/// A configuration and how it was found.
struct Origin {
    raw: RawConfig,
    /// The folder of the user's own configuration.
    dir: PathBuf,
    redirect: Option<PathBuf>,
}

impl Project {
    /// Finds, reads and resolves the configuration.
    ///
    /// # Errors
    /// Every complaint about it at once, or the file that cannot be read.
    pub fn load(options: ProjectOptions) -> Result<Project, ProjectError> {
        let origin = find(&options)?;
        Project::resolve(options, origin)
    }

    /// Resolves a configuration given as text, as if it stood in `path`.
    ///
    /// # Errors
    /// Every complaint about it at once.
    pub fn from_text(options: ProjectOptions, path: &Path, text: &str) -> Result<Project, ProjectError> {
        let raw = RawConfig::parse(Source::new(path, text))?;
        let dir = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let project = Project::resolve(options, Origin { raw, dir, redirect: None })?;
        Ok(Project { text: Some((path.to_path_buf(), text.to_owned())), ..project })
    }

    /// Reads everything again.
    ///
    /// # Errors
    /// As [`Project::load`].
    pub fn reload(&self) -> Result<Project, ProjectError> {
        match &self.text {
            Some((path, text)) => Project::from_text(self.options.clone(), path, text),
            None => Project::load(self.options.clone()),
        }
    }

    fn resolve(options: ProjectOptions, origin: Origin) -> Result<Project, ProjectError> {
        let Origin { raw, dir, redirect } = origin;
        let mut overrides = options.overrides.clone();
        overrides.cwd.clone_from(&options.cwd);
        if options.script.is_some() {
            overrides.main.clone_from(&options.script);
        }
        let (config, mut report) = raw.resolve(&ResolveOptions {
            env: options.env.as_deref(),
            overrides,
            entry_point_needed: options.entry_point_needed,
            redirected: redirect.is_some(),
            ..ResolveOptions::default()
        })?;
        let (settings, mut beside) = read_settings(&options, &dir)?;
        report.notes.append(&mut beside.notes);
        let mut project = Project {
            options,
            config,
            settings,
            report,
            secret_files: Vec::new(),
            secrets_announcements: Vec::new(),
            warnings: Vec::new(),
            dir,
            redirect,
            text: None,
        };
        project.read_secrets()?;
        Ok(project)
    }

    fn read_secrets(&mut self) -> Result<(), ProjectError> {
        let world = &self.options.world;
        let (disk, process) = (world.disk(), world.env());
        let env_files: Vec<_> = self.options.env_files.iter().map(|file| self.options.cwd.join(file)).collect();
        let files = select_files(
            &SelectOptions {
                dir: &self.dir,
                env: self.options.env.as_deref(),
                env_files: &env_files,
                dot_env_off: process.var("CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV").as_deref() == Some("false"),
            },
            &|path| disk.exists(path),
        );
        let mut parsed = Vec::new();
        for file in &files {
            let shown = file.path.strip_prefix(&self.dir).unwrap_or(&file.path).display().to_string();
            let mut dotenv = Dotenv::parse(&read(world, &file.path)?, &shown);
            self.report.notes.append(&mut dotenv.notes);
            parsed.push((file.kind, dotenv));
        }
        let include_process = process.var("CLOUDFLARE_INCLUDE_PROCESS_ENV").as_deref() == Some("true")
            || self.config.required_secrets.is_some();
        self.config.add_secrets(merge(parsed, process.vars(), include_process));
        self.secrets_announcements = files.iter().map(announcement).collect();
        self.secret_files = files.into_iter().map(|file| file.path).collect();
        self.warnings.extend(self.config.missing_secrets());
        self.warnings.extend(unserved(&self.config));
        self.warnings.extend(self.config.compat.warnings().iter().cloned());
        Ok(())
    }

    /// What the configuration means.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What `edgeemu.toml` says.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The warnings about the configuration.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The rows of the start table. What edgeemu reads but does not run is marked so.
    #[must_use]
    pub fn bindings(&self) -> Vec<Binding> {
        let mut rows = self.config.bindings();
        for row in rows.iter_mut().filter(|row| !is_run(row.kind)) {
            row.mode = Mode::NotSupported;
        }
        rows
    }

    /// Warnings that no line of the configuration caused, ready to print.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The files secrets were read from.
    #[must_use]
    pub fn secret_files(&self) -> &[PathBuf] {
        &self.secret_files
    }

    /// `Using secrets defined in .dev.vars`: a line for each file.
    #[must_use]
    pub fn secrets_announcements(&self) -> &[String] {
        &self.secrets_announcements
    }

    /// The folder of the user's configuration.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the project's data lives unless somebody says otherwise.
    #[must_use]
    pub fn state_dir(&self) -> PathBuf {
        Layout::of_project(&self.dir).state()
    }

    /// Refuses a project whose `main` is not there.
    pub(crate) fn check_entry_point(&self) -> Result<(), ProjectError> {
        entry::check(&self.config, &self.report.file, self.options.world.disk())
    }

    pub(crate) fn options(&self) -> &ProjectOptions {
        &self.options
    }

    /// Files whose change means reading the configuration again.
    pub(crate) fn config_inputs(&self) -> Vec<PathBuf> {
        let mut files = vec![self.config.path.clone()];
        files.extend(self.redirect.clone());
        files.extend([".dev.vars", ".env", ".env.local", Settings::FILE].map(|name| self.dir.join(name)));
        if let Some(env) = &self.options.env {
            files.extend(
                [format!(".dev.vars.{env}"), format!(".env.{env}"), format!(".env.{env}.local")]
                    .map(|name| self.dir.join(name)),
            );
        }
        files.extend(self.options.env_files.iter().map(|file| self.options.cwd.join(file)));
        files
    }
}

/// The kinds of binding that edgeemu runs.
pub(crate) fn is_run(kind: BindingKind) -> bool {
    use BindingKind::{D1Database, KvNamespace, R2Bucket, Service, Variable};
    matches!(kind, D1Database | KvNamespace | R2Bucket | Service | Variable)
}

/// Settings that are read, but that nothing comes of.
fn unserved(config: &Config) -> Vec<String> {
    let mut warnings = Vec::new();
    if config.bindings.assets.is_some() {
        warnings.push("edgeemu does not serve static assets yet: `assets` has no effect".to_owned());
    }
    if !config.crons.is_empty() {
        warnings.push(
            "Scheduled Workers are not automatically triggered during local development. To run the handler: \
             curl \"http://localhost:<port>/cdn-cgi/local/scheduled?cron=*+*+*+*+*\""
                .to_owned(),
        );
    }
    if !config.queue_consumers.is_empty() {
        warnings.push("edgeemu does not run queues yet: `queues.consumers` has no effect".to_owned());
    }
    if config.site.is_some() {
        warnings.push("edgeemu does not serve static assets yet: `site` has no effect".to_owned());
    }
    let flags = CompatFlags::without_effect(&config.compatibility_flags);
    if !flags.is_empty() {
        let names: Vec<_> = flags.iter().map(|flag| format!("`{flag}`")).collect();
        warnings.push(format!("edgeemu does not act on these compatibility flags yet: {}", names.join(", ")));
    }
    warnings
}

fn find(options: &ProjectOptions) -> Result<Origin, ProjectError> {
    let disk = options.world.disk();
    if let Some(path) = &options.config {
        let path = options.cwd.join(path);
        if !disk.exists(&path) {
            return Err(ProjectError::NoConfig(path));
        }
        if disk.metadata(&path).is_ok_and(|found| found.is_dir) {
            return Err(ProjectError::ConfigIsFolder(path));
        }
        let raw = parse(options, &path)?;
        return Ok(Origin { raw, dir: path.parent().map(Path::to_path_buf).unwrap_or_default(), redirect: None });
    }
    let script = options.script.as_ref().map(|script| options.cwd.join(script));
    let start = script.as_deref().and_then(Path::parent).unwrap_or(&options.cwd);
    let exists = |path: &Path| disk.exists(path);
    let found = Found::search(start, &exists);
    let dir = found.user_dir().unwrap_or(&options.cwd).to_path_buf();
    if let Some(redirect) = &found.redirect {
        let target = found.follow(&read(&options.world, redirect)?, &exists)?;
        return Ok(Origin { raw: parse(options, &target)?, dir, redirect: found.redirect });
    }
    let raw = match &found.user {
        Some(path) => parse(options, path)?,
        None => RawConfig::empty(&options.cwd),
    };
    Ok(Origin { raw, dir, redirect: None })
}

fn read_settings(options: &ProjectOptions, dir: &Path) -> Result<(Settings, Report), ProjectError> {
    let path = dir.join(Settings::FILE);
    if !options.world.disk().exists(&path) {
        return Ok((Settings::default(), Report::new(Settings::FILE)));
    }
    Ok(settings::parse(source(options, &path)?)?)
}

fn parse(options: &ProjectOptions, path: &Path) -> Result<RawConfig, ProjectError> {
    Ok(RawConfig::parse(source(options, path)?)?)
}

/// The text of a file, which is shown as whoever stands in `cwd` would name it.
fn source(options: &ProjectOptions, path: &Path) -> Result<Source, ProjectError> {
    let shown = path.strip_prefix(&options.cwd).unwrap_or(path).display().to_string();
    Ok(Source::new(path, read(&options.world, path)?).shown_as(shown))
}

fn read(world: &World, path: &Path) -> Result<String, ProjectError> {
    world.disk().read_to_string(path).map_err(|source| ProjectError::Read { path: path.to_path_buf(), source })
}

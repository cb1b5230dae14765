//! Building the Worker, and building it again when a file changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;

use edgeemu_world::Clock;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use crate::emulator::{Engine, replace};
use crate::error::BuildError;
use crate::event::Event;
use crate::script::Builder;

/// How long an editor takes to save a file, from the first event to the last.
const SAVE: Duration = Duration::from_millis(5);

/// Files to watch, or why there is no new version and the files to watch until there can be.
pub(crate) type Outcome = Result<Vec<PathBuf>, (BuildError, Vec<PathBuf>)>;

/// Builds the project as it was last read, and puts the result in place.
pub(crate) async fn build(engine: &Engine) -> Outcome {
    let mut state = engine.state.lock().await;
    let state = &mut *state;
    let config_inputs = state.project.config_inputs();
    let built = match state.builder.build(&state.project, engine.kv()).await {
        Ok(built) => built,
        Err(error) => {
            let inputs = failed_inputs(&error).into_iter().chain(config_inputs).collect();
            return Err((error, inputs));
        }
    };
    let inputs: Vec<_> = built.inputs.into_iter().chain(config_inputs).collect();
    for text in built.warnings {
        (engine.events)(Event::Warning { text });
    }
    match replace(engine, built.script).await {
        Ok(()) => {
            engine.broken.send_replace(None);
            Ok(inputs)
        }
        Err(error) => Err((error, inputs)),
    }
}

fn failed_inputs(error: &BuildError) -> Vec<PathBuf> {
    match error {
        BuildError::Bundle(error) => error.inputs.clone(),
        _ => Vec::new(),
    }
}

/// Reads the configuration again if asked to, then builds.
pub(crate) async fn reload(engine: &Engine, configuration: bool) -> Outcome {
    if configuration {
        let mut state = engine.state.lock().await;
        let inputs = state.project.config_inputs();
        let read = state.project.reload().map_err(BuildError::from);
        let read = read.and_then(|project| Ok((Builder::new(&project, state.cache.clone())?, project)));
        match read {
            Ok((builder, project)) => (state.builder, state.project) = (builder, project),
            Err(error) => return Err((error, inputs)),
        }
        (engine.events)(Event::ConfigChanged);
    }
    build(engine).await
}

/// The code on disk does not work; whoever asks is told why.
pub(crate) fn mark_broken(engine: &Engine, error: &BuildError) {
    let text = error.to_string();
    engine.broken.send_replace(Some(text.as_str().into()));
    (engine.events)(Event::BuildFailed { text });
}

/// Watches files for as long as it lives.
pub(crate) struct Changes {
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts watching.
pub(crate) async fn watch(engine: &Arc<Engine>, inputs: Vec<PathBuf>) -> Result<Changes, BuildError> {
    let (sender, changes) = mpsc::unbounded_channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let changed = event.ok().filter(|event| !event.kind.is_access());
        for path in changed.into_iter().flat_map(|event| event.paths) {
            // Once nobody listens any more, nobody needs to know.
            let _ended = sender.send(path);
        }
    });
    let watcher = watcher.map_err(|error| BuildError::System(std::io::Error::other(error)))?;
    let mut watched = Watched { watcher, inputs: BTreeSet::new(), folders: BTreeSet::new() };
    watched.set(inputs);
    let task = tokio::spawn(run(Arc::downgrade(engine), watched, changes));
    Ok(Changes { task })
}

/// What is watched: the folders of the inputs, because editors replace files.
struct Watched {
    watcher: RecommendedWatcher,
    inputs: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl Watched {
    fn set(&mut self, inputs: Vec<PathBuf>) {
        let folders: BTreeSet<_> = inputs.iter().map(|input| folder(input)).collect();
        for gone in self.folders.difference(&folders) {
            // A folder that was deleted is not watched any more anyway.
            let _deleted = self.watcher.unwatch(gone);
        }
        for new in folders.difference(&self.folders) {
            // One that does not exist yet cannot be watched; its parent is, if something in it is an input.
            let _absent = self.watcher.watch(new, RecursiveMode::NonRecursive);
        }
        self.folders = folders;
        self.inputs = inputs.into_iter().collect();
    }

    fn is_input(&self, path: &Path) -> bool {
        self.inputs.iter().any(|input| path == input || path.parent() == Some(input))
    }
}

fn folder(input: &Path) -> PathBuf {
    if input.extension().is_none() && !input.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
        return input.to_path_buf();
    }
    input.parent().map_or_else(|| input.to_path_buf(), Path::to_path_buf)
}

async fn run(engine: Weak<Engine>, mut watched: Watched, mut changes: mpsc::UnboundedReceiver<PathBuf>) {
    let wall = Clock::real();
    while let Some(file) = changes.recv().await {
        if !watched.is_input(&file) {
            continue;
        }
        let Some(engine) = engine.upgrade() else { return };
        // One save is several events, within a moment.
        wall.sleep(SAVE).await;
        let mut files = vec![file];
        while let Ok(more) = changes.try_recv() {
            files.push(more);
        }
        let started = wall.now();
        (engine.events)(Event::Rebuilding { file: files[0].clone() });
        engine.hold().await;
        let configuration = {
            let state = engine.state.lock().await;
            let inputs = state.project.config_inputs();
            files.iter().any(|file| inputs.contains(file))
        };
        match reload(&engine, configuration).await {
            Ok(inputs) => {
                watched.set(inputs);
                (engine.events)(Event::Reloaded { duration: wall.now() - started });
            }
            Err((error, inputs)) => {
                watched.set(inputs);
                mark_broken(&engine, &error);
                engine.release().await;
            }
        }
    }
}

//! Building the Worker, and building it again when a file changes.

use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use edgeemu_world::{Clock, Timestamp};
use tokio::sync::mpsc;

use crate::emulator::{Engine, named, replace};
use crate::error::BuildError;
use crate::event::Event;
use crate::script::Builder;
use crate::watched::{Change, Inputs, Watched};

/// How long an editor takes to save a file, from the first event to the last.
const SAVE: Duration = Duration::from_millis(5);

/// What to watch, or why there is no new version and what to watch until there can be.
pub(crate) type Outcome = Result<Inputs, (BuildError, Inputs)>;

/// Builds the project as it was last read, and puts the result in place.
pub(crate) async fn build(engine: &Engine) -> Outcome {
    let mut state = engine.state.lock().await;
    let state = &mut *state;
    engine.data.replicate(&state.project.settings().d1);
    let built = match state.builder.build(&state.project, &engine.data, &engine.events).await {
        Ok(built) => built,
        Err(error) => {
            let inputs = Inputs::of(&state.project, failed_inputs(&error));
            return Err((error, inputs));
        }
    };
    let inputs = Inputs::of(&state.project, built.inputs);
    for text in built.warnings {
        (engine.events)(Event::Warning { text });
    }
    match replace(engine, built.script, named(&state.project, &engine.network)).await {
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
        let inputs = Inputs::of(&state.project, Vec::new());
        let read = state.project.reload().map_err(BuildError::from);
        let read = read.and_then(|project| Ok((Builder::new(&project, state.cache.clone())?, project)));
        match read {
            Ok((builder, project)) => {
                if engine.worker.is_first() {
                    engine.s3.follow(&project);
                }
                (state.builder, state.project) = (builder, project);
            }
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

/// Starts watching what was built from at `since`.
pub(crate) async fn watch(engine: &Arc<Engine>, inputs: Inputs, since: Timestamp) -> Result<Changes, BuildError> {
    let (sender, changes) = mpsc::unbounded_channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        for change in event.into_iter().flat_map(Change::seen) {
            // Once nobody listens any more, nobody needs to know.
            let _ended = sender.send(change);
        }
    });
    let watcher = watcher.map_err(|error| BuildError::System(std::io::Error::other(error)))?;
    let disk = engine.state.lock().await.project.options().world.disk().clone();
    let mut watched = Watched::new(watcher, disk);
    let missed = watched.set(inputs, since);
    let rebuilds = Rebuilds { engine: Arc::downgrade(engine), watched, changes, missed };
    Ok(Changes { task: tokio::spawn(rebuilds.run()) })
}

/// Builds the Worker again whenever something changes.
struct Rebuilds {
    engine: Weak<Engine>,
    watched: Watched,
    changes: mpsc::UnboundedReceiver<Change>,
    /// Changed before anybody watched it.
    missed: Option<Change>,
}

impl Rebuilds {
    async fn run(mut self) {
        while let Some(changes) = self.next().await {
            let Some(engine) = self.engine.upgrade() else { return };
            self.rebuild(&engine, &changes).await;
        }
    }

    /// Waits for a change, and collects what belongs to it.
    async fn next(&mut self) -> Option<Vec<Change>> {
        let first = match self.missed.take() {
            Some(change) => change,
            None => loop {
                let change = self.changes.recv().await?;
                if self.watched.is_input(&change) {
                    break change;
                }
            },
        };
        // One save is several events, within a moment.
        Clock::real().sleep(SAVE).await;
        let mut together = vec![first];
        while let Ok(more) = self.changes.try_recv() {
            together.push(more);
        }
        Some(together)
    }

    async fn rebuild(&mut self, engine: &Engine, changes: &[Change]) {
        let wall = Clock::real();
        let started = wall.now();
        (engine.events)(Event::Rebuilding { file: changes[0].path.clone() });
        engine.hold().await;
        let configuration = self.watched.is_configuration(&engine.state.lock().await.project, changes);
        match reload(engine, configuration).await {
            Ok(inputs) => {
                self.missed = self.watched.set(inputs, started);
                (engine.events)(Event::Reloaded { duration: wall.now() - started });
            }
            Err((error, inputs)) => {
                self.missed = self.watched.set(inputs.or_beside(self.watched.inputs()), started);
                mark_broken(engine, &error);
                engine.release().await;
            }
        }
    }
}

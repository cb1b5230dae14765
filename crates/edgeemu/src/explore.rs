//! `edgeemu explore`: tests of a Worker, run under everything that the platform may do.
//!
//! `edgeemu_sim` owns every decision; here are the isolates in which the Worker and its tests run, the files of tests,
//! and the files of plans.

mod actor;
mod databases;
mod desk;
mod outcome;
mod picture;
mod play;
mod stored;
mod story;
mod tests_file;
mod theatre;

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use edgeemu_runtime::{Script, Stage};
use edgeemu_sim as sim;
use edgeemu_world::{Clock, World};
use tokio::sync::oneshot;

use crate::data::Data;
use crate::error::BuildError;
use crate::event::EventSink;
use crate::project::Project;
use crate::script::Builder;

pub use outcome::{TestOutcome, Verdict};
pub use picture::html;
pub use stored::{StoredPlan, StoredPlanError};
pub use story::parse_time;

use actor::Casting;
use databases::Databases;
use story::{Described, Story};
use theatre::Theatre;

/// How long a test is searched if nobody says otherwise.
const TIME: Duration = Duration::from_secs(10);
/// How many runs a search has at most if nobody says otherwise.
const RUNS: usize = 10_000;
/// A search ends after so many runs by chance that showed nothing new.
const PATIENCE: usize = 300;
/// How often whoever watches hears of a search.
const TICK: Duration = Duration::from_millis(100);

/// What is to be done with the tests of a file.
#[derive(Clone, Debug)]
pub enum Task {
    /// Search for plans that break them.
    Search,
    /// Run one of them by a plan, and say what happens.
    Replay(StoredPlan),
    /// Make a plan as small as it can be, and say what mends it.
    Shrink(StoredPlan),
}

/// What to explore, and how far.
#[derive(Clone)]
pub struct ExploreOptions {
    /// The Worker.
    pub project: Project,
    /// The file of tests.
    pub file: PathBuf,
    /// What is to be done.
    pub task: Task,
    /// Only tests with this in their name.
    pub only: Option<String>,
    /// The most runs for each test.
    pub runs: Option<usize>,
    /// The longest time for each test.
    pub time: Option<Duration>,
    /// All plans up to this many deviations are tried first.
    pub depth: Option<usize>,
    /// What chance begins with.
    pub seed: u64,
    /// Whether the search goes on after a first failure.
    pub all: bool,
    /// Whether every run is done twice.
    pub doublecheck: bool,
    /// Plans that failed before; they are tried first.
    pub corpus: Vec<StoredPlan>,
    /// Ends the search when it is set; what is known by then is told.
    pub stop: Arc<AtomicBool>,
}

impl ExploreOptions {
    /// A search in the tests of `file`.
    #[must_use]
    pub fn new(project: Project, file: PathBuf) -> ExploreOptions {
        ExploreOptions {
            project,
            file,
            task: Task::Search,
            only: None,
            runs: None,
            time: None,
            depth: None,
            seed: 1,
            all: false,
            doublecheck: false,
            corpus: Vec::new(),
            stop: Arc::default(),
        }
    }
}

/// What happens while a file is explored.
#[derive(Clone, Debug)]
pub enum ExploreEvent {
    /// A search goes on.
    Progress {
        /// The test.
        test: String,
        /// What is being tried.
        stage: String,
        /// How many runs there were.
        runs: usize,
        /// For how long.
        elapsed: Duration,
        /// How many failures were found.
        violations: usize,
    },
    /// A test is done.
    Finished(Box<TestOutcome>),
}

/// Who hears what happens.
pub type ExploreSink = Arc<dyn Fn(ExploreEvent) + Send + Sync>;

/// Why tests cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExploreError {
    /// The Worker or the file of tests cannot be built or started.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The file of tests is not as it has to be.
    #[error("{0}")]
    Tests(String),
}

/// Does `options.task` with the tests of a file; one outcome for each test, in their order.
///
/// # Errors
/// When the Worker or the tests cannot be started.
pub async fn explore(options: ExploreOptions, events: ExploreSink) -> Result<Vec<TestOutcome>, ExploreError> {
    let worker = worker_script(&options.project).await?;
    let tests = tests_file::script(&options.project, &options.file).await?;
    let databases = Databases::of(&options.project).map_err(BuildError::from)?;
    let (sender, ended) = oneshot::channel();
    Stage::spawn("edgeemu-explore", move |stage| {
        let outcomes = stage.map_err(|error| BuildError::from(error).into()).and_then(|stage| {
            let stage = Performance { stage, options: &options, events: &events };
            stage.perform((worker, tests), databases)
        });
        // Whoever asked may have stopped waiting.
        let _unheard = sender.send(outcomes);
    });
    ended.await.unwrap_or_else(|_| Err(ExploreError::Tests("the exploration ended in the middle".to_owned())))
}

/// The Worker without what a run cannot decide.
async fn worker_script(project: &Project) -> Result<Arc<Script>, BuildError> {
    let world = World::simulated(0);
    let data = Data::open(&world, None)?;
    let events: EventSink = Arc::new(|_| {});
    let built = Builder::new(project, None)?.build(project, &data, &events).await?;
    let mut script = Script::clone(&built.script);
    for binding in &mut script.bindings {
        tests_file::keep_inside(&mut binding.value);
    }
    Ok(Arc::new(script))
}

/// Everything on the thread of the isolates.
struct Performance<'a> {
    stage: Rc<Stage>,
    options: &'a ExploreOptions,
    events: &'a ExploreSink,
}

impl Performance<'_> {
    fn perform(
        &self,
        (worker, tests): (Arc<Script>, Arc<Script>),
        databases: Databases,
    ) -> Result<Vec<TestOutcome>, ExploreError> {
        let world = World::simulated(self.options.seed);
        let casting = |script| Casting { script, world: world.clone(), logs: Arc::new(|_| {}) };
        let theatre = Rc::new(Theatre::new(Rc::clone(&self.stage), (casting(worker), casting(tests)), databases));
        let described = tests_file::list(&theatre)?;
        let mut outcomes = Vec::new();
        for (index, described) in described.into_iter().enumerate() {
            if self.is_wanted(&described.name) {
                outcomes.push(self.test(&theatre, (index, &described))?);
            }
            if self.options.stop.load(Ordering::Relaxed) {
                break;
            }
        }
        theatre.empty();
        if outcomes.is_empty() {
            return Err(ExploreError::Tests(self.nothing_to_do()));
        }
        Ok(outcomes)
    }

    fn is_wanted(&self, name: &str) -> bool {
        let by_plan = match &self.options.task {
            Task::Search => true,
            Task::Replay(plan) | Task::Shrink(plan) => plan.test == name,
        };
        by_plan && self.options.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }

    fn nothing_to_do(&self) -> String {
        let file = self.options.file.display();
        match (&self.options.task, &self.options.only) {
            (Task::Replay(plan) | Task::Shrink(plan), _) => format!("`{file}` has no test named `{}`", plan.test),
            (Task::Search, Some(only)) => format!("`{file}` has no test with `{only}` in its name"),
            (Task::Search, None) => format!("`{file}` calls `explore` for no test"),
        }
    }

    fn test(
        &self,
        theatre: &Rc<Theatre>,
        (index, described): (usize, &Described),
    ) -> Result<TestOutcome, ExploreError> {
        let named = |text: String| ExploreError::Tests(format!("test `{}`: {text}", described.name));
        let setup = described.options.setup().map_err(named)?;
        let story = Story { name: described.name.clone(), index, setup, theatre: Rc::clone(theatre) };
        let clock = Clock::real();
        let began = clock.now();
        let file = self.options.file.strip_prefix(self.options.project.dir()).unwrap_or(&self.options.file);
        let mut outcome = match &self.options.task {
            Task::Search => {
                let report = story.search(&self.search_options(described));
                TestOutcome::of_search(&story.name, file, &report)
            }
            Task::Replay(stored) => outcome::replayed(&story, stored),
            Task::Shrink(stored) => outcome::shrunk(&story, stored),
        };
        outcome.elapsed = clock.now() - began;
        outcome.keeps_isolates = theatre.keeps.get();
        (self.events)(ExploreEvent::Finished(Box::new(outcome.clone())));
        Ok(outcome)
    }

    fn search_options(&self, described: &Described) -> sim::Options {
        let options = self.options;
        let corpus = options.corpus.iter().filter(|stored| stored.test == described.name);
        sim::Options {
            runs_max: options.runs.or(described.options.runs).unwrap_or(RUNS),
            seed: options.seed,
            depth: options.depth.or(described.options.depth).unwrap_or(1),
            all: options.all,
            corpus: corpus.map(|stored| stored.plan.clone()).collect(),
            recheck_every: if options.doublecheck { 1 } else { 100 },
            patience: Some(PATIENCE),
            watch: Some(self.watch(&described.name)),
        }
    }

    /// Tells of progress, and ends the search in time.
    fn watch(&self, test: &str) -> sim::Watch {
        let (clock, test) = (Clock::real(), test.to_owned());
        let began = clock.now();
        let limit = self.options.time.unwrap_or(TIME);
        let (events, stop) = (Arc::clone(self.events), Arc::clone(&self.options.stop));
        let told = std::cell::Cell::new(began);
        sim::Watch(Rc::new(move |progress: &sim::Progress<'_>| {
            let now = clock.now();
            if now - told.get() >= TICK {
                told.set(now);
                events(ExploreEvent::Progress {
                    test: test.clone(),
                    stage: progress.stage.to_owned(),
                    runs: progress.runs,
                    elapsed: now - began,
                    violations: progress.violations,
                });
            }
            now - began < limit && !stop.load(Ordering::Relaxed)
        }))
    }
}

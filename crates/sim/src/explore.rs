//! The search: stages from the dullest run to the wildest, each of which says whether it was completed.

mod sweep;

use super::anomaly::{Anomaly, Class};
use super::driver::{Driver, replay, simulate};
use super::history::TaskRecord;
use super::plan::Plan;
use super::run::Finished;
use super::setup::Setup;
use super::shrink::{Shrunk, shrink};
use super::strategy::{Delays, Length, Pct, Strategy, Walk, Worst, WorstOf};
use super::trace::TraceHash;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A test that can be run as often as wanted, each time from the beginning.
pub trait Scenario {
    /// What reports call it.
    fn name(&self) -> &str;

    /// What is the same in all runs.
    fn setup(&self) -> Setup;

    /// Workers that have not been asked anything yet.
    fn driver(&self) -> Box<dyn Driver>;

    /// The same, sharing nothing with the runs before: what is shown to people is run on these.
    fn pristine(&self) -> Box<dyn Driver> {
        self.driver()
    }
}

/// How far a search is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The stage.
    pub stage: &'a str,
    /// How many runs there were.
    pub runs: usize,
    /// How many failures were found.
    pub violations: usize,
}

/// Is told how far a search is after each run, and says whether it goes on.
#[derive(Clone)]
pub struct Watch(pub Rc<dyn Fn(&Progress<'_>) -> bool>);

impl std::fmt::Debug for Watch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Watch")
    }
}

/// How long and how to search.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most runs, those that shrink a failure aside.
    pub runs_max: usize,
    /// What chance begins with.
    pub seed: u64,
    /// All plans up to this many deviations are tried before chance is, as far as `runs_max` goes.
    pub depth: usize,
    /// Whether the search goes on after the first failure, for others with another cause.
    pub all: bool,
    /// Plans that are tried before everything else: those that failed before.
    pub corpus: Vec<Plan>,
    /// One run in so many is done twice, to see that it is the same.
    pub recheck_every: usize,
    /// Chance ends after so many runs that were all seen before; never by itself if absent.
    pub patience: Option<usize>,
    /// Who watches.
    pub watch: Option<Watch>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            runs_max: 2000,
            seed: 1,
            depth: 1,
            all: false,
            corpus: Vec::new(),
            recheck_every: 100,
            patience: None,
            watch: None,
        }
    }
}

/// One stage of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// How many runs it took.
    pub runs: usize,
    /// Whether it tried all it wanted to.
    pub complete: bool,
}

/// A failure, made small.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What is wrong.
    pub anomaly: Anomaly,
    /// The smallest story in which it is, and what would mend it.
    pub shrunk: Shrunk,
    /// The number of the run that found it, from 1.
    pub found_in_run: usize,
    /// How many deviations that run had.
    pub deviations_found: usize,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many runs there were.
    pub runs: usize,
    /// How many of them were different from all before.
    pub distinct: usize,
    /// How many events happened in all of them.
    pub events: usize,
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// The failures, each cause once.
    pub violations: Vec<Violation>,
    /// What was seen and fails nothing, each cause once.
    pub findings: Vec<Anomaly>,
    /// A run that was not the same the second time. Nothing else here can be relied on then.
    pub nondeterminism: Option<String>,
    /// Why the test itself does not work: nothing was searched then.
    pub broken: Option<String>,
    /// What the test is to see in some run, and whether any run showed it.
    pub sometimes: BTreeMap<String, bool>,
    /// How many runs said nothing.
    pub inconclusive: usize,
    /// Whether whoever watched ended the search.
    pub stopped: bool,
}

/// Searches for plans under which `scenario` fails.
#[must_use]
pub fn explore(scenario: &dyn Scenario, options: &Options) -> Report {
    let mut search = Search {
        scenario,
        options,
        setup: Rc::new(scenario.setup()),
        report: Report::default(),
        traces: BTreeSet::new(),
        causes: BTreeSet::new(),
        stage: String::new(),
    };
    search.all_stages();
    search.report.distinct = search.traces.len();
    search.report
}

struct Search<'a> {
    scenario: &'a dyn Scenario,
    options: &'a Options,
    setup: Rc<Setup>,
    report: Report,
    traces: BTreeSet<TraceHash>,
    causes: BTreeSet<(Class, String)>,
    stage: String,
}

impl Search<'_> {
    fn all_stages(&mut self) {
        let boring = self.stage("boring", |search| search.try_plan(&Plan::default()));
        let Some(boring) = boring else { return };
        if self.is_over() {
            return;
        }
        self.stage("corpus", |search| {
            let plans = search.options.corpus.clone();
            for plan in plans {
                // With all requests: what a story could do without when it failed may be what it fails by now.
                search.try_plan(&Plan { without: Vec::new(), ..plan })?;
            }
            Some(())
        });
        let depth = self.options.depth;
        self.stage(&format!("all plans of up to {depth}"), |search| search.sweep(&boring, depth));
        self.stage("worst answers", |search| search.worst(&boring));
        self.by_chance(&boring);
    }

    /// Runs a stage; it is complete if it gives something back.
    fn stage<T>(&mut self, name: &str, stage: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.is_over() {
            return None;
        }
        let before = self.report.runs;
        name.clone_into(&mut self.stage);
        let result = stage(self);
        let runs = self.report.runs - before;
        self.report.stages.push(Stage { name: name.to_owned(), runs, complete: result.is_some() });
        result
    }

    fn is_over(&self) -> bool {
        let has_failed = !self.options.all && !self.report.violations.is_empty();
        let is_useless = self.report.nondeterminism.is_some() || self.report.broken.is_some();
        has_failed || is_useless || self.report.stopped || self.report.runs >= self.options.runs_max
    }

    /// Tells whoever watches how far this is, and notices that it is to end.
    fn be_watched(&mut self) {
        let progress =
            Progress { stage: &self.stage, runs: self.report.runs, violations: self.report.violations.len() };
        let goes_on = self.options.watch.as_ref().is_none_or(|watch| (watch.0)(&progress));
        self.report.stopped |= !goes_on;
    }

    fn try_plan(&mut self, plan: &Plan) -> Option<Finished> {
        let (finished, _) = replay(&self.setup, &mut *self.scenario.driver(), plan);
        self.judge(finished, None)
    }

    fn try_strategy(&mut self, strategy: &mut dyn Strategy, seed: Option<u64>) -> Option<Finished> {
        let finished = simulate(&self.setup, &mut *self.scenario.driver(), strategy);
        self.judge(finished, seed)
    }

    /// Looks at a run. `None` ends the stage.
    fn judge(&mut self, mut finished: Finished, seed: Option<u64>) -> Option<Finished> {
        finished.plan.seed = seed;
        self.report.runs += 1;
        self.report.events += finished.events();
        self.traces.insert(finished.trace);
        self.be_watched();
        if let Some(why) = &finished.history.inconclusive {
            self.report.inconclusive += 1;
            // The first run is the boring one: what goes wrong there goes wrong always.
            self.report.broken = (self.report.runs == 1).then(|| why.clone());
            return (!self.is_over()).then_some(finished);
        }
        for (name, seen) in &finished.history.sometimes {
            *self.report.sometimes.entry(name.clone()).or_default() |= seen;
        }
        let failure = finished.failures().find(|anomaly| self.is_new(anomaly)).cloned();
        if failure.is_some() || self.report.runs % self.options.recheck_every.max(1) == 1 {
            self.recheck(&finished)?;
        }
        for anomaly in finished.anomalies.iter().filter(|anomaly| !anomaly.fails) {
            if self.is_new(anomaly) {
                self.causes.insert((anomaly.class, anomaly.about.clone()));
                self.report.findings.push(anomaly.clone());
            }
        }
        if let Some(anomaly) = failure {
            self.violated(&finished, anomaly);
        }
        (!self.is_over()).then_some(finished)
    }

    fn is_new(&self, anomaly: &Anomaly) -> bool {
        !self.causes.contains(&(anomaly.class, anomaly.about.clone()))
    }

    /// Does a run again by its plan; it must be the same.
    fn recheck(&mut self, finished: &Finished) -> Option<()> {
        let (again, _) = replay(&self.setup, &mut *self.scenario.pristine(), &finished.plan);
        if again.trace == finished.trace {
            return Some(());
        }
        let pairs = finished.happened.iter().zip(&again.happened);
        let differs = pairs.enumerate().find(|(_, (one, other))| one.name != other.name);
        let text = match differs {
            Some((at, (one, other))) => format!("event {at} differs: `{}`, then `{}`", one.name, other.name),
            None => "the same events had other contents".to_owned(),
        };
        self.report.nondeterminism = Some(text);
        None
    }

    fn violated(&mut self, finished: &Finished, anomaly: Anomaly) {
        self.causes.insert((anomaly.class, anomaly.about.clone()));
        let shrunk = shrink(self.scenario, (&self.setup, finished), &anomaly);
        let found = Violation {
            anomaly,
            found_in_run: self.report.runs,
            deviations_found: finished.plan.deviations.len(),
            shrunk,
        };
        self.report.violations.push(found);
    }

    fn worst(&mut self, boring: &Finished) -> Option<()> {
        let keys = boring.history.ops.iter().filter_map(|op| op.operation.kv_key());
        let keys: BTreeSet<String> = keys.map(|(namespace, key)| format!("({namespace},{key})")).collect();
        let clients: BTreeSet<&str> = boring.history.tasks.iter().filter_map(TaskRecord::client).collect();
        let clients = clients.into_iter().map(|client| format!("{client}/"));
        let named: Vec<WorstOf> = keys.into_iter().chain(clients).map(WorstOf::Named).collect();
        for of in [WorstOf::All, WorstOf::Every(0), WorstOf::Every(1)].into_iter().chain(named) {
            self.try_strategy(&mut Worst::new(of), None)?;
        }
        Some(())
    }

    /// Strategies in turn, each with a new seed, until the runs are used up.
    fn by_chance(&mut self, boring: &Finished) {
        let length = Length { events: boring.events(), decisions: boring.made.len() };
        self.stage("chance", |search| {
            let mut known = (search.traces.len(), search.report.runs);
            for turn in 0.. {
                let seed = search.options.seed.wrapping_add(turn);
                let mut strategy: Box<dyn Strategy> = match turn % 4 {
                    0 => Box::new(Pct::new(seed, 2, length)),
                    1 => Box::new(Pct::new(seed, 3, length)),
                    2 => Box::new(Delays::new(seed, 3, length)),
                    _ => Box::new(Walk::new(seed)),
                };
                if search.try_strategy(&mut *strategy, Some(seed)).is_none() {
                    break;
                }
                if search.traces.len() > known.0 {
                    known = (search.traces.len(), search.report.runs);
                }
                if search.options.patience.is_some_and(|patience| search.report.runs - known.1 >= patience) {
                    return Some(());
                }
            }
            // Chance is complete when it has had all its runs.
            (search.report.runs >= search.options.runs_max).then_some(())
        });
    }
}

//! `edgeemu explore`, `replay` and `shrink`: tests under everything that the platform may do.

mod files;
mod junit;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use edgeemu::explore::{ExploreEvent, ExploreOptions, ExploreSink, StoredPlan, Task, TestOutcome, Verdict, explore};
use edgeemu::{Layout, Project, ProjectOptions};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::commands::dev::Signals;
use crate::context::Context;
use crate::error::CliError;
use crate::ui::ask::print;

const EXAMPLES: &str = "\
Examples:
  edgeemu explore                       every *.explore.js and *.explore.ts of the project
  edgeemu explore logout.explore.js --depth 2 --time 60s
  edgeemu replay .edgeemu/corpus/logout-is-global-1f2e3d4c.plan.json

Exit codes: 0 nothing found, 1 something breaks a test, 2 a test does not work, 3 a run was not the same twice,
4 a test never saw what it is about, 130 stopped.";

/// Search for what breaks a test: stale reads, races, lost work
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explore {
    /// Files of tests; those named *.explore.js or *.explore.ts if none is given
    #[arg(value_name = "TESTFILE")]
    files: Vec<PathBuf>,
    /// Only tests with this in their name
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// The most runs for each test
    #[arg(long, value_name = "NUMBER")]
    runs: Option<usize>,
    /// The longest time for each test [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = time)]
    time: Option<Duration>,
    /// Try all combinations of up to so many deviations first [default: 1]
    #[arg(long, value_name = "NUMBER")]
    depth: Option<usize>,
    /// What chance begins with
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Go on after the first failure of a test
    #[arg(long)]
    all: bool,
    /// Do every run twice, and compare
    #[arg(long)]
    doublecheck: bool,
    /// Do not keep the plans that break a test
    #[arg(long)]
    no_save: bool,
    #[command(flatten)]
    reports: Reports,
}

/// Run a test by a plan that was kept, three times, and say what happens
#[derive(Args)]
pub(crate) struct Replay {
    /// A plan, as `edgeemu explore` keeps them
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    #[command(flatten)]
    reports: Reports,
}

/// Make a plan as small as it can be, and say what mends it
#[derive(Args)]
pub(crate) struct Shrink {
    /// A plan, as `edgeemu explore` keeps them
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    #[command(flatten)]
    reports: Reports,
}

/// Where else the outcome goes.
#[derive(Args)]
#[command(next_help_heading = "Reports")]
struct Reports {
    /// Print one JSON object for each test instead of text
    #[arg(long)]
    json: bool,
    /// Write a JUnit report to this file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a page with a picture of each failure to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl Explore {
    pub(crate) fn is_json(&self) -> bool {
        self.reports.json
    }
}

impl Replay {
    pub(crate) fn is_json(&self) -> bool {
        self.reports.json
    }
}

impl Shrink {
    pub(crate) fn is_json(&self) -> bool {
        self.reports.json
    }
}

fn time(text: &str) -> Result<Duration, String> {
    edgeemu::explore::parse_time(text).ok_or_else(|| "write 500ms, 60s or 5m".to_owned())
}

/// One file of tests, and what to do with them.
struct Errand {
    options: ExploreOptions,
    /// Where plans that break something are kept.
    corpus: Option<PathBuf>,
}

pub(crate) fn run(args: &Explore, context: &Context) -> Result<(), CliError> {
    let files = files::of_tests(&args.files, context)?;
    let mut errands = Vec::new();
    for file in files {
        let project = project_of(&file, context)?;
        let folder = corpus_of(&project);
        errands.push(Errand {
            options: ExploreOptions {
                only: args.only.clone(),
                runs: args.runs,
                time: args.time,
                depth: args.depth,
                seed: args.seed,
                all: args.all,
                doublecheck: args.doublecheck,
                corpus: StoredPlan::read_all(context.world.disk(), &folder),
                ..ExploreOptions::new(project, file)
            },
            corpus: (!args.no_save).then_some(folder),
        });
    }
    carry_out(errands, &args.reports, context)
}

pub(crate) fn replay(args: &Replay, context: &Context) -> Result<(), CliError> {
    by_plan(&args.plan, Task::Replay, (&args.reports, context))
}

pub(crate) fn shrink(args: &Shrink, context: &Context) -> Result<(), CliError> {
    by_plan(&args.plan, Task::Shrink, (&args.reports, context))
}

fn by_plan(
    plan: &Path,
    task: impl Fn(StoredPlan) -> Task,
    (reports, context): (&Reports, &Context),
) -> Result<(), CliError> {
    let path = context.cwd.join(plan);
    let stored = StoredPlan::read(context.world.disk(), &path).map_err(|error| CliError::user(error.to_string()))?;
    let file = files::of_plan(&stored.file, &path, context)?;
    let project = project_of(&file, context)?;
    let options = ExploreOptions { task: task(stored), ..ExploreOptions::new(project, file) };
    carry_out(vec![Errand { options, corpus: None }], reports, context)
}

/// The project that a file of tests belongs to: the one above it, unless the command line names another.
fn project_of(file: &Path, context: &Context) -> Result<Project, CliError> {
    let here = file.parent().unwrap_or(&context.cwd);
    Ok(Project::load(ProjectOptions {
        config: context.global.config.first().map(|config| context.cwd.join(config)),
        env: context.global.env.clone(),
        env_files: context.global.env_file.clone(),
        entry_point_needed: true,
        ..ProjectOptions::new(context.world.clone(), here)
    })?)
}

fn corpus_of(project: &Project) -> PathBuf {
    Layout::of_project(project.dir()).base().join("corpus")
}

fn carry_out(errands: Vec<Errand>, reports: &Reports, context: &Context) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::internal("the event loop cannot be started").cause(error))?;
    let stop = Arc::new(AtomicBool::new(false));
    let outcomes = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let work = all(errands, &stop, (reports, context));
        tokio::pin!(work);
        tokio::select! {
            biased;
            outcomes = &mut work => return outcomes,
            () = signals.next() => stop.store(true, Ordering::Relaxed),
        }
        work.await
    });
    // Bundlers and the thread of the isolates must not hold up the end.
    runtime.shutdown_background();
    let outcomes = outcomes?;
    if let Some(path) = &reports.junit {
        files::write(context, &context.cwd.join(path), &junit::render(&outcomes))?;
    }
    if let Some(path) = &reports.html {
        files::write(context, &context.cwd.join(path), &edgeemu::explore::html(&outcomes))?;
    }
    verdict(&outcomes, stop.load(Ordering::Relaxed))
}

async fn all(
    errands: Vec<Errand>,
    stop: &Arc<AtomicBool>,
    (reports, context): (&Reports, &Context),
) -> Result<Vec<TestOutcome>, CliError> {
    let mut outcomes = Vec::new();
    for Errand { mut options, corpus } in errands {
        options.stop = Arc::clone(stop);
        let bar = progress();
        let found = explore(options, sink(&bar)).await.map_err(|error| CliError::user(error.to_string()).exit(2));
        bar.finish_and_clear();
        for outcome in found? {
            show(&outcome, reports)?;
            if let Some(folder) = &corpus {
                keep(&outcome, folder, (reports, context))?;
            }
            outcomes.push(outcome);
        }
    }
    Ok(outcomes)
}

/// A line that says how far a search is; nothing where no terminal is.
fn progress() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    bar
}

fn sink(bar: &ProgressBar) -> ExploreSink {
    let bar = bar.clone();
    Arc::new(move |event| {
        if let ExploreEvent::Progress { test, stage, runs, elapsed, violations } = event {
            let speed = (runs as f64 / elapsed.as_secs_f64().max(0.001)).round();
            bar.set_message(format!("{test}: {stage}, {runs} runs, {speed} a second, {violations} found"));
        }
    })
}

fn show(outcome: &TestOutcome, reports: &Reports) -> Result<(), CliError> {
    if reports.json {
        let mut object = outcome.json.clone();
        object["elapsedMs"] = Value::from(u64::try_from(outcome.elapsed.as_millis()).unwrap_or(u64::MAX));
        return print(format!("{object}\n").as_bytes());
    }
    let isolates = if outcome.keeps_isolates { "isolates go from run to run" } else { "each run in new isolates" };
    let speed = outcome.runs as f64 / outcome.elapsed.as_secs_f64().max(0.001);
    print(
        format!("{}  {:.2} s, {speed:.0} runs a second, {isolates}\n\n", outcome.text, outcome.elapsed.as_secs_f64())
            .as_bytes(),
    )
}

/// Keeps the plans that break a test, so that they are tried first from now on.
fn keep(outcome: &TestOutcome, folder: &Path, (reports, context): (&Reports, &Context)) -> Result<(), CliError> {
    for plan in &outcome.plans {
        let path = folder.join(plan.file_name());
        files::write(context, &path, &plan.render())?;
        if !reports.json {
            let shown = path.strip_prefix(&context.cwd).unwrap_or(&path).display();
            print(format!("  See it again    edgeemu replay {shown}\n\n").as_bytes())?;
        }
    }
    Ok(())
}

fn verdict(outcomes: &[TestOutcome], stopped: bool) -> Result<(), CliError> {
    let count = |verdict: Verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
    let words = [
        (Verdict::Broken, 2, "do not work"),
        (Verdict::NotDeterministic, 3, "were not the same twice"),
        (Verdict::Violated, 1, "can be broken"),
        (Verdict::Vacuous, 4, "never saw what they are about"),
    ];
    for (verdict, code, what) in words {
        let found = count(verdict);
        if found > 0 {
            let text = format!("{found} of {} tests {what}", outcomes.len());
            return Err(CliError::answer(text).exit(code));
        }
    }
    if stopped {
        return Err(CliError::answer("stopped before the end; nothing was found so far").exit(130));
    }
    Ok(())
}

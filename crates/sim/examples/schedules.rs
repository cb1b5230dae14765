//! How many schedules a second the search goes through: `cargo run --release -p edgeemu-sim --example schedules -- 20000`.
//! The Workers here are Rust futures, so this is the price of the simulator alone.

use edgeemu_kv::consistency::Colo;
use edgeemu_sim::reference::{Context, Reference, Story, Worker, worker};
use edgeemu_sim::strategy::Walk;
use edgeemu_sim::{Checks, Class, Failure, Invocation, Options, Response, Setup, explore, simulate};
use edgeemu_world::World;
use std::io::Write;
use std::rc::Rc;

const FRA: Colo = Colo::new(*b"FRA");
const SFO: Colo = Colo::new(*b"SFO");

/// Reads a counter, adds one, writes it.
fn counter() -> Worker {
    worker(async |_: Invocation, env: Context| -> Result<Response, Failure> {
        let count: u32 = env.kv("KV").get("c").await?.and_then(|text| text.parse().ok()).unwrap_or(0);
        env.kv("KV").put("c", &(count + 1).to_string()).await?;
        Ok(Response::new(200, (count + 1).to_string()))
    })
}

/// A counter that four requests hit together and two more a minute later; `fails` says whether lost updates are looked for.
fn setup(fails: bool) -> Setup {
    let requests = [("ada", "POST /"), ("bob", "POST /"), ("ada", "POST /"), ("bob", "POST /")];
    let setup = Setup::new(&[("ada", FRA), ("bob", SFO)]).together(&requests).advance(61).together(&requests[..2]);
    if fails { setup } else { Setup { checks: Checks::default().waive(Class::LostUpdate, "KV:"), ..setup } }
}

fn main() -> std::io::Result<()> {
    let runs: usize = std::env::args().nth(1).and_then(|runs| runs.parse().ok()).unwrap_or(5000);
    let mut out = std::io::stdout();
    let world = World::real();
    let quiet = Rc::new(setup(false));

    let watch = world.stopwatch();
    let mut events = 0;
    for seed in 0..runs {
        let finished = simulate(&quiet, &mut Reference::new(counter()), &mut Walk::new(seed as u64));
        events += finished.events();
    }
    let secs = watch.elapsed().as_secs_f64();
    let rate = |count: usize, secs: f64| (count as f64 / secs).round();
    writeln!(
        out,
        "random walk        {runs} runs, {events} events, {secs:.2} s: {} runs/s, {} events/s",
        rate(runs, secs),
        rate(events, secs)
    )?;

    let watch = world.stopwatch();
    let options = Options { runs_max: runs, depth: 2, recheck_every: usize::MAX, ..Options::default() };
    let report = explore(&Story::new("quiet", setup(false), counter()), &options);
    let secs = watch.elapsed().as_secs_f64();
    let stages: Vec<String> =
        report.stages.iter().map(|stage| format!("{} {} ({})", stage.name, stage.runs, stage.complete)).collect();
    writeln!(
        out,
        "search, no failure {} runs, {} different, {secs:.2} s: {} runs/s",
        report.runs,
        report.distinct,
        rate(report.runs, secs)
    )?;
    writeln!(out, "                   {}", stages.join(" · "))?;

    let watch = world.stopwatch();
    let report = explore(&Story::new("counter", setup(true), counter()), &Options::default());
    let millis = watch.elapsed().as_secs_f64() * 1000.0;
    let found = report.violations.first().map(|violation| (violation.found_in_run, violation.shrunk.runs));
    writeln!(out, "to a failure       (run, runs to shrink) = {found:?}, {millis:.1} ms in all")
}

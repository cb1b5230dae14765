//! From a story in which something is wrong to the smallest one.

use super::anomaly::Anomaly;
use super::decision::Alternative;
use super::driver::replay;
use super::explore::Scenario;
use super::plan::{Deviation, Plan};
use super::run::Finished;
use super::setup::{Setup, Step};
use edgeemu_kv::consistency::{Profile, Settings};
use std::rc::Rc;
use std::time::Duration;

/// The smallest story that was found.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// What is asked in it.
    pub setup: Rc<Setup>,
    /// What is not boring in it.
    pub plan: Plan,
    /// What happens in it.
    pub finished: Finished,
    /// What is wrong in it, with the same cause as at the beginning.
    pub anomaly: Anomaly,
    /// Changes, each of which was tried and mends it.
    pub mended_by: Vec<String>,
    /// How many runs it took.
    pub runs: usize,
}

/// Takes from a failing run what is not needed for `anomaly`. Another failure that shows up on the way is not followed.
#[must_use]
pub fn shrink(scenario: &dyn Scenario, (setup, finished): (&Rc<Setup>, &Finished), anomaly: &Anomaly) -> Shrunk {
    let mut shrinker = Shrinker { scenario, cause: anomaly, runs: 0 };
    let (deviations, without) = (finished.plan.deviations.clone(), finished.plan.without.clone());
    let mut story = Story { setup: Rc::clone(setup), deviations, without };
    let size = |story: &Story| (story.deviations.len(), requests(&story.setup), story.without.len());
    loop {
        let before = size(&story);
        shrinker.fewer_deviations(&mut story);
        if story.setup.is_scripted {
            shrinker.leave_out(&mut story, finished);
        } else {
            shrinker.fewer_requests(&mut story);
        }
        if before == size(&story) {
            break;
        }
    }
    shrinker.shorter_waits(&mut story);
    let (last, unused) = shrinker.run(&story);
    story.deviations.retain(|deviation| !unused.contains(deviation));
    let mended_by = shrinker.mended_by(&story, &last);
    let is_same = |other: &&Anomaly| other.fails && other.cause() == anomaly.cause();
    let same = last.anomalies.iter().find(is_same).unwrap_or(anomaly).clone();
    let plan = Plan { seed: finished.plan.seed, deviations: story.deviations, without: story.without };
    Shrunk { setup: story.setup, plan, finished: last, anomaly: same, mended_by, runs: shrinker.runs }
}

fn requests(setup: &Setup) -> usize {
    let requests = setup.steps.iter().map(|step| match step {
        Step::Together(requests) => requests.len(),
        Step::Advance(_) => 1,
    });
    requests.sum()
}

#[derive(Clone)]
struct Story {
    setup: Rc<Setup>,
    deviations: Vec<Deviation>,
    /// Requests of the script that are left out.
    without: Vec<String>,
}

struct Shrinker<'a> {
    scenario: &'a dyn Scenario,
    cause: &'a Anomaly,
    runs: usize,
}

impl Shrinker<'_> {
    fn run(&mut self, story: &Story) -> (Finished, Vec<Deviation>) {
        self.runs += 1;
        let plan = Plan { without: story.without.clone(), ..Plan::of(story.deviations.clone()) };
        let (finished, unused) = replay(&story.setup, &mut *self.scenario.driver(), &plan);
        (finished, unused.deviations)
    }

    fn fails(&mut self, story: &Story) -> bool {
        let (finished, _) = self.run(story);
        let cause = self.cause.cause();
        finished.failures().any(|anomaly| anomaly.cause() == cause)
    }

    /// Keeps `smaller` if it still fails.
    fn accept(&mut self, story: &mut Story, smaller: Story) -> bool {
        let fails = self.fails(&smaller);
        if fails {
            *story = smaller;
        }
        fails
    }

    /// Delta debugging: takes away halves, then quarters, down to single deviations.
    fn fewer_deviations(&mut self, story: &mut Story) {
        let mut size = story.deviations.len();
        while size > 0 {
            let mut from = 0;
            while from < story.deviations.len() {
                let mut smaller = story.clone();
                let to = (from + size).min(smaller.deviations.len());
                smaller.deviations.drain(from..to);
                if !self.accept(story, smaller) {
                    from += size;
                }
            }
            size = if size == 1 && from > story.deviations.len() { 0 } else { size / 2 };
        }
    }

    /// Leaves requests of the script out, the last first. The script notices if it wants an answer. What is left has to
    /// be a story in which the deviations are to blame: without them nothing may be wrong.
    fn leave_out(&mut self, story: &mut Story, finished: &Finished) {
        if story.deviations.is_empty() {
            return;
        }
        let asked = finished.history.tasks.iter().filter(|task| task.client().is_some());
        let names: Vec<String> = asked.map(|task| task.name.to_string()).rev().collect();
        for name in names {
            if story.without.contains(&name) {
                continue;
            }
            let mut smaller = story.clone();
            smaller.without.push(name);
            let boring = Story { deviations: Vec::new(), ..smaller.clone() };
            if self.fails(&smaller) && !self.fails(&boring) {
                *story = smaller;
            }
        }
    }

    /// Takes away requests, the last first, and waits that are left without one.
    fn fewer_requests(&mut self, story: &mut Story) {
        for step in (0..story.setup.steps.len()).rev() {
            let Step::Together(requests) = &story.setup.steps[step] else { continue };
            for index in (0..requests.len()).rev() {
                let smaller = without(story, step, index);
                self.accept(story, smaller);
            }
        }
        let is_empty = |step: &Step| matches!(step, Step::Together(requests) if requests.is_empty());
        let mut setup = Setup::clone(&story.setup);
        setup.steps.retain(|step| !is_empty(step));
        // Of waits that follow each other one is enough, and none at either end. The others tell how things come apart.
        setup.steps.dedup_by(|next, wait| matches!((next, wait), (Step::Advance(_), Step::Advance(_))));
        let first = setup.steps.iter().position(|step| matches!(step, Step::Together(_))).unwrap_or(0);
        let last = setup.steps.iter().rposition(|step| matches!(step, Step::Together(_))).unwrap_or(0);
        let smaller = setup.steps.get(first..=last).map(<[Step]>::to_vec);
        setup.steps = smaller.unwrap_or_default();
        let smaller = Story { setup: Rc::new(setup), ..story.clone() };
        self.accept(story, smaller);
    }

    /// Makes waits as short and round as they can be.
    fn shorter_waits(&mut self, story: &mut Story) {
        for step in 0..story.setup.steps.len() {
            let Step::Advance(time) = story.setup.steps[step] else { continue };
            for secs in [1, 10, 60].into_iter().filter(|secs| Duration::from_secs(*secs) < time) {
                let mut setup = Setup::clone(&story.setup);
                setup.steps[step] = Step::Advance(Duration::from_secs(secs));
                let smaller = Story { setup: Rc::new(setup), ..story.clone() };
                if self.accept(story, smaller) {
                    break;
                }
            }
        }
    }

    /// What mends the story: each of its deviations undone, and changes of the platform that a developer can bring about.
    fn mended_by(&mut self, story: &Story, last: &Finished) -> Vec<String> {
        let mut mended = Vec::new();
        for index in 0..story.deviations.len() {
            let mut other = story.clone();
            let undone = other.deviations.remove(index);
            if !self.fails(&other) {
                mended.push(undone_text(&undone));
            }
        }
        let mut strong = Setup::clone(&story.setup);
        strong.kv =
            Settings { arbitration: strong.kv.arbitration.clone(), ..Settings::of(Profile::Strong, &strong.kv.colos) };
        if strong.kv != story.setup.kv && !self.fails(&Story { setup: Rc::new(strong), ..story.clone() }) {
            mended.push("the data is in a store without caches".to_owned());
        }
        if later(story, last).is_some_and(|later| !self.fails(&later)) {
            mended.push("the last request comes 61 s later".to_owned());
        }
        mended
    }
}

/// The story in which the last request comes after all caches have ended; `None` if there is nothing before it.
fn later(story: &Story, finished: &Finished) -> Option<Story> {
    const LATER: Duration = Duration::from_secs(61);
    let mut setup = Setup::clone(&story.setup);
    let mut deviations = story.deviations.clone();
    if setup.is_scripted {
        let tasks: Vec<_> = finished.history.tasks.iter().filter(|task| task.client().is_some()).collect();
        let last = tasks.last().filter(|_| tasks.len() > 1)?;
        setup.pauses = vec![LATER];
        let (verb, to) = Alternative::Later(LATER).words();
        deviations.push(Deviation { at: last.name.to_string(), verb: verb.to_owned(), to });
    } else {
        let last = setup.steps.iter().rposition(|step| matches!(step, Step::Together(_)))?;
        setup.steps.insert(last, Step::Advance(LATER));
        if last == 0 {
            return None;
        }
    }
    Some(Story { setup: Rc::new(setup), deviations, ..story.clone() })
}

fn undone_text(undone: &Deviation) -> String {
    let at = &undone.at;
    match undone.verb.as_str() {
        "hold" => format!("{at} does not wait until after {}", undone.to),
        "stale" => format!("{at} answers what is current"),
        "cut" => format!("{at} is waited for"),
        "dup" => format!("the message of {at} comes once"),
        "crash" => format!("the Worker survives {at}"),
        "fail" => format!("{at} does not fail"),
        "advance" => format!("{at} comes at once"),
        verb => format!("{at} is boring ({verb})"),
    }
}

/// The story without one request. The names of requests like it move up.
fn without(story: &Story, step: usize, index: usize) -> Story {
    let mut setup = Setup::clone(&story.setup);
    let mut deviations = story.deviations.clone();
    if let Step::Together(requests) = &mut setup.steps[step] {
        let gone = requests.remove(index);
        let name = format!("{}/{} {}", gone.client, gone.method, gone.path);
        let before = ordinal(&story.setup, (step, index), &name);
        for deviation in &mut deviations {
            move_up(&mut deviation.at, &name, before);
            move_up(&mut deviation.to, &name, before);
        }
    }
    Story { setup: Rc::new(setup), deviations, ..story.clone() }
}

/// Which of the requests of this name the one at a place is, from 1.
fn ordinal(setup: &Setup, (step, index): (usize, usize), name: &str) -> usize {
    let is_named =
        |request: &super::operation::Request| format!("{}/{} {}", request.client, request.method, request.path) == name;
    let mut count = 0;
    for (at, step_of) in setup.steps.iter().enumerate().take(step + 1) {
        let Step::Together(requests) = step_of else { continue };
        let until = if at == step { index + 1 } else { requests.len() };
        count += requests[..until].iter().filter(|request| is_named(request)).count();
    }
    count
}

/// `name#3` becomes `name#2` if number 2 or 1 is gone.
fn move_up(text: &mut String, name: &str, gone: usize) {
    let Some(rest) = text.strip_prefix(name).and_then(|rest| rest.strip_prefix('#')) else { return };
    let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (number, rest) = rest.split_at(digits);
    if let Some(number) = number.parse::<usize>().ok().filter(|number| *number > gone) {
        *text = format!("{name}#{}{rest}", number - 1);
    }
}

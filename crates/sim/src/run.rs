//! One run: the machine that owns time, the order of events, and KV.

mod effect;
mod script;

use super::agenda::{Agenda, Event, Pending};
use super::anomaly::Anomaly;
use super::decision::{Alternative, Decision, Fault};
use super::driver::{RequestEnd, Stored, Told, Turn};
use super::history::{History, OpRecord, Outcome, TaskRecord};
use super::operation::{Invocation, OpId, Operation, Reply, Request, Response, TaskId};
use super::plan::{Deviation, Plan};
use super::setup::{Setup, Step};
use super::strategy::Strategy;
use super::trace::TraceHash;
use bytes::Bytes;
use edgeemu_kv::consistency::{Missed, Written};
use edgeemu_world::{SIMULATED_START, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

/// A run is given up after so many events: a Worker that never stops asking would go on for ever.
const EVENTS_MAX: u32 = 100_000;

/// A decision that was made, for those who want to try the other ways.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) at: Rc<str>,
    pub(crate) alternatives: Vec<Alternative>,
    pub(crate) picked: usize,
    pub(crate) event: u32,
}

/// An event that happened, for those who want to try another order.
#[derive(Clone, Debug)]
pub(crate) struct Happened {
    pub(crate) name: Rc<str>,
    pub(crate) chain: u32,
    pub(crate) step: usize,
    pub(crate) since: u32,
    pub(crate) is_background: bool,
}

/// A run that is over.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Where it was not boring.
    pub plan: Plan,
    /// What happened.
    pub history: History,
    /// A number for all of it.
    pub trace: TraceHash,
    /// What went wrong.
    pub anomalies: Vec<Anomaly>,
    /// Whether it was given up because it would not end.
    pub endless: bool,
    pub(crate) made: Vec<Made>,
    pub(crate) happened: Vec<Happened>,
}

impl Finished {
    /// What went wrong and fails the test. A run that says nothing has none.
    pub fn failures(&self) -> impl Iterator<Item = &Anomaly> {
        let says_something = self.history.inconclusive.is_none();
        self.anomalies.iter().filter(move |anomaly| anomaly.fails && says_something)
    }

    /// How many events there were.
    #[must_use]
    pub fn events(&self) -> usize {
        self.happened.len()
    }
}

/// An operation that has not been answered.
#[derive(Debug, Default)]
struct Flight {
    held: bool,
    missed: Option<Missed>,
    written: Option<Written>,
    reply: Option<Reply>,
}

#[derive(Debug)]
struct Message {
    queue: String,
    id: u32,
    body: Bytes,
    attempt: u32,
    is_repeat: bool,
}

/// A run under way.
#[derive(Debug)]
pub struct Run {
    setup: Rc<Setup>,
    now: Timestamp,
    agenda: Agenda,
    turns: VecDeque<Turn>,
    history: History,
    ops: BTreeMap<OpId, usize>,
    flights: BTreeMap<OpId, Flight>,
    gone: BTreeSet<TaskId>,
    requests: Vec<Request>,
    /// Requests of the script that have not been scheduled.
    asked: VecDeque<Request>,
    /// Which request a task answers.
    answers: BTreeMap<TaskId, usize>,
    /// Waits of the script for everything to end.
    quiet: VecDeque<u32>,
    /// When the requests of this step may come at the earliest.
    step_begins: Timestamp,
    script_ended: bool,
    /// The invocations that something given to `waitUntil` keeps alive.
    kept: BTreeSet<TaskId>,
    without: BTreeSet<String>,
    messages: Vec<Message>,
    /// Which delivery a task is.
    deliveries: BTreeMap<TaskId, usize>,
    names: BTreeMap<String, u32>,
    chains: BTreeMap<TaskId, u32>,
    outstanding: usize,
    ticking: bool,
    step: usize,
    deviations: Vec<Deviation>,
    made: Vec<Made>,
    happened: Vec<Happened>,
    trace: TraceHash,
}

impl Run {
    /// A run of `setup` before anything happened.
    #[must_use]
    pub fn new(setup: Rc<Setup>) -> Run {
        let history = History { began: SIMULATED_START, ..History::default() };
        let turns = if setup.is_scripted { VecDeque::from([Turn::Script]) } else { VecDeque::new() };
        Run {
            setup,
            now: SIMULATED_START,
            agenda: Agenda::default(),
            turns,
            history,
            ops: BTreeMap::new(),
            flights: BTreeMap::new(),
            gone: BTreeSet::new(),
            requests: Vec::new(),
            asked: VecDeque::new(),
            answers: BTreeMap::new(),
            quiet: VecDeque::new(),
            step_begins: SIMULATED_START,
            script_ended: false,
            kept: BTreeSet::new(),
            without: BTreeSet::new(),
            messages: Vec::new(),
            deliveries: BTreeMap::new(),
            names: BTreeMap::new(),
            chains: BTreeMap::new(),
            outstanding: 0,
            ticking: false,
            step: 0,
            deviations: Vec::new(),
            made: Vec::new(),
            happened: Vec::new(),
            trace: TraceHash::default(),
        }
    }

    /// The same without these requests of its script.
    #[must_use]
    pub fn without(mut self, requests: &[String]) -> Run {
        self.without = requests.iter().cloned().collect();
        self
    }

    /// The time in the run. It stands while a Worker runs.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// How many events have happened.
    fn count(&self) -> u32 {
        u32::try_from(self.happened.len()).unwrap_or(u32::MAX)
    }

    /// What to do next; `None` when it is over.
    pub fn next(&mut self, strategy: &mut dyn Strategy) -> Option<Turn> {
        loop {
            while let Some(request) = self.asked.pop_front() {
                self.admit(strategy, request);
            }
            if let Some(turn) = self.turns.pop_front() {
                return Some(turn);
            }
            while self.outstanding == 0 && !self.ticking && self.begin_step(strategy) {}
            if self.count() >= EVENTS_MAX {
                return None;
            }
            if !self.one_event(strategy) {
                let number = self.quiet.pop_front()?;
                self.turns.push_back(Turn::Passed { number, stored: Stored::Unasked });
            }
        }
    }

    /// Begins the next step, if there is one.
    fn begin_step(&mut self, strategy: &mut dyn Strategy) -> bool {
        let setup = Rc::clone(&self.setup);
        let Some(step) = setup.steps.get(self.step) else { return false };
        self.step += 1;
        match step {
            Step::Advance(time) => {
                self.ticking = true;
                let name = self.name(format!("clock +{} ms", time.as_millis()));
                self.schedule((*time, u32::MAX), Event::Tick, name);
            }
            Step::Together(requests) => {
                for request in requests {
                    self.outstanding += 1;
                    self.requests.push(request.clone());
                    let number = self.requests.len() - 1;
                    let name = self.name(format!("{}/{} {}", request.client, request.method, request.path));
                    let pause = self.pause(strategy, &name);
                    self.schedule((pause, chain_of_request(number)), Event::Arrive(number), name);
                }
            }
        }
        true
    }

    /// How much later than it could a request comes.
    fn pause(&mut self, strategy: &mut dyn Strategy, name: &Rc<str>) -> Duration {
        let later = self.setup.pauses.iter().map(|pause| Alternative::Later(*pause));
        let alternatives: Vec<Alternative> = [Alternative::Boring].into_iter().chain(later).collect();
        match self.decide(strategy, name, &alternatives) {
            Alternative::Later(pause) => pause,
            _ => Duration::ZERO,
        }
    }

    /// `text` with a number that tells it from others alike.
    fn name(&mut self, text: String) -> Rc<str> {
        let name;
        if let Some(count) = self.names.get_mut(&text) {
            *count += 1;
            name = format!("{text}#{count}").into();
        } else {
            name = format!("{text}#1").into();
            self.names.insert(text, 1);
        }
        name
    }

    fn schedule(&mut self, (later, chain): (Duration, u32), event: Event, name: Rc<str>) {
        let since = self.count();
        self.agenda.add((self.now + later, chain), event, (name, since));
    }

    /// Lets `strategy` make a decision, and writes down what it was.
    fn decide(&mut self, strategy: &mut dyn Strategy, at: &Rc<str>, alternatives: &[Alternative]) -> Alternative {
        if alternatives.len() < 2 {
            return Alternative::Boring;
        }
        let picked = strategy.alternative(&Decision { at, alternatives });
        let picked = if picked < alternatives.len() { picked } else { 0 };
        let event = self.count();
        self.made.push(Made { at: Rc::clone(at), alternatives: alternatives.to_vec(), picked, event });
        if picked > 0 {
            let (verb, to) = alternatives[picked].words();
            self.deviations.push(Deviation { at: at.to_string(), verb: verb.to_owned(), to });
        }
        alternatives[picked]
    }

    /// Whether a fault that this run may have happens at `at`.
    fn fault(&mut self, strategy: &mut dyn Strategy, at: &Rc<str>, faults: &[Fault]) -> Option<Fault> {
        let allowed = faults.iter().filter(|fault| self.setup.faults.has(**fault));
        let allowed = allowed.map(|fault| Alternative::Fault(*fault));
        let alternatives: Vec<Alternative> = [Alternative::Boring].into_iter().chain(allowed).collect();
        match self.decide(strategy, at, &alternatives) {
            Alternative::Fault(fault) => Some(fault),
            _ => None,
        }
    }

    /// Lets one event happen, after time has passed if it must. `false`: there is nothing left.
    fn one_event(&mut self, strategy: &mut dyn Strategy) -> bool {
        // What could have happened before time passed waits for something that could not: otherwise nothing would have
        // kept it, and a plan could not say why it came late.
        let mut waiting = 0;
        loop {
            let later = self.agenda.next_due(self.now);
            let enabled = &self.agenda.enabled(self.now)[waiting..];
            let picked = if enabled.is_empty() { None } else { strategy.next(enabled, later.is_some()) };
            let index = match (picked, later) {
                (Some(index), _) => waiting + index.min(enabled.len() - 1),
                (None, Some(later)) => {
                    waiting += enabled.len();
                    self.now = later;
                    continue;
                }
                (None, None) if waiting + enabled.len() == 0 => return false,
                (None, None) => 0,
            };
            let pending = self.agenda.take(index);
            self.happen(strategy, pending);
            return true;
        }
    }

    fn happen(&mut self, strategy: &mut dyn Strategy, pending: Pending) {
        let Pending { event, name, chain, since, overtaken_by, .. } = pending;
        if let Some(until) = overtaken_by {
            self.deviations.push(Deviation::hold(&name, &until));
        }
        self.trace.add(name.as_bytes());
        self.trace.add(&self.now.as_millis().to_le_bytes());
        let is_background = self.is_background(event);
        self.happened.push(Happened { name: Rc::clone(&name), chain, step: self.step, since, is_background });
        match event {
            Event::Tick => self.ticking = false,
            Event::Passed(number) => self.turns.push_back(Turn::Passed { number, stored: Stored::Unasked }),
            Event::Arrive(number) => {
                let request = self.requests[number].clone();
                let colo =
                    request.colo.or_else(|| self.setup.colo_of(&request.client)).unwrap_or(self.setup.kv.colos[0]);
                let task = self.start(Invocation::Request(request), colo, (name, chain));
                self.answers.insert(task, number);
            }
            Event::Deliver(number) => self.deliver(number, (name, chain)),
            Event::Effect(op) => self.effect(strategy, op),
            Event::Answer(op) => self.answer(strategy, op),
        }
    }

    fn is_background(&self, event: Event) -> bool {
        match event {
            Event::Deliver(_) => true,
            Event::Effect(op) | Event::Answer(op) => {
                let task = self.history.task(op.task);
                task.client().is_none() || task.response.is_some()
            }
            Event::Arrive(_) | Event::Tick | Event::Passed(_) => false,
        }
    }

    fn start(
        &mut self,
        invocation: Invocation,
        colo: edgeemu_kv::consistency::Colo,
        (name, chain): (Rc<str>, u32),
    ) -> TaskId {
        let task = TaskId(u32::try_from(self.history.tasks.len()).expect("a run has fewer than 2^32 events"));
        let started = (self.count(), self.now);
        let name_of_task = Rc::clone(&name);
        let record = TaskRecord {
            id: task,
            name,
            invocation: invocation.clone(),
            colo,
            started,
            response: None,
            crashed: false,
        };
        self.history.tasks.push(record);
        self.chains.insert(task, chain);
        self.turns.push_back(Turn::Start { task, invocation, colo, name: name_of_task });
        task
    }

    fn deliver(&mut self, number: usize, named: (Rc<str>, u32)) {
        let message = &self.messages[number];
        let invocation = Invocation::Message {
            queue: message.queue.clone(),
            id: message.id,
            attempt: message.attempt,
            body: message.body.clone(),
        };
        let task = self.start(invocation, self.setup.consumer_colo(), named);
        self.deliveries.insert(task, number);
    }

    /// Takes what a Worker did.
    pub fn tell(&mut self, told: Told) {
        match told {
            Told::Announced { op, operation } => self.announced(op, operation),
            Told::Performed { op, reply } => self.performed(op, reply),
            Told::Held { op } => {
                if let Some(flight) = self.flights.get_mut(&op) {
                    flight.held = true;
                }
            }
            Told::Responded { task, response } => self.responded(task, response),
            Told::Cancelled { op } => self.cancelled(op),
            Told::Kept { task, kept: true } => {
                self.kept.insert(task);
            }
            Told::Kept { task, kept: false } => {
                self.kept.remove(&task);
                self.forget_waits(task);
            }
            told => self.script_did(told),
        }
    }

    fn announced(&mut self, op: OpId, operation: Operation) {
        if self.gone.contains(&op.task) {
            return;
        }
        let task = self.history.task(op.task);
        let (colo, text) = (task.colo, format!("{} · {operation}", task.name));
        let name = self.name(text);
        let announced = (self.count(), self.now);
        self.ops.insert(op, self.history.ops.len());
        let outcome = Outcome::Pending;
        let name_of_event = Rc::clone(&name);
        let record =
            OpRecord { id: op, name, operation, colo, announced, effect: None, answered: None, outcome, made: None };
        self.history.ops.push(record);
        self.flights.insert(op, Flight::default());
        self.schedule((Duration::ZERO, self.chains[&op.task]), Event::Effect(op), name_of_event);
    }

    fn responded(&mut self, task: TaskId, response: Response) {
        if self.gone.contains(&task) || self.history.task(task).response.is_some() {
            return;
        }
        self.trace.add(response.body.as_bytes());
        self.trace.add(&response.status.to_le_bytes());
        let is_request = self.history.task(task).client().is_some();
        let is_taken = response.is_success();
        let when = (self.count(), self.now);
        self.history.tasks[task.0 as usize].response = Some((when, response));
        self.forget_waits(task);
        if is_request {
            self.outstanding -= 1;
            self.answer_script(task, RequestEnd::Answered(task));
        } else {
            self.settle_delivery(task, is_taken);
        }
    }

    /// A message that was not taken is tried again.
    fn settle_delivery(&mut self, task: TaskId, is_taken: bool) {
        let Some(number) = self.deliveries.remove(&task) else { return };
        let attempts = self.setup.attempts;
        let message = &mut self.messages[number];
        if !is_taken && message.attempt < attempts {
            message.attempt += 1;
            self.queue_delivery(number);
        }
    }

    fn queue_delivery(&mut self, number: usize) {
        let message = &self.messages[number];
        let text = format!("queue {}/message {}", message.queue, message.id);
        let chain = chain_of_message(number);
        let name = self.name(text);
        self.schedule((Duration::ZERO, chain), Event::Deliver(number), name);
    }

    /// Ends an invocation with all it has under way.
    fn crash(&mut self, task: TaskId) {
        if !self.gone.insert(task) {
            return;
        }
        let record = &mut self.history.tasks[task.0 as usize];
        record.crashed = true;
        let had_answered = record.response.is_some();
        if record.client().is_none() {
            self.settle_delivery(task, false);
        } else if !had_answered {
            self.outstanding -= 1;
            self.answer_script(task, RequestEnd::Broken(task));
        }
        self.turns.push_back(Turn::Drop { task });
    }

    /// The end: what went wrong is looked for.
    #[must_use]
    pub fn finish(mut self) -> Finished {
        self.history.ended = self.now;
        let endless = self.count() >= EVENTS_MAX;
        if self.setup.is_scripted && !self.script_ended {
            let why = if endless { "the run never ends" } else { "the test waits for something that never comes" };
            self.history.inconclusive.get_or_insert(why.to_owned());
        }
        let anomalies = self.setup.checks.find(&self.history);
        Finished {
            plan: Plan { without: self.without.into_iter().collect(), ..Plan::of(self.deviations) },
            history: self.history,
            trace: self.trace,
            anomalies,
            endless,
            made: self.made,
            happened: self.happened,
        }
    }
}

fn number_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Requests come before messages, in the order of the test.
fn chain_of_request(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX / 2).min(u32::MAX / 2)
}

fn chain_of_message(number: usize) -> u32 {
    (u32::MAX / 2).saturating_add(u32::try_from(number).unwrap_or(u32::MAX))
}

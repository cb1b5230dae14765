//! What operations do, and how their answers come back.

use super::super::agenda::Event;
use super::super::decision::{Alternative, Decision, Fault};
use super::super::driver::Turn;
use super::super::history::Outcome;
use super::super::operation::{Failure, OpId, Operation, Reply, TaskId};
use super::super::plan::Deviation;
use super::super::strategy::Strategy;
use super::{Made, Message, Run};
use edgeemu_kv::Entry;
use edgeemu_kv::consistency::{Choices, ListQuery, Place, Point, Question, Replicas, Started, Visit};
use edgeemu_world::Timestamp;
use std::rc::Rc;
use std::time::Duration;

/// What a fault says to the Worker. Production says the same of a service that does not answer.
const FAILURE: &str = "500 Internal Server Error";

/// How long `waitUntil` keeps an invocation alive after its answer.
const WAIT_UNTIL: Duration = Duration::from_secs(30);

/// Makes the choices of KV decisions of the run.
struct Asking<'a> {
    strategy: &'a mut dyn Strategy,
    at: Rc<str>,
    event: u32,
    made: &'a mut Vec<Made>,
    deviations: &'a mut Vec<Deviation>,
}

impl Choices for Asking<'_> {
    fn choose(&mut self, question: Question, _: Place, points: &[Point]) -> usize {
        let alternatives: Vec<Alternative> = points.iter().map(|point| Alternative::Kv(question, *point)).collect();
        let picked = self.strategy.alternative(&Decision { at: &self.at, alternatives: &alternatives });
        let picked = if picked < alternatives.len() { picked } else { 0 };
        if picked > 0 {
            let (verb, to) = alternatives[picked].words();
            self.deviations.push(Deviation { at: self.at.to_string(), verb: verb.to_owned(), to });
        }
        self.made.push(Made { at: Rc::clone(&self.at), alternatives, picked, event: self.event });
        picked
    }
}

impl Run {
    /// Lets `act` do something with a namespace in the place of `op`.
    fn with_kv<T>(
        &mut self,
        strategy: &mut dyn Strategy,
        (op, namespace): (OpId, &str),
        act: impl FnOnce(&mut Replicas, &mut Visit<'_>) -> T,
    ) -> T {
        let record = &self.history.ops[self.ops[&op]];
        let (place, at) = (Place::of(record.colo), Rc::clone(&record.name));
        let event = u32::try_from(self.happened.len()).unwrap_or(u32::MAX);
        self.replicas(namespace);
        let replicas = self.history.kv.get_mut(namespace).expect("`replicas` has inserted it");
        let mut asking = Asking { strategy, at, event, made: &mut self.made, deviations: &mut self.deviations };
        act(replicas, &mut Visit { now: self.now, place, choices: &mut asking })
    }

    /// An operation reaches what it is about.
    pub(super) fn effect(&mut self, strategy: &mut dyn Strategy, op: OpId) {
        let index = self.ops[&op];
        if self.gone.contains(&op.task) {
            return;
        }
        let name = Rc::clone(&self.history.ops[index].name);
        if self.is_cut(strategy, (op, &name)) {
            return;
        }
        let operation = self.history.ops[index].operation.clone();
        let faults: &[Fault] = match &operation {
            Operation::Wait(_) => &[],
            operation if operation.is_write() => &[Fault::FailBefore, Fault::FailAfter, Fault::Crash],
            _ => &[Fault::FailBefore],
        };
        let fault = self.fault(strategy, &name, faults);
        if fault == Some(Fault::FailBefore) {
            self.history.ops[index].outcome = Outcome::Failed { happened: false };
            self.reply(op, Reply::Failed(Failure(FAILURE.to_owned())));
            return;
        }
        self.history.ops[index].effect = Some((self.count(), self.now));
        self.act(strategy, op, &operation);
        match fault {
            Some(Fault::FailAfter) => {
                self.history.ops[index].outcome = Outcome::Failed { happened: true };
                if let Some(flight) = self.flights.get_mut(&op) {
                    flight.reply = Some(Reply::Failed(Failure(FAILURE.to_owned())));
                }
            }
            Some(Fault::Crash) => self.crash(op.task),
            _ => {}
        }
    }

    /// Whether what an invocation left running ends before it happens.
    fn is_cut(&mut self, strategy: &mut dyn Strategy, (op, name): (OpId, &Rc<str>)) -> bool {
        if self.history.task(op.task).response.is_none() {
            return false;
        }
        if self.kept.contains(&op.task) && !self.is_past_wait_until(op.task) {
            return false;
        }
        let held = self.kept.contains(&op.task) || self.flights.get(&op).is_some_and(|flight| flight.held);
        let fault = if held { Fault::CutWaitUntil } else { Fault::CutLoose };
        if self.fault(strategy, name, &[fault]).is_none() {
            return false;
        }
        self.history.ops[self.ops[&op]].outcome = Outcome::Cut { held };
        true
    }

    /// Whether `waitUntil` has had its time.
    fn is_past_wait_until(&self, task: TaskId) -> bool {
        let answered = self.history.task(task).response.as_ref();
        answered.is_some_and(|((_, at), _)| self.now - *at >= WAIT_UNTIL)
    }

    fn act(&mut self, strategy: &mut dyn Strategy, op: OpId, operation: &Operation) {
        match operation {
            Operation::KvGet { namespace, key, cache_ttl } => self.kv_get(strategy, op, (namespace, key, *cache_ttl)),
            Operation::KvPut { namespace, key, entry } => self.kv_put(strategy, op, (namespace, key, Some(entry))),
            Operation::KvDelete { namespace, key } => self.kv_put(strategy, op, (namespace, key, None)),
            Operation::KvList { namespace, query } => self.kv_list(strategy, op, (namespace, query)),
            Operation::Wait(time) => {
                self.done(op, Reply::Done);
                self.schedule_answer(op, *time);
            }
            Operation::Send { queue, body } => {
                let id = self.messages.iter().filter(|message| message.queue == *queue).count() + 1;
                let id = u32::try_from(id).unwrap_or(u32::MAX);
                let message = Message { queue: queue.clone(), id, body: body.clone(), attempt: 1, is_repeat: false };
                self.send(strategy, op, message);
                self.done(op, Reply::Done);
                self.schedule_answer(op, Duration::ZERO);
            }
            Operation::Other { .. } => self.turns.push_back(Turn::Perform { op, operation: operation.clone() }),
        }
    }

    /// Delivers a message, twice if that is decided.
    fn send(&mut self, strategy: &mut dyn Strategy, op: OpId, message: Message) {
        let name = Rc::clone(&self.history.ops[self.ops[&op]].name);
        let twice = !message.is_repeat && self.fault(strategy, &name, &[Fault::Duplicate]).is_some();
        let repeat = Message { queue: message.queue.clone(), body: message.body.clone(), is_repeat: true, ..message };
        self.messages.push(message);
        self.queue_delivery(self.messages.len() - 1);
        if twice {
            self.messages.push(repeat);
            self.queue_delivery(self.messages.len() - 1);
        }
    }

    fn kv_get(&mut self, strategy: &mut dyn Strategy, op: OpId, (namespace, key, ttl): (&str, &str, Option<Duration>)) {
        match self.with_kv(strategy, (op, namespace), |kv, visit| kv.start_get(visit, key, ttl)) {
            Started::Answered(read) => {
                let reply = Reply::Entry(read.entry.clone());
                self.history.ops[self.ops[&op]].outcome = Outcome::Read(read);
                self.reply(op, reply);
            }
            Started::Missed(missed) => {
                self.flights.entry(op).or_default().missed = Some(missed);
                self.schedule_answer(op, Duration::ZERO);
            }
        }
    }

    fn kv_put(&mut self, strategy: &mut dyn Strategy, op: OpId, (namespace, key, entry): (&str, &str, Option<&Entry>)) {
        let written = self.with_kv(strategy, (op, namespace), |kv, visit| {
            let written = kv.start_put(visit, key, entry.cloned())?;
            kv.commit(visit, &written);
            Ok::<_, edgeemu_kv::Refusal>(written)
        });
        let index = self.ops[&op];
        match written {
            Ok(written) => {
                let made = written.version;
                self.history.ops[index].made = Some(made);
                self.history.ops[index].outcome = Outcome::Wrote { version: made, too_fast: written.too_fast };
                self.flights.entry(op).or_default().written = Some(written);
                self.reply(op, Reply::Done);
            }
            Err(refusal) => {
                let call = if entry.is_some() { "PUT" } else { "DELETE" };
                let text = format!("KV {call} failed: {refusal}");
                self.history.ops[index].outcome = Outcome::Refused(text.clone());
                self.history.ops[index].effect = None;
                self.reply(op, Reply::Failed(Failure(text)));
            }
        }
    }

    fn kv_list(&mut self, strategy: &mut dyn Strategy, op: OpId, (namespace, query): (&str, &ListQuery)) {
        let read = self.with_kv(strategy, (op, namespace), |kv, visit| {
            let fresh = kv.page(query, visit.now);
            kv.list(visit, query, fresh)
        });
        let reply = Reply::Page(read.page.clone());
        self.history.ops[self.ops[&op]].outcome = Outcome::Listed(read);
        self.reply(op, reply);
    }

    /// Takes what an operation of another service gave.
    pub(super) fn performed(&mut self, op: OpId, reply: Reply) {
        if self.gone.contains(&op.task) {
            return;
        }
        let outcome = &mut self.history.ops[self.ops[&op]].outcome;
        if *outcome == Outcome::Pending {
            *outcome = match &reply {
                Reply::Failed(failure) => Outcome::Refused(failure.0.clone()),
                _ => Outcome::Done,
            };
        }
        self.reply(op, reply);
    }

    fn done(&mut self, op: OpId, reply: Reply) {
        self.history.ops[self.ops[&op]].outcome = Outcome::Done;
        self.flights.entry(op).or_default().reply = Some(reply);
    }

    /// The answer is on its way. One that was decided before stays.
    fn reply(&mut self, op: OpId, reply: Reply) {
        self.flights.entry(op).or_default().reply.get_or_insert(reply);
        self.schedule_answer(op, Duration::ZERO);
    }

    fn schedule_answer(&mut self, op: OpId, later: Duration) {
        let name = format!("{} answered", self.history.ops[self.ops[&op]].name).into();
        self.schedule((later, self.chains[&op.task]), Event::Answer(op), name);
    }

    /// An answer reaches the Worker.
    pub(super) fn answer(&mut self, strategy: &mut dyn Strategy, op: OpId) {
        let Some(flight) = self.flights.remove(&op) else { return };
        let index = self.ops[&op];
        let operation = self.history.ops[index].operation.clone();
        let mut reply = flight.reply;
        if let (Some((namespace, _)), Some(missed)) = (operation.kv_key(), &flight.missed) {
            let read = self.with_kv(strategy, (op, namespace), |kv, visit| kv.finish_get(visit.now, missed));
            reply = reply.or_else(|| Some(Reply::Entry(read.entry.clone())));
            self.history.ops[index].outcome = Outcome::Read(read);
        }
        if let (Some((namespace, _)), Some(written)) = (operation.kv_key(), &flight.written) {
            self.with_kv(strategy, (op, namespace), |kv, visit| kv.acknowledge(visit, written));
        }
        if self.gone.contains(&op.task) {
            return;
        }
        let when: (u32, Timestamp) = (self.count(), self.now);
        self.history.ops[index].answered = Some(when);
        let reply = reply.unwrap_or(Reply::Done);
        self.trace.add(reply.digest().as_bytes());
        self.turns.push_back(Turn::Settle { op, reply });
    }
}

//! What the script of a test does in a run.

use super::super::agenda::Event;
use super::super::driver::{RequestEnd, Stored, Told, Turn, Wait};
use super::super::history::Outcome;
use super::super::operation::{OpId, Operation, Request, TaskId};
use super::super::strategy::Strategy;
use super::{Flight, Run, chain_of_request, number_of};
use edgeemu_kv::consistency::{ListQuery, Replicas};

impl Run {
    /// Lets a request of the script come in. One that begins a step comes a little later than what was before.
    pub(super) fn admit(&mut self, strategy: &mut dyn Strategy, request: Request) {
        let name = self.name(format!("{}/{} {}", request.client, request.method, request.path));
        self.requests.push(request);
        let number = self.requests.len() - 1;
        if self.without.contains(&*name) {
            self.turns.push_back(Turn::Answer { number: number_of(number), end: RequestEnd::LeftOut });
            return;
        }
        if self.outstanding == 0 {
            self.step += 1;
            self.step_begins = if self.step == 1 { self.now } else { self.now + self.setup.pace };
        }
        self.outstanding += 1;
        let pause = self.pause(strategy, &name);
        let later = self.step_begins.max(self.now) - self.now;
        self.schedule((later + pause, chain_of_request(number)), Event::Arrive(number), name);
    }

    /// Takes what the script of the test did.
    pub(super) fn script_did(&mut self, told: Told) {
        match told {
            Told::Asked { request, .. } => self.asked.push_back(request),
            Told::Waits { number, wait: Wait::Quiet } => self.quiet.push_back(number),
            Told::Waits { number, wait: Wait::Time(time) } => {
                let name = self.name(format!("clock +{} ms", time.as_millis()));
                self.schedule((time, u32::MAX), Event::Passed(number), name);
            }
            Told::Waits { number, wait } => {
                let stored = self.look(wait);
                self.turns.push_back(Turn::Passed { number, stored });
            }
            Told::Complained(complaint) => {
                self.trace.add(complaint.text.as_bytes());
                self.history.complaints.push(complaint);
            }
            Told::Sometimes { name, seen } => *self.history.sometimes.entry(name).or_default() |= seen,
            Told::Inconclusive(why) => {
                self.history.inconclusive.get_or_insert(why);
            }
            Told::Ended => self.script_ended = true,
            _ => {}
        }
    }

    /// Shows a script what the central store holds, or changes it.
    pub(super) fn look(&mut self, wait: Wait) -> Stored {
        let now = self.now;
        match wait {
            Wait::Import { namespace, key, entry } => {
                self.replicas(&namespace).import(&key, entry.as_ref(), now);
                Stored::Unasked
            }
            Wait::Value { namespace, key } => {
                let page =
                    self.replicas(&namespace).page(&ListQuery { prefix: key.clone(), ..ListQuery::default() }, now);
                let is_there = page.keys.iter().any(|found| found.name == key);
                Stored::Entry(is_there.then(|| self.history.final_entry(&namespace, &key)).flatten())
            }
            Wait::Keys { namespace, prefix } => {
                let query = ListQuery { prefix, ..ListQuery::default() };
                Stored::Keys(self.replicas(&namespace).page(&query, now).keys)
            }
            Wait::Time(_) | Wait::Quiet => Stored::Unasked,
        }
    }

    pub(super) fn replicas(&mut self, namespace: &str) -> &mut Replicas {
        if !self.history.kv.contains_key(namespace) {
            self.history.kv.insert(namespace.to_owned(), Replicas::new(self.setup.kv.clone()));
        }
        self.history.kv.get_mut(namespace).expect("it was inserted if it was not there")
    }

    pub(super) fn cancelled(&mut self, op: OpId) {
        let Some(index) = self.ops.get(&op) else { return };
        self.history.ops[*index].outcome = Outcome::Cancelled;
        self.flights.remove(&op);
        self.agenda.cancel(op);
    }

    /// Timers of an invocation that is over never fire.
    pub(super) fn forget_waits(&mut self, task: TaskId) {
        if self.kept.contains(&task) || self.history.task(task).response.is_none() {
            return;
        }
        let is_loose = |(op, flight): &(&OpId, &Flight)| op.task == task && !flight.held;
        let loose: Vec<OpId> = self.flights.iter().filter(is_loose).map(|(op, _)| *op).collect();
        for op in loose {
            if matches!(self.history.ops[self.ops[&op]].operation, Operation::Wait(_)) {
                self.cancelled(op);
            }
        }
    }

    pub(super) fn answer_script(&mut self, task: TaskId, end: RequestEnd) {
        if let Some(number) = self.answers.remove(&task).filter(|_| self.setup.is_scripted) {
            self.turns.push_back(Turn::Answer { number: number_of(number), end });
        }
    }
}

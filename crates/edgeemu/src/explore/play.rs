//! One run: what the simulator says is done in isolates, and what they do is told to the simulator.

mod answers;
mod requests;

use std::collections::BTreeMap;
use std::rc::Rc;

use bytes::Bytes;
use edgeemu_kv::consistency::Colo;
use edgeemu_runtime::{Given, Invocation, OpKey};
use edgeemu_sim as sim;
use edgeemu_world::Timestamp;
use sim::{OpId, TaskId, Told, Turn};

use super::actor::Actor;
use super::databases::RunDatabases;
use super::desk::Note;
use super::theatre::{Role, Theatre};
use answers::Answering;
use requests::Work;

/// A run under way. Dropping it ends what is left of it.
pub(super) struct Play {
    theatre: Rc<Theatre>,
    /// Which test of the file this is.
    test: usize,
    tasks: BTreeMap<TaskId, Task>,
    by_invocation: BTreeMap<(Role, u32), TaskId>,
    script: Option<Script>,
    answers: BTreeMap<TaskId, http::Response<Bytes>>,
    databases: RunDatabases,
    /// What operations of other bindings are to do, until they do it.
    work: BTreeMap<OpId, Work>,
    /// What came of it, until the Worker hears of it.
    done: BTreeMap<OpId, Given>,
    /// Whether something was done that JavaScript has not seen.
    again: bool,
}

/// An invocation of the Worker.
struct Task {
    role: Role,
    invocation: Option<Invocation>,
    answering: Answering,
    is_kept: bool,
}

/// The test while it runs.
struct Script {
    invocation: Invocation,
    answering: Answering,
    /// The operation that waits for each request, in the order in which they were sent.
    requests: Vec<OpKey>,
}

impl Play {
    pub(super) fn new(theatre: Rc<Theatre>, test: usize) -> Play {
        if !theatre.keeps.get() {
            theatre.empty();
        }
        for (_, actor) in theatre.actors() {
            actor.desk.clear();
        }
        let databases = theatre.databases();
        Play {
            theatre,
            test,
            tasks: BTreeMap::new(),
            by_invocation: BTreeMap::new(),
            script: None,
            answers: BTreeMap::new(),
            databases,
            work: BTreeMap::new(),
            done: BTreeMap::new(),
            again: false,
        }
    }

    fn actor(&self, role: Role, told: &mut Vec<Told>) -> Option<Rc<Actor>> {
        match self.theatre.actor(role) {
            Ok(actor) => Some(actor),
            Err(error) => {
                told.push(Told::Inconclusive(error.to_string()));
                None
            }
        }
    }

    fn start(&mut self, (id, invocation): (TaskId, &sim::Invocation), (colo, name): (Colo, &Rc<str>), now: Timestamp) {
        let role = Role::Worker(colo);
        let mut told = Vec::new();
        let sim::Invocation::Request(request) = invocation else { return };
        let Some(actor) = self.actor(role, &mut told) else { return };
        actor.desk.show(now);
        actor.desk.name_next(name);
        let (request, info) = requests::inbound(request, colo);
        let invocation = actor.isolate.begin_fetch(request, info);
        self.by_invocation.insert((role, invocation.id()), id);
        let task = Task { role, invocation: Some(invocation), answering: Answering::default(), is_kept: false };
        self.tasks.insert(id, task);
    }

    fn begin_script(&mut self, told: &mut Vec<Told>, now: Timestamp) {
        let Some(actor) = self.actor(Role::Tests, told) else { return };
        actor.desk.show(now);
        actor.desk.name_next(&"script".into());
        let (request, info) = requests::to_tests(&format!("/run/{}", self.test));
        let invocation = actor.isolate.begin_fetch(request, info);
        self.script = Some(Script { invocation, answering: Answering::default(), requests: Vec::new() });
    }

    fn give(&self, role: Role, (op, given): (OpKey, Given)) {
        if let Ok(actor) = self.theatre.actor(role) {
            actor.isolate.give(op, given);
        }
    }

    fn settle(&mut self, op: OpId, reply: sim::Reply) {
        let done = self.done.remove(&op);
        let Some(task) = self.tasks.get(&op.task) else { return };
        let Some(invocation) = &task.invocation else { return };
        let key = OpKey { invocation: invocation.id(), number: op.number };
        let given = match (reply, done) {
            (sim::Reply::Done, Some(done)) => done,
            (reply, _) => answers::given(reply),
        };
        self.give(task.role, (key, given));
    }

    /// Does an operation of another binding.
    fn perform(&mut self, op: OpId) -> sim::Reply {
        let done = match self.work.remove(&op) {
            Some(Work::D1 { binding, request }) => {
                self.databases.run(&self.theatre.stage, (binding, request)).map(Given::D1)
            }
            Some(Work::Fetch(request)) => self.ask_outside(request).map(Given::Response),
            None => return sim::Reply::Done,
        };
        match done {
            Ok(done) => {
                self.done.insert(op, done);
                sim::Reply::Done
            }
            Err(text) => sim::Reply::Failed(sim::Failure(text)),
        }
    }

    /// Lets the test answer a request of the Worker.
    fn ask_outside(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, String> {
        let what = requests::in_words(&request);
        let actor = self.theatre.actor(Role::Tests).map_err(|error| error.to_string())?;
        actor.desk.name_next(&what.as_str().into());
        let answer = ask(&self.theatre, &actor, requests::to_outside(request));
        let answer = answer.ok_or_else(|| format!("edgeemu explore: the test does not answer `{what}` at once"))?;
        if answer.headers().contains_key("edgeemu-nobody") {
            return Err(answers::leads_out(&what));
        }
        Ok(answer)
    }

    fn give_script(&self, (op, given): (OpKey, Given)) {
        self.give(Role::Tests, (op, given));
    }

    fn script_request(&self, number: u32) -> Option<OpKey> {
        self.script.as_ref()?.requests.get(number as usize).copied()
    }

    fn script_op(&self, number: u32) -> Option<OpKey> {
        Some(OpKey { invocation: self.script.as_ref()?.invocation.id(), number })
    }

    /// Lets everything run that can, and tells what it did.
    fn watch(&mut self, told: &mut Vec<Told>) {
        loop {
            self.theatre.stage.settle();
            self.again = false;
            self.read_notes(told);
            self.look_for_answers(told);
            if !self.again {
                break;
            }
        }
    }

    fn read_notes(&mut self, told: &mut Vec<Told>) {
        for (role, actor) in self.theatre.actors() {
            if actor.isolate.is_lost() {
                told.push(Told::Inconclusive("an isolate went over a limit of time or memory".to_owned()));
            }
            for note in actor.desk.take() {
                match note {
                    Note::Asked(op, asked) if role == Role::Tests => self.script_asks(op, *asked, told),
                    Note::Asked(op, asked) => {
                        if let Some(id) = self.op_id(role, op) {
                            let (operation, work) = requests::operation(*asked);
                            self.work.extend(work.map(|work| (id, work)));
                            told.push(Told::Announced { op: id, operation });
                        }
                    }
                    Note::Cancelled(op) => told.extend(self.op_id(role, op).map(|op| Told::Cancelled { op })),
                }
            }
        }
    }

    fn op_id(&self, role: Role, op: OpKey) -> Option<OpId> {
        let task = *self.by_invocation.get(&(role, op.invocation))?;
        Some(OpId { task, number: op.number })
    }

    fn script_asks(&mut self, op: OpKey, asked: edgeemu_runtime::Asked, told: &mut Vec<Told>) {
        let Some(script) = &mut self.script else { return };
        match requests::of_script(asked) {
            requests::OfScript::Request(request) => {
                let number = u32::try_from(script.requests.len()).unwrap_or(u32::MAX);
                script.requests.push(op);
                told.push(Told::Asked { number, request: *request });
            }
            requests::OfScript::Wait(wait) => told.push(Told::Waits { number: op.number, wait }),
            requests::OfScript::Refused(text) => {
                self.again = true;
                self.give_script((op, Given::Failed(text)));
            }
        }
    }

    fn look_for_answers(&mut self, told: &mut Vec<Told>) {
        for (id, task) in &mut self.tasks {
            let Some(invocation) = &mut task.invocation else { continue };
            let is_kept = invocation.is_kept();
            if is_kept != task.is_kept {
                task.is_kept = is_kept;
                told.push(Told::Kept { task: *id, kept: is_kept });
            }
            if let Some(answer) = invocation.answer() {
                self.again |= task.answering.begin(answer);
            }
            if let Some(response) = task.answering.end() {
                let body = String::from_utf8_lossy(response.body()).into_owned();
                let response_told = sim::Response::new(response.status().as_u16(), body);
                self.answers.insert(*id, response);
                told.push(Told::Responded { task: *id, response: response_told });
            }
        }
        let Some(script) = &mut self.script else { return };
        if let Some(answer) = script.invocation.answer() {
            self.again |= script.answering.begin(answer);
        }
        if let Some(response) = script.answering.end() {
            answers::tell_end(&response, told);
        }
    }
}

/// Asks the tests of a file what they are.
pub(super) fn ask_tests(theatre: &Theatre, actor: &Rc<Actor>) -> Result<Bytes, String> {
    let answer = ask(theatre, actor, requests::to_tests("/tests")).ok_or("the file of tests does not answer")?;
    if answer.status().is_success() {
        return Ok(answer.into_body());
    }
    Err(String::from_utf8_lossy(answer.body()).into_owned())
}

/// Asks the isolate of the tests something that it answers at once, or not at all.
fn ask(
    theatre: &Theatre,
    actor: &Rc<Actor>,
    (request, info): (http::Request<edgeemu_runtime::Body>, edgeemu_runtime::RequestInfo),
) -> Option<http::Response<Bytes>> {
    let mut invocation = actor.isolate.begin_fetch(request, info);
    let mut answering = Answering::default();
    theatre.stage.settle();
    if let Some(answer) = invocation.answer() {
        answering.begin(answer);
    }
    theatre.stage.settle();
    let answer = answering.end();
    invocation.end();
    answer
}

impl sim::Driver for Play {
    fn take(&mut self, turn: Turn, now: Timestamp, told: &mut Vec<Told>) {
        for (_, actor) in self.theatre.actors() {
            actor.desk.show(now);
        }
        self.databases.show(now);
        match turn {
            Turn::Start { task, invocation, colo, name } => self.start((task, &invocation), (colo, &name), now),
            Turn::Settle { op, reply } => self.settle(op, reply),
            Turn::Perform { op, .. } => {
                let reply = self.perform(op);
                told.push(Told::Performed { op, reply });
            }
            Turn::Drop { task } => {
                if let Some(mut task) = self.tasks.remove(&task) {
                    task.invocation.take().into_iter().for_each(Invocation::end);
                }
            }
            Turn::Script => self.begin_script(told, now),
            Turn::Answer { number, end } => {
                if let Some(op) = self.script_request(number) {
                    let response = match end {
                        sim::RequestEnd::Answered(task) => self.answers.remove(&task),
                        sim::RequestEnd::Broken(_) => None,
                        sim::RequestEnd::LeftOut => Some(answers::left_out()),
                    };
                    self.give_script((op, Given::Response(response.unwrap_or_else(answers::broken))));
                }
            }
            Turn::Passed { number, stored } => {
                if let Some(op) = self.script_op(number) {
                    self.give_script((op, Given::Response(answers::stored(stored))));
                }
            }
        }
        self.watch(told);
    }
}

impl Drop for Play {
    fn drop(&mut self) {
        for task in std::mem::take(&mut self.tasks).into_values() {
            task.invocation.into_iter().for_each(Invocation::end);
        }
        self.script.take().into_iter().for_each(|script| script.invocation.end());
        self.theatre.stage.settle();
    }
}

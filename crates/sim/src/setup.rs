//! What a run begins with: who asks for what, where, and what may go wrong.

use super::check::Checks;
use super::decision::Fault;
use super::operation::Request;
use edgeemu_kv::consistency::{Colo, Profile, Settings};
use std::collections::BTreeSet;
use std::time::Duration;

/// Somebody who sends requests. What one client sees is one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The name, which events are called by.
    pub name: String,
    /// Where the requests come in.
    pub colo: Colo,
}

/// One step of a test. The next begins once all its requests are answered; what they left running goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Requests that are under way together.
    Together(Vec<Request>),
    /// Time passes.
    Advance(Duration),
}

/// The faults a run may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub BTreeSet<Fault>);

impl Default for Faults {
    /// Those that need no bad luck: work nobody waits for is lost, messages come twice.
    fn default() -> Faults {
        Faults(BTreeSet::from([Fault::CutLoose, Fault::Duplicate]))
    }
}

impl Faults {
    /// All of them.
    #[must_use]
    pub fn all() -> Faults {
        let rest = [Fault::FailBefore, Fault::FailAfter, Fault::Crash, Fault::CutWaitUntil];
        Faults(Faults::default().0.into_iter().chain(rest).collect())
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }
}

/// Everything that is the same in all runs of one test.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How KV is taken to behave.
    pub kv: Settings,
    /// Who sends requests.
    pub clients: Vec<Client>,
    /// What they do.
    pub steps: Vec<Step>,
    /// Where messages are taken; the colo of the first client if there is none.
    pub consumer: Option<Colo>,
    /// How often a message is tried before it is given up.
    pub attempts: u32,
    /// What may go wrong.
    pub faults: Faults,
    /// How long a request may come later than it could: alternatives to at once.
    pub pauses: Vec<Duration>,
    /// What must hold.
    pub checks: Checks,
    /// Whether a script sends the requests, instead of `steps`. The driver runs it.
    pub is_scripted: bool,
    /// How much time passes before a script's next request when none is under way: people are not infinitely quick.
    pub pace: Duration,
}

impl Setup {
    /// A test with these clients under the profile `adversarial`.
    #[must_use]
    pub fn new(clients: &[(&str, Colo)]) -> Setup {
        let colos: BTreeSet<Colo> = clients.iter().map(|(_, colo)| *colo).collect();
        let colos: Vec<Colo> = colos.into_iter().collect();
        Setup {
            kv: Settings::of(Profile::Adversarial, &colos),
            clients: clients.iter().map(|(name, colo)| Client { name: (*name).to_owned(), colo: *colo }).collect(),
            steps: Vec::new(),
            consumer: None,
            attempts: 4,
            faults: Faults::default(),
            pauses: Vec::new(),
            checks: Checks::default(),
            is_scripted: false,
            pace: Duration::ZERO,
        }
    }

    /// Adds a request; `what` is a method and a path.
    #[must_use]
    pub fn request(mut self, client: &str, what: &str) -> Setup {
        self.steps.push(Step::Together(vec![Request::new(client, what)]));
        self
    }

    /// Adds requests that are under way together.
    #[must_use]
    pub fn together(mut self, requests: &[(&str, &str)]) -> Setup {
        let requests = requests.iter().map(|(client, what)| Request::new(client, what)).collect();
        self.steps.push(Step::Together(requests));
        self
    }

    /// Lets time pass.
    #[must_use]
    pub fn advance(mut self, secs: u64) -> Setup {
        self.steps.push(Step::Advance(Duration::from_secs(secs)));
        self
    }

    pub(crate) fn colo_of(&self, client: &str) -> Option<Colo> {
        self.clients.iter().find(|known| known.name == client).map(|known| known.colo)
    }

    pub(crate) fn consumer_colo(&self) -> Colo {
        let first = self.clients.first().map(|client| client.colo);
        self.consumer.or(first).unwrap_or(self.kv.colos[0])
    }
}

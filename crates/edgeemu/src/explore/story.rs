//! A test of a file as a scenario of the simulator.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use edgeemu_kv::consistency::{Colo, LocalVisibility, Profile, Reads, Settings, WriteRate};
use edgeemu_sim as sim;
use serde::Deserialize;
use sim::{Checks, Class, Expectation, Fault, Faults, Plan, Scenario, Setup};

use super::play::Play;
use super::theatre::Theatre;

/// Where clients are if a test does not say so.
const COLOS: [&str; 2] = ["FRA", "SFO"];

/// A test as its file describes it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) options: TestOptions,
}

/// The second argument of `explore`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct TestOptions {
    colos: Option<Vec<String>>,
    /// How people pause between two requests.
    pace: Option<Time>,
    /// What may go wrong besides caches.
    faults: Option<Vec<String>>,
    /// Demands, by `BINDING:prefix`.
    expect: BTreeMap<String, OneOrMany>,
    waive: Vec<Waiver>,
    /// How much later a request may come.
    pauses: Vec<Time>,
    /// Services that must not do the same thing twice.
    once: Vec<String>,
    kv: Model,
    pub(super) depth: Option<usize>,
    pub(super) runs: Option<usize>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A number of milliseconds, or text such as `61s`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Time {
    Millis(u64),
    Text(String),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiver {
    keys: String,
    anomaly: String,
    /// For whoever reads the test.
    #[serde(rename = "reason")]
    _reason: String,
}

/// What KV may do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Model {
    profile: Option<String>,
    /// Disjoint caches in a location.
    vdcs: Option<u8>,
    /// Whether a late answer may replace a newer entry.
    late_fills: bool,
}

impl Time {
    fn duration(&self) -> Result<Duration, String> {
        let text = match self {
            Time::Millis(millis) => return Ok(Duration::from_millis(*millis)),
            Time::Text(text) => text.trim(),
        };
        parse_time(text).ok_or_else(|| format!("`{text}` is not a time: write `61s`, `5m` or a number of milliseconds"))
    }
}

/// A time as people write it: `250ms`, `61s`, `5m`, `6h`, `1d`.
#[must_use]
pub fn parse_time(text: &str) -> Option<Duration> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let millis = match text[digits..].trim() {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    Some(Duration::from_millis(number.checked_mul(millis)?))
}

impl TestOptions {
    /// What is the same in all runs of the test.
    pub(super) fn setup(&self) -> Result<Setup, String> {
        let names = self.colos.clone().unwrap_or_else(|| COLOS.map(str::to_owned).to_vec());
        let colos: Vec<Colo> =
            names.iter().map(|name| name.parse().map_err(|error| format!("{error}"))).collect::<Result<_, _>>()?;
        let pace = self.pace.as_ref().map_or(Ok(Duration::from_secs(1)), Time::duration)?;
        Ok(Setup {
            kv: self.kv.settings(&colos)?,
            faults: self.faults()?,
            pauses: self.pauses.iter().map(Time::duration).collect::<Result<_, _>>()?,
            checks: self.checks()?,
            is_scripted: true,
            pace,
            ..Setup::new(&[])
        })
    }

    fn faults(&self) -> Result<Faults, String> {
        let Some(names) = &self.faults else {
            let mut faults = Faults::default();
            faults.0.insert(Fault::CutWaitUntil);
            return Ok(faults);
        };
        let mut faults = Faults(Default::default());
        for name in names {
            let named: &[Fault] = match name.as_str() {
                "cut" => &[Fault::CutLoose],
                "cut-wait-until" => &[Fault::CutWaitUntil],
                "dup" => &[Fault::Duplicate],
                "fail" => &[Fault::FailBefore, Fault::FailAfter],
                "crash" => &[Fault::Crash],
                other => {
                    return Err(format!("`{other}` is no fault: cut, cut-wait-until, dup, fail, crash"));
                }
            };
            faults.0.extend(named);
        }
        Ok(faults)
    }

    fn checks(&self) -> Result<Checks, String> {
        let mut checks = Checks::default();
        for (keys, demanded) in &self.expect {
            let demanded = match demanded {
                OneOrMany::One(one) => std::slice::from_ref(one),
                OneOrMany::Many(many) => many,
            };
            for text in demanded {
                checks = checks.expect(keys, expectation(text)?);
            }
        }
        for waiver in &self.waive {
            let class = Class::named(&waiver.anomaly).ok_or_else(|| {
                let names: Vec<&str> = Class::ALL.iter().map(|class| class.name()).collect();
                format!("`{}` is no anomaly: {}", waiver.anomaly, names.join(", "))
            })?;
            checks = checks.waive(class, &waiver.keys);
        }
        Ok(self.once.iter().fold(checks, |checks, service| checks.at_most_once(service)))
    }
}

fn expectation(text: &str) -> Result<Expectation, String> {
    let unknown = || {
        format!(
            "`{text}` cannot be demanded: read-your-writes, monotonic-reads, causal, fresh-lists, or max-staleness 5s"
        )
    };
    match text {
        "read-your-writes" => Ok(Expectation::ReadYourWrites),
        "monotonic-reads" => Ok(Expectation::MonotonicReads),
        "causal" => Ok(Expectation::Causal),
        "fresh-lists" => Ok(Expectation::FreshLists),
        other => {
            let bound = other.strip_prefix("max-staleness").and_then(|bound| parse_time(bound.trim()));
            bound.map(Expectation::MaxStaleness).ok_or_else(unknown)
        }
    }
}

impl Model {
    /// Everything that is documented, and nothing that is not, unless the test asks for it.
    fn settings(&self, colos: &[Colo]) -> Result<Settings, String> {
        let profile = match &self.profile {
            Some(name) => name.parse().map_err(|error| format!("{error}"))?,
            None => Profile::Documented,
        };
        let settings = Settings::of(profile, colos);
        let settings = match self.profile {
            Some(_) => settings,
            None => Settings {
                reads: Reads::AnyLegal,
                local_visibility: LocalVisibility::Open,
                write_rate: WriteRate::Open,
                ..settings
            },
        };
        let fills_monotone = settings.fills_monotone && !self.late_fills;
        Ok(Settings { vdcs: self.vdcs.unwrap_or(settings.vdcs), fills_monotone, ..settings })
    }
}

/// One test of a file.
pub(super) struct Story {
    pub(super) name: String,
    pub(super) index: usize,
    pub(super) setup: Setup,
    pub(super) theatre: Rc<Theatre>,
}

impl Scenario for Story {
    fn name(&self) -> &str {
        &self.name
    }

    fn setup(&self) -> Setup {
        self.setup.clone()
    }

    fn driver(&self) -> Box<dyn sim::Driver> {
        Box::new(Play::new(Rc::clone(&self.theatre), self.index))
    }

    fn pristine(&self) -> Box<dyn sim::Driver> {
        self.theatre.empty();
        self.driver()
    }
}

impl Story {
    /// Finds out whether isolates can go from run to run: the dullest run has to be the same in new ones and in used ones.
    pub(super) fn choose_isolates(&self) {
        let setup = Rc::new(self.setup());
        let run = |keeps: bool| {
            self.theatre.keeps.set(keeps);
            sim::replay(&setup, &mut *self.driver(), &Plan::default()).0.trace
        };
        let new = run(false);
        let same = run(true) == new && run(true) == new;
        self.theatre.keeps.set(same);
    }

    /// Searches. What used isolates do not do again is searched once more in new ones.
    pub(super) fn search(&self, options: &sim::Options) -> sim::Report {
        self.choose_isolates();
        let report = sim::explore(self, options);
        if report.nondeterminism.is_none() || !self.theatre.keeps.get() {
            return report;
        }
        self.theatre.keeps.set(false);
        sim::explore(self, options)
    }
}

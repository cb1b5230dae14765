//! Strategies without chance.

use super::super::agenda::Pending;
use super::super::decision::{Alternative, Decision};
use super::super::plan::{Deviation, Plan};
use super::Strategy;
use edgeemu_kv::consistency::Point;
use std::collections::{BTreeMap, BTreeSet};

/// Nothing unusual ever happens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Boring;

impl Strategy for Boring {
    fn next(&mut self, _: &[Pending], _: bool) -> Option<usize> {
        Some(0)
    }

    fn alternative(&mut self, _: &Decision<'_>) -> usize {
        0
    }
}

/// What a plan says, and nothing unusual otherwise.
#[derive(Clone, Debug)]
pub struct Replay {
    deviations: Vec<(Deviation, bool)>,
    by_event: BTreeMap<String, Vec<usize>>,
    /// The events that holds wait for, and whether they have happened.
    awaited: BTreeMap<String, bool>,
}

impl Replay {
    /// Goes by `plan`.
    #[must_use]
    pub fn new(plan: &Plan) -> Replay {
        let mut by_event: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, deviation) in plan.deviations.iter().enumerate() {
            by_event.entry(deviation.at.clone()).or_default().push(index);
        }
        let holds = plan.deviations.iter().filter(|deviation| deviation.is_hold());
        let awaited = holds.map(|hold| (hold.to.clone(), false)).collect();
        let deviations = plan.deviations.iter().map(|deviation| (deviation.clone(), false)).collect();
        Replay { deviations, by_event, awaited }
    }

    /// The deviations that met nothing so far.
    #[must_use]
    pub fn unused(&self) -> Vec<Deviation> {
        self.deviations.iter().filter(|(_, used)| !used).map(|(deviation, _)| deviation.clone()).collect()
    }

    /// Whether a hold keeps this event back.
    fn is_held(&mut self, name: &str) -> bool {
        let Some(indices) = self.by_event.get(name) else { return false };
        let mut held = false;
        for index in indices {
            let (deviation, used) = &mut self.deviations[*index];
            if deviation.is_hold() && self.awaited.get(&deviation.to) == Some(&false) {
                *used = true;
                held = true;
            }
        }
        held
    }

    fn happens(&mut self, name: &str) {
        if let Some(happened) = self.awaited.get_mut(name) {
            *happened = true;
        }
    }
}

impl Strategy for Replay {
    fn next(&mut self, enabled: &[Pending], can_wait: bool) -> Option<usize> {
        if self.awaited.is_empty() {
            return Some(0);
        }
        let free = enabled.iter().position(|pending| !self.is_held(pending.name()));
        // With nothing left to wait for a hold lapses.
        let picked = free.or_else(|| (!can_wait).then_some(0))?;
        self.happens(enabled[picked].name());
        Some(picked)
    }

    fn alternative(&mut self, decision: &Decision<'_>) -> usize {
        let Some(indices) = self.by_event.get(decision.at) else { return 0 };
        for index in indices {
            let (deviation, used) = &mut self.deviations[*index];
            let says = |alternative: &Alternative| {
                let (verb, to) = alternative.words();
                deviation.verb == verb && deviation.to == to
            };
            if let Some(picked) = decision.alternatives.iter().skip(1).position(says) {
                *used = true;
                return picked + 1;
            }
        }
        0
    }
}

/// Which reads [`Worst`] answers badly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorstOf {
    /// All of them.
    All,
    /// Those whose event has this in its name: a key, a client.
    Named(String),
    /// Every second one of them, beginning with this one, 0 or 1.
    Every(usize),
}

/// Reads answer the oldest version they may.
#[derive(Clone, Debug)]
pub struct Worst {
    of: WorstOf,
    reads: BTreeSet<String>,
}

impl Worst {
    /// For these reads.
    #[must_use]
    pub fn new(of: WorstOf) -> Worst {
        Worst { of, reads: BTreeSet::new() }
    }

    fn applies(&mut self, at: &str) -> bool {
        match &self.of {
            WorstOf::All => true,
            WorstOf::Named(name) => at.contains(name.as_str()),
            WorstOf::Every(first) => {
                self.reads.insert(at.to_owned());
                (self.reads.len() - 1) % 2 == *first
            }
        }
    }
}

impl Strategy for Worst {
    fn next(&mut self, _: &[Pending], _: bool) -> Option<usize> {
        Some(0)
    }

    fn alternative(&mut self, decision: &Decision<'_>) -> usize {
        let age = |alternative: &Alternative| match alternative {
            Alternative::Kv(_, Point::Cached { version, .. } | Point::Tier { version, .. }) => Some(version.0),
            Alternative::Kv(_, Point::CachedList) => Some(0),
            _ => None,
        };
        let stale = decision.alternatives.iter().enumerate().filter_map(|(at, way)| Some((age(way)?, at)));
        let Some((_, oldest)) = stale.min() else { return 0 };
        if self.applies(decision.at) { oldest } else { 0 }
    }
}

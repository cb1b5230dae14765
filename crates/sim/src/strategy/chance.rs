//! Strategies by chance. What they did is in the plan of the run, so nothing depends on their numbers afterwards.

use super::super::agenda::Pending;
use super::super::decision::Decision;
use super::Strategy;
use edgeemu_world::Rng;
use std::collections::BTreeMap;

fn below(rng: &Rng, bound: usize) -> usize {
    usize::try_from(rng.below(bound as u64)).unwrap_or(0)
}

/// Any alternative but the boring one.
fn unusual(rng: &Rng, decision: &Decision<'_>) -> usize {
    1 + below(rng, decision.alternatives.len() - 1)
}

/// Any event may be next, and any decision may go any way.
#[derive(Clone, Debug)]
pub struct Walk {
    rng: Rng,
    /// One decision in so many is not boring.
    rarity: u64,
}

impl Walk {
    /// The walk of a seed. Some seeds deviate often and some rarely, because much chance hides what little would show.
    #[must_use]
    pub fn new(seed: u64) -> Walk {
        let rng = Rng::seeded(seed).fork("walk");
        let rarity = [2, 4, 8, 16][below(&rng, 4)];
        Walk { rng, rarity }
    }
}

impl Strategy for Walk {
    fn next(&mut self, enabled: &[Pending], can_wait: bool) -> Option<usize> {
        // Even the only thing that can happen may have to wait for a timer.
        let ways = enabled.len() as u64 * 8 + u64::from(can_wait);
        let drawn = if ways == 8 { 0 } else { self.rng.below(ways) };
        let index = usize::try_from(drawn / 8).unwrap_or(0);
        (index < enabled.len()).then_some(index)
    }

    fn alternative(&mut self, decision: &Decision<'_>) -> usize {
        if self.rng.below(self.rarity) == 0 { unusual(&self.rng, decision) } else { 0 }
    }
}

/// Probabilistic concurrency testing: chains have priorities, and a few times in a run the one that leads falls back
/// behind all others. A bug that needs `depth` things to come together is found with a known probability.
#[derive(Clone, Debug)]
pub struct Pct {
    rng: Rng,
    priorities: BTreeMap<u32, u64>,
    /// The numbers of the events after which the leader falls back.
    changes: Vec<u64>,
    /// The numbers of the decisions that are not boring.
    decisions: Vec<u64>,
    events: u64,
    decided: u64,
    lowest: u64,
}

/// How long runs are, which [`Pct`] and [`Delays`] want to know; the boring run tells.
#[derive(Clone, Copy, Debug)]
pub struct Length {
    /// Events.
    pub events: usize,
    /// Decisions.
    pub decisions: usize,
}

impl Pct {
    /// For bugs of this depth in runs of about this length.
    #[must_use]
    pub fn new(seed: u64, depth: usize, length: Length) -> Pct {
        let rng = Rng::seeded(seed).fork("pct");
        let draw = |bound: usize| rng.below(bound.max(1) as u64);
        // The depth is shared out between the order of events and what is answered.
        let reorderings = below(&rng, depth + 1);
        let changes = (0..reorderings).map(|_| draw(length.events)).collect();
        let decisions = (reorderings..depth).map(|_| draw(length.decisions)).collect();
        Pct { rng, priorities: BTreeMap::new(), changes, decisions, events: 0, decided: 0, lowest: u64::MAX / 2 }
    }
}

impl Strategy for Pct {
    fn next(&mut self, enabled: &[Pending], _: bool) -> Option<usize> {
        for pending in enabled {
            let rng = &self.rng;
            self.priorities.entry(pending.chain()).or_insert_with(|| u64::MAX / 2 + rng.below(u64::MAX / 2));
        }
        let leader = |priorities: &BTreeMap<u32, u64>| {
            let by_priority = |(_, pending): &(usize, &Pending)| priorities[&pending.chain()];
            // The first of a chain goes first: `max_by_key` gives the last of equals, hence the reversal.
            enabled.iter().enumerate().rev().max_by_key(by_priority).map(|(index, _)| index)
        };
        let mut picked = leader(&self.priorities)?;
        if self.changes.contains(&self.events) {
            self.lowest -= 1;
            self.priorities.insert(enabled[picked].chain(), self.lowest);
            picked = leader(&self.priorities)?;
        }
        self.events += 1;
        Some(picked)
    }

    fn alternative(&mut self, decision: &Decision<'_>) -> usize {
        self.decided += 1;
        if self.decisions.contains(&(self.decided - 1)) { unusual(&self.rng, decision) } else { 0 }
    }
}

/// The boring run but for a number of places, drawn beforehand: there the first event waits for the next, or a decision
/// is not boring.
#[derive(Clone, Debug)]
pub struct Delays {
    rng: Rng,
    places: Vec<u64>,
    passed: u64,
}

impl Delays {
    /// At most `bound` such places in runs of about this length.
    #[must_use]
    pub fn new(seed: u64, bound: usize, length: Length) -> Delays {
        let rng = Rng::seeded(seed).fork("delays");
        let all = (length.events + length.decisions).max(1) as u64;
        let places = (0..bound).map(|_| rng.below(all)).collect();
        Delays { rng, places, passed: 0 }
    }

    fn is_place(&mut self) -> bool {
        self.passed += 1;
        self.places.contains(&(self.passed - 1))
    }
}

impl Strategy for Delays {
    fn next(&mut self, enabled: &[Pending], _: bool) -> Option<usize> {
        if self.is_place() && enabled.len() > 1 { Some(1 + below(&self.rng, enabled.len() - 1)) } else { Some(0) }
    }

    fn alternative(&mut self, decision: &Decision<'_>) -> usize {
        if self.is_place() { unusual(&self.rng, decision) } else { 0 }
    }
}

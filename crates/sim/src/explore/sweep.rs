//! All plans up to a number of deviations.

use super::super::plan::{Deviation, Plan};
use super::super::run::{Finished, Happened};
use super::Search;
use std::collections::BTreeSet;

/// Every single deviation that a run could have had.
fn singles(finished: &Finished) -> Vec<Deviation> {
    let mut found = BTreeSet::new();
    for made in &finished.made {
        for (index, alternative) in made.alternatives.iter().enumerate() {
            if index != 0 && index != made.picked {
                let (verb, to) = alternative.words();
                found.insert((made.event, Deviation { at: made.at.to_string(), verb: verb.to_owned(), to }));
            }
        }
    }
    for (at, event) in finished.happened.iter().enumerate() {
        let later = finished.happened[at + 1..].iter().filter(|later| may_overtake(later, event, at));
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        found.extend(later.map(|later| (place, Deviation::hold(&event.name, &later.name))));
    }
    found.into_iter().map(|(_, deviation)| deviation).collect()
}

/// Whether `later` could have happened before `event`, which was the `at`th: because it was waiting already, or because it
/// belongs to something else that was under way at the time.
fn may_overtake(later: &Happened, event: &Happened, at: usize) -> bool {
    let was_waiting = later.since as usize <= at;
    let under_way = later.chain != event.chain && (later.step == event.step || event.is_background);
    was_waiting || under_way
}

impl Search<'_> {
    /// Tries all plans of up to `depth` deviations. Those that lead to a run that was seen before lead no further.
    pub(super) fn sweep(&mut self, boring: &Finished, depth: usize) -> Option<()> {
        let mut parents = vec![boring.clone()];
        let mut tried = BTreeSet::new();
        for level in 1..=depth {
            let mut children = Vec::new();
            for parent in &parents {
                let new = self.extend(parent, &mut tried)?;
                // Whole runs are large: none is kept that leads no further.
                if level < depth {
                    children.extend(new);
                }
            }
            parents = children;
        }
        Some(())
    }

    /// Tries `parent` with each deviation it could have had besides; gives back the runs that were not seen before.
    fn extend(&mut self, parent: &Finished, tried: &mut BTreeSet<Vec<Deviation>>) -> Option<Vec<Finished>> {
        let mut children = Vec::new();
        for deviation in singles(parent) {
            let mut deviations = parent.plan.deviations.clone();
            deviations.push(deviation);
            let mut set = deviations.clone();
            set.sort();
            if !tried.insert(set) {
                continue;
            }
            let known = self.traces.len();
            let child = self.try_plan(&Plan::of(deviations))?;
            if self.traces.len() > known {
                children.push(child);
            }
        }
        Some(children)
    }
}

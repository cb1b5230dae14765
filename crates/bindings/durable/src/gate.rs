//! The input gate of one object: which events may be delivered while critical sections run.

use crate::error::DurableError;
use crate::limits;
use std::collections::{BTreeMap, VecDeque};

/// A critical section, and with it everything that was begun in it.
pub type Section = u32;

/// Whatever was begun outside of every critical section.
pub const ROOT: Section = 0;

/// The sections of one object. Each has at most one child that runs; while it does, only what belongs to the child is
/// delivered. What belongs to a section that is over belongs to the one around it.
#[derive(Debug)]
pub struct InputGate {
    sections: BTreeMap<Section, Entry>,
    last: Section,
}

#[derive(Debug, Default)]
struct Entry {
    parent: Section,
    running: Option<Section>,
    waiting: VecDeque<Section>,
    /// Ended; its parent stands in for it.
    is_over: bool,
}

impl Default for InputGate {
    fn default() -> InputGate {
        InputGate { sections: BTreeMap::from([(ROOT, Entry::default())]), last: ROOT }
    }
}

impl InputGate {
    /// A new section inside of `parent`. It runs at once unless another one does; then it waits for its turn.
    ///
    /// # Errors
    /// [`DurableError::SectionDepth`].
    pub fn enter(&mut self, parent: Section) -> Result<Section, DurableError> {
        let parent = self.live(parent);
        if self.depth(parent) >= limits::SECTION_DEPTH {
            return Err(DurableError::SectionDepth);
        }
        self.last += 1;
        let section = self.last;
        self.sections.insert(section, Entry { parent, ..Entry::default() });
        let outer = self.entry(parent);
        if outer.running.is_none() {
            outer.running = Some(section);
        } else {
            outer.waiting.push_back(section);
        }
        Ok(section)
    }

    /// Whether the section has begun and has not ended.
    #[must_use]
    pub fn is_running(&self, section: Section) -> bool {
        let entry = self.sections.get(&section);
        entry
            .is_some_and(|entry| self.sections.get(&entry.parent).is_some_and(|parent| parent.running == Some(section)))
    }

    /// Whether the section has not ended yet.
    #[must_use]
    pub fn is_known(&self, section: Section) -> bool {
        self.sections.get(&section).is_some_and(|entry| !entry.is_over)
    }

    /// The section is over. Sections that still run or wait inside of it go on inside of the one around it.
    pub fn leave(&mut self, section: Section) {
        let Some(entry) = self.sections.get_mut(&section) else { return };
        if entry.is_over || section == ROOT {
            return;
        }
        entry.is_over = true;
        let (parent, children) = (entry.parent, entry.running.take().into_iter().chain(entry.waiting.drain(..)));
        let children: Vec<Section> = children.collect();
        for child in &children {
            self.entry(*child).parent = parent;
        }
        let outer = self.entry(parent);
        if outer.running == Some(section) {
            outer.running = None;
        }
        outer.waiting.retain(|waiting| *waiting != section);
        for child in children.into_iter().rev() {
            outer.waiting.push_front(child);
        }
        if outer.running.is_none() {
            outer.running = outer.waiting.pop_front();
        }
        self.forget();
    }

    /// A section that is not known counts as the outermost, so those that come to the same need no entry.
    fn forget(&mut self) {
        let over = self.sections.iter().filter(|(_, entry)| entry.is_over);
        let gone: Vec<Section> = over.map(|(id, _)| *id).filter(|id| self.live(*id) == ROOT).collect();
        for section in gone {
            self.sections.remove(&section);
        }
    }

    /// Whether something that belongs to `section` may be delivered now.
    #[must_use]
    pub fn admits(&self, section: Section) -> bool {
        let live = self.live(section);
        self.sections.get(&live).is_some_and(|entry| entry.running.is_none()) && self.has_begun(live)
    }

    fn has_begun(&self, section: Section) -> bool {
        section == ROOT || self.is_running(section)
    }

    /// The innermost section around `section`, itself included, that is not over.
    fn live(&self, mut section: Section) -> Section {
        while let Some(entry) = self.sections.get(&section).filter(|entry| entry.is_over) {
            section = entry.parent;
        }
        if self.sections.contains_key(&section) { section } else { ROOT }
    }

    fn depth(&self, section: Section) -> usize {
        let mut depth = 0;
        let mut at = self.live(section);
        while at != ROOT {
            depth += 1;
            at = self.live(self.sections[&at].parent);
        }
        depth
    }

    fn entry(&mut self, section: Section) -> &mut Entry {
        self.sections.entry(section).or_default()
    }
}

//! The ends that the scripts of one isolate hold.

use std::collections::BTreeMap;
use std::rc::Rc;

use deno_core::v8;
use edgeemu_durable::{DurableError, ROOT, Section};

use super::line::{Arrival, End};

/// An end and the object that holds it.
struct Held {
    end: Rc<End>,
    /// The invocation that made it.
    context: u32,
    /// The object that gets its events, once the script has accepted it.
    object: Option<v8::Global<v8::Object>>,
    /// The critical section it was accepted in.
    section: Section,
    /// The Durable Object keeps it, and gets its events.
    is_kept: bool,
}

/// Why an end cannot go into a response, in production's words.
#[derive(Clone, Copy, Debug, thiserror::Error, deno_error::JsError)]
#[class(type)]
pub(crate) enum Unusable {
    #[error("Can't return WebSocket that was already used in a response.")]
    Used,
    #[error("Can't return WebSocket in a Response after calling accept().")]
    Accepted,
    #[error("Can't return WebSocket in a Response after calling acceptWebSocket().")]
    Kept,
}

/// Every end of an isolate, by ids that are not used twice.
#[derive(Default)]
pub(crate) struct Sockets {
    held: BTreeMap<u32, Held>,
    last: u32,
}

impl Sockets {
    /// Gives an end to an invocation.
    pub(crate) fn add(&mut self, context: u32, end: End) -> u32 {
        self.insert(Held { end: Rc::new(end), context, object: None, section: ROOT, is_kept: false })
    }

    /// Gives an end that a Durable Object keeps to its new instance.
    pub(crate) fn add_kept(&mut self, context: u32, end: Rc<End>) -> u32 {
        self.insert(Held { end, context, object: None, section: ROOT, is_kept: true })
    }

    fn insert(&mut self, held: Held) -> u32 {
        self.last = self.last.wrapping_add(1);
        self.held.insert(self.last, held);
        self.last
    }

    pub(crate) fn end(&self, id: u32) -> Option<&Rc<End>> {
        self.held.get(&id).map(|held| &held.end)
    }

    /// From now on `listener` hears of arrivals, which are for `object`.
    pub(crate) fn accept(&mut self, id: u32, object: v8::Global<v8::Object>, section: Section) -> Option<&Rc<End>> {
        let held = self.held.get_mut(&id)?;
        held.object = Some(object);
        held.section = section;
        Some(&held.end)
    }

    /// From now on the Durable Object keeps the end.
    pub(crate) fn keep(&mut self, id: u32) -> Result<Rc<End>, DurableError> {
        let held = self.held.get_mut(&id).ok_or(DurableError::SocketPairUsed)?;
        if held.object.is_some() || held.is_kept {
            return Err(DurableError::SocketAccepted);
        }
        if held.end.is_coupled() {
            return Err(DurableError::SocketPairUsed);
        }
        held.is_kept = true;
        held.end.mark_kept();
        Ok(Rc::clone(&held.end))
    }

    /// The invocation that an end belongs to, and the critical section it was accepted in.
    pub(crate) fn owner(&self, id: u32) -> Option<(u32, Section)> {
        self.held.get(&id).map(|held| (held.context, held.section))
    }

    /// Whether a script of this invocation listens to an end that it has accepted itself.
    pub(crate) fn are_heard(&self, context: u32) -> bool {
        self.held.values().any(|held| held.context == context && held.object.is_some() && !held.end.is_over())
    }

    /// Takes an end away from its object, for a response or for somebody else who will hold it.
    pub(crate) fn take(&mut self, id: u32) -> Result<Rc<End>, Unusable> {
        match self.held.get(&id) {
            None => Err(Unusable::Used),
            Some(held) if held.is_kept => Err(Unusable::Kept),
            Some(held) if held.object.is_some() => Err(Unusable::Accepted),
            Some(_) => self.held.remove(&id).map(|held| held.end).ok_or(Unusable::Used),
        }
    }

    /// Forgets an end: its object has no use for it any more.
    pub(crate) fn remove(&mut self, id: u32) -> Option<Rc<End>> {
        self.held.remove(&id).map(|held| held.end)
    }

    /// What has arrived at an end, and whom it is for.
    pub(crate) fn arrival(&self, id: u32) -> Option<(v8::Global<v8::Object>, Arrival)> {
        let held = self.held.get(&id)?;
        let object = held.object.clone()?;
        Some((object, held.end.take()?))
    }

    /// Whether a script waits for something that can come from outside.
    pub(crate) fn wait_for_outside(&self) -> bool {
        self.held.values().any(|held| held.object.is_some() && held.end.waits_for_outside())
    }

    /// Takes out what an invocation leaves behind.
    pub(crate) fn of_context(&mut self, context: u32) -> Vec<Rc<End>> {
        let ids: Vec<_> = self.held.iter().filter(|(_, held)| held.context == context).map(|(id, _)| *id).collect();
        ids.into_iter().filter_map(|id| self.remove(id)).collect()
    }

    /// Takes out everything.
    pub(crate) fn drain(&mut self) -> Vec<Rc<End>> {
        std::mem::take(&mut self.held).into_values().map(|held| held.end).collect()
    }
}

//! The ends that the scripts of one isolate hold.

use std::collections::BTreeMap;

use deno_core::v8;

use super::line::{Arrival, End};

/// An end and the object that holds it.
struct Held {
    end: End,
    /// The invocation that made it.
    context: u32,
    /// The object that gets its events, once the script has accepted it.
    object: Option<v8::Global<v8::Object>>,
}

/// Why an end cannot go into a response, in production's words.
#[derive(Clone, Copy, Debug, thiserror::Error, deno_error::JsError)]
#[class(type)]
pub(crate) enum Unusable {
    #[error("Can't return WebSocket that was already used in a response.")]
    Used,
    #[error("Can't return WebSocket in a Response after calling accept().")]
    Accepted,
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
        self.last = self.last.wrapping_add(1);
        self.held.insert(self.last, Held { end, context, object: None });
        self.last
    }

    pub(crate) fn end(&self, id: u32) -> Option<&End> {
        self.held.get(&id).map(|held| &held.end)
    }

    /// From now on `listener` hears of arrivals, which are for `object`.
    pub(crate) fn accept(&mut self, id: u32, object: v8::Global<v8::Object>) -> Option<&End> {
        let held = self.held.get_mut(&id)?;
        held.object = Some(object);
        Some(&held.end)
    }

    /// Takes an end away from its object, for a response or for somebody else who will hold it.
    pub(crate) fn take(&mut self, id: u32) -> Result<End, Unusable> {
        match self.held.get(&id) {
            None => Err(Unusable::Used),
            Some(held) if held.object.is_some() => Err(Unusable::Accepted),
            Some(_) => self.held.remove(&id).map(|held| held.end).ok_or(Unusable::Used),
        }
    }

    /// Forgets an end: its object has no use for it any more.
    pub(crate) fn remove(&mut self, id: u32) -> Option<End> {
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
    pub(crate) fn of_context(&mut self, context: u32) -> Vec<End> {
        let ids: Vec<_> = self.held.iter().filter(|(_, held)| held.context == context).map(|(id, _)| *id).collect();
        ids.into_iter().filter_map(|id| self.remove(id)).collect()
    }

    /// Takes out everything.
    pub(crate) fn drain(&mut self) -> Vec<End> {
        std::mem::take(&mut self.held).into_values().map(|held| held.end).collect()
    }
}

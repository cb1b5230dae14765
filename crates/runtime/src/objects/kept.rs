//! The WebSockets that an object keeps while it hibernates. They outlive its instances: what arrives at one makes the
//! next instance, unless it is answered automatically.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

use bytes::Bytes;
use edgeemu_durable::{AutoResponse, DurableError, limits};
use edgeemu_world::{Timestamp, World};

use crate::sockets::{Arrival, End};

/// The WebSockets of one object. Lives on the lane of its isolates.
pub struct KeptSockets {
    world: World,
    sockets: RefCell<BTreeMap<u32, Kept>>,
    last: Cell<u32>,
    /// For each thing that has arrived, at which of them.
    arrivals: RefCell<VecDeque<u32>>,
    auto_response: RefCell<Option<AutoResponse>>,
    /// How long a handler may take, in milliseconds.
    timeout: Cell<Option<u32>>,
    wake: Box<dyn Fn()>,
    is_delivering: Cell<bool>,
}

struct Kept {
    end: Rc<End>,
    tags: Vec<String>,
    /// Serialized.
    attachment: Option<Bytes>,
    /// When it was answered automatically for the last time.
    answered: Option<Timestamp>,
    /// The other side sends no more.
    is_over: bool,
}

/// A WebSocket as a new instance gets it.
pub(crate) struct Woken {
    pub(crate) end: Rc<End>,
    pub(crate) tags: Vec<String>,
    pub(crate) attachment: Option<Bytes>,
    pub(crate) is_over: bool,
}

/// Something that has arrived for the object's handlers.
pub struct SocketArrival {
    pub(crate) socket: u32,
    pub(crate) arrival: Arrival,
}

impl KeptSockets {
    /// No sockets yet. `wake` is called when something has arrived that [`KeptSockets::next`] will give.
    pub fn new(world: World, wake: Box<dyn Fn()>) -> Rc<KeptSockets> {
        Rc::new(KeptSockets {
            world,
            sockets: RefCell::default(),
            last: Cell::new(0),
            arrivals: RefCell::default(),
            auto_response: RefCell::default(),
            timeout: Cell::new(None),
            wake,
            is_delivering: Cell::new(false),
        })
    }

    /// Whether the object could be forgotten altogether.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sockets.borrow().is_empty()
    }

    /// From now on somebody brings the arrivals to the object; false if somebody does already.
    pub fn begin_delivery(&self) -> bool {
        !self.is_delivering.replace(true)
    }

    /// The next arrival for the object; without one, [`KeptSockets::begin_delivery`] is open again.
    pub fn next(&self) -> Option<SocketArrival> {
        self.answer_automatically();
        loop {
            let Some(socket) = self.arrivals.borrow_mut().pop_front() else {
                self.is_delivering.set(false);
                return None;
            };
            if let Some(arrival) = self.taken(socket) {
                return Some(SocketArrival { socket, arrival });
            }
        }
    }

    fn taken(&self, socket: u32) -> Option<Arrival> {
        let mut sockets = self.sockets.borrow_mut();
        let kept = sockets.get_mut(&socket).filter(|kept| !kept.is_over)?;
        let arrival = kept.end.take()?;
        kept.is_over = !matches!(arrival, Arrival::Text(_) | Arrival::Binary(_));
        Some(arrival)
    }

    /// Closes all connections without a word.
    pub fn clear(&self) {
        let sockets = self.sockets.take();
        self.arrivals.take();
        self.auto_response.take();
        self.timeout.set(None);
        drop(sockets);
    }

    /// How many more there may be is checked before anything else happens to a socket.
    pub(crate) fn check_room(&self) -> Result<(), DurableError> {
        if self.sockets.borrow().len() >= limits::SOCKETS { Err(DurableError::TooManySockets) } else { Ok(()) }
    }

    /// Keeps a socket; gives its number.
    pub(crate) fn keep(self: &Rc<Self>, end: Rc<End>, tags: Vec<String>, attachment: Option<Bytes>) -> u32 {
        let id = self.last.get().wrapping_add(1);
        self.last.set(id);
        let kept = Kept { end: Rc::clone(&end), tags, attachment, answered: None, is_over: false };
        self.sockets.borrow_mut().insert(id, kept);
        let own: Weak<KeptSockets> = Rc::downgrade(self);
        end.listen(Rc::new(move || {
            if let Some(own) = own.upgrade() {
                own.arrived(id);
            }
        }));
        id
    }

    fn arrived(&self, socket: u32) {
        self.arrivals.borrow_mut().push_back(socket);
        self.answer_automatically();
        if !self.arrivals.borrow().is_empty() {
            (self.wake)();
        }
    }

    /// Answers what needs no object, as long as that comes first.
    fn answer_automatically(&self) {
        let Some(auto) = self.auto_response.borrow().clone() else { return };
        let is_request = |arrival: &Arrival| matches!(arrival, Arrival::Text(text) if text == auto.request());
        loop {
            let Some(socket) = self.arrivals.borrow().front().copied() else { return };
            let end = self.sockets.borrow().get(&socket).map(|kept| Rc::clone(&kept.end));
            let Some(end) = end.filter(|end| end.take_if(is_request).is_some()) else { return };
            self.arrivals.borrow_mut().pop_front();
            if let Some(kept) = self.sockets.borrow_mut().get_mut(&socket) {
                kept.answered = Some(self.world.clock().now());
            }
            end.send(Arrival::Text(auto.response().to_owned()));
        }
    }

    /// The sockets with this tag, or all of them, the newest first.
    pub(crate) fn list(&self, tag: Option<&str>) -> Vec<u32> {
        let has_tag = |kept: &Kept| tag.is_none_or(|tag| kept.tags.iter().any(|own| own == tag));
        self.sockets.borrow().iter().rev().filter(|(_, kept)| has_tag(kept)).map(|(id, _)| *id).collect()
    }

    /// What a new instance needs to know of a socket.
    pub(crate) fn woken(&self, socket: u32) -> Option<Woken> {
        let sockets = self.sockets.borrow();
        let kept = sockets.get(&socket)?;
        let (end, tags, attachment) = (Rc::clone(&kept.end), kept.tags.clone(), kept.attachment.clone());
        Some(Woken { end, tags, attachment, is_over: kept.is_over })
    }

    /// The object has heard of the end of a socket.
    pub(crate) fn forget_ended(&self, socket: u32) {
        let ended = {
            let mut sockets = self.sockets.borrow_mut();
            let is_over = sockets.get(&socket).is_some_and(|kept| kept.is_over);
            if is_over { sockets.remove(&socket) } else { None }
        };
        drop(ended);
    }

    pub(crate) fn set_attachment(&self, socket: u32, attachment: Bytes) {
        if let Some(kept) = self.sockets.borrow_mut().get_mut(&socket) {
            kept.attachment = Some(attachment);
        }
    }

    pub(crate) fn answered(&self, socket: u32) -> Option<Timestamp> {
        self.sockets.borrow().get(&socket)?.answered
    }

    pub(crate) fn auto_response(&self) -> Option<AutoResponse> {
        self.auto_response.borrow().clone()
    }

    pub(crate) fn set_auto_response(&self, pair: Option<AutoResponse>) {
        *self.auto_response.borrow_mut() = pair;
    }

    pub(crate) fn timeout(&self) -> Option<u32> {
        self.timeout.get()
    }

    pub(crate) fn set_timeout(&self, millis: Option<u32>) {
        self.timeout.set(millis);
    }
}

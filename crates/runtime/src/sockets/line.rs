//! A line between two ends in one process: what one end sends arrives at the other, in order.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

/// Bytes that wait at an end before whoever relays from outside has to wait, too.
const WAITING_BYTES_MAX: usize = 1 << 20;

/// What an end finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    Text(String),
    Binary(Bytes),
    /// The other end sends no more. Code 1005 stands for a close without a code.
    Close {
        code: u16,
        reason: String,
    },
    /// The other end is gone without having closed.
    Lost,
    /// What came from outside broke the protocol, or a connection failed; with the text of the error.
    Failed(String),
    /// The other end was released while this one had not settled its own close yet.
    Dropped,
    /// The script that holds this end failed; it knows with what.
    Raised,
}

impl Arrival {
    fn weight(&self) -> usize {
        match self {
            Arrival::Text(text) => text.len(),
            Arrival::Binary(bytes) => bytes.len(),
            _ => 0,
        }
    }
}

/// Called once for each arrival, whoever takes it.
type Listener = Rc<dyn Fn()>;

#[derive(Default)]
struct Place {
    arrivals: VecDeque<Arrival>,
    waiting_bytes: usize,
    listener: Option<Listener>,
    /// Who waits for an arrival here.
    taker: Option<Waker>,
    /// Who waits until there is room here.
    sender: Option<Waker>,
    /// The end at this place has sent its close.
    closed: bool,
    /// The end at this place is gone.
    gone: bool,
    /// The end at this place is relayed to the outside.
    outside: bool,
    /// The end at this place is kept by an object, which may be away.
    kept: bool,
}

type Line = [RefCell<Place>; 2];

/// One end of a line. Dropping it tells the other one, unless it has closed.
pub(crate) struct End {
    line: Rc<Line>,
    side: usize,
}

impl End {
    /// The two ends of a new line.
    pub(crate) fn pair() -> (End, End) {
        let line: Rc<Line> = Rc::default();
        (End { line: Rc::clone(&line), side: 0 }, End { line, side: 1 })
    }

    fn here(&self) -> &RefCell<Place> {
        &self.line[self.side]
    }

    fn there(&self) -> &RefCell<Place> {
        &self.line[1 - self.side]
    }

    /// Sends something to the other end. After a close, or when the other end is gone, it goes nowhere.
    pub(crate) fn send(&self, arrival: Arrival) {
        if self.here().borrow().closed {
            return;
        }
        if matches!(arrival, Arrival::Close { .. }) {
            self.here().borrow_mut().closed = true;
        }
        arrive(self.there(), arrival);
    }

    /// Puts something before this end's own holder, behind what has arrived already.
    pub(crate) fn send_here(&self, arrival: Arrival) {
        arrive(self.here(), arrival);
    }

    /// The next arrival, if there is one.
    pub(crate) fn take(&self) -> Option<Arrival> {
        let mut place = self.here().borrow_mut();
        let arrival = place.arrivals.pop_front()?;
        place.waiting_bytes -= arrival.weight();
        if let Some(sender) = place.sender.take() {
            sender.wake();
        }
        Some(arrival)
    }

    /// The next arrival, if it is one like this.
    pub(crate) fn take_if(&self, wanted: impl FnOnce(&Arrival) -> bool) -> Option<Arrival> {
        let is_wanted = self.here().borrow().arrivals.front().is_some_and(wanted);
        if is_wanted { self.take() } else { None }
    }

    pub(crate) fn has_arrivals(&self) -> bool {
        !self.here().borrow().arrivals.is_empty()
    }

    /// The next arrival.
    pub(crate) async fn next(&self) -> Arrival {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Arrival> {
        if let Some(arrival) = self.take() {
            return Poll::Ready(arrival);
        }
        self.here().borrow_mut().taker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Waits until the other end has room for more.
    pub(crate) async fn room(&self) {
        poll_fn(|cx| {
            let mut place = self.there().borrow_mut();
            if place.gone || place.waiting_bytes < WAITING_BYTES_MAX {
                return Poll::Ready(());
            }
            place.sender = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// From now on `listener` is called for each arrival, those that wait already included.
    pub(crate) fn listen(&self, listener: Listener) {
        let waiting = {
            let mut place = self.here().borrow_mut();
            place.listener = Some(Rc::clone(&listener));
            place.arrivals.len()
        };
        (0..waiting).for_each(|_| listener());
    }

    /// Says that this end is relayed to the outside.
    pub(crate) fn mark_outside(&self) {
        self.here().borrow_mut().outside = true;
    }

    /// Says that this end is kept by an object.
    pub(crate) fn mark_kept(&self) {
        self.here().borrow_mut().kept = true;
    }

    /// Whether the other end is kept by an object.
    pub(crate) fn leads_to_kept(&self) -> bool {
        self.there().borrow().kept
    }

    /// Whether somebody uses the other end, or did.
    pub(crate) fn is_coupled(&self) -> bool {
        let there = self.there().borrow();
        there.outside || there.gone || there.kept || there.listener.is_some()
    }

    /// Whether this end has sent its close.
    pub(crate) fn is_closed(&self) -> bool {
        self.here().borrow().closed
    }

    /// Whether nothing will come any more: both sides have closed, or the other one is gone.
    pub(crate) fn is_over(&self) -> bool {
        let there_is_over = {
            let there = self.there().borrow();
            there.gone || (there.closed && self.is_closed())
        };
        there_is_over && !self.has_arrivals()
    }

    /// Whether something can still come from outside.
    pub(crate) fn waits_for_outside(&self) -> bool {
        let there = self.there().borrow();
        there.outside && !there.gone && !there.closed
    }

    /// Both sides have closed and this end's holder has seen it. In production the other object, if a script holds it
    /// and has not been told so itself, finds its connection broken.
    pub(crate) fn release(&self) {
        let told = {
            let there = self.there().borrow();
            there.gone || there.outside || there.listener.is_none()
        };
        if !told {
            arrive(self.there(), Arrival::Dropped);
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let closed = {
            let mut place = self.here().borrow_mut();
            place.gone = true;
            place.listener = None;
            place.arrivals.clear();
            place.waiting_bytes = 0;
            if let Some(sender) = place.sender.take() {
                sender.wake();
            }
            place.closed
        };
        if !closed {
            arrive(self.there(), Arrival::Lost);
        }
    }
}

fn arrive(place: &RefCell<Place>, arrival: Arrival) {
    let (listener, taker) = {
        let mut place = place.borrow_mut();
        if place.gone {
            return;
        }
        place.waiting_bytes += arrival.weight();
        place.arrivals.push_back(arrival);
        (place.listener.clone(), place.taker.take())
    };
    if let Some(listener) = listener {
        listener();
    }
    if let Some(taker) = taker {
        taker.wake();
    }
}

//! The Durable Objects of one Worker: at most one instance of each, where its class runs.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use edgeemu_durable::{Due, Durable, DurableError, ObjectId, Outcome, Stores, limits};
use edgeemu_kv::consistency::Colo;
use edgeemu_runtime::{
    DurableBinding, Entry, Failure, KeptSockets, Object, ObjectOptions, ObjectTarget, Reached, Reset, Unreachable,
};
use edgeemu_world::{Rng, Timestamp};
use tokio::sync::watch;

use crate::worker::Worker;

/// How many instances there may be before those that rest are looked for.
const INSTANCES: usize = 1024;

type Key = (Arc<str>, ObjectId);

/// The objects of one Worker. Lives on the lane.
pub(crate) struct Objects {
    stores: Stores,
    /// How much longer than they must retries of alarms wait.
    chance: Rng,
    worker: OnceCell<Weak<Worker>>,
    classes: RefCell<Vec<DurableBinding>>,
    seats: RefCell<BTreeMap<Key, Rc<Seat>>>,
    /// Instances that rest, by when they may be forgotten.
    resting: RefCell<BTreeSet<(Timestamp, Key)>>,
    rests: watch::Sender<()>,
}

/// The place of one object, whether or not there is an instance in it.
struct Seat {
    sockets: Rc<KeptSockets>,
    /// What instances are made from without a caller.
    target: RefCell<Option<ObjectTarget>>,
    is_resting: Cell<bool>,
    colo: Cell<Option<Colo>>,
    object: RefCell<Option<Rc<Object>>>,
    /// How many instances were reset: a stub that called an earlier one is of no use any more.
    resets: Cell<u32>,
    last_failure: RefCell<Option<Failure>>,
    /// Only one instance is made at a time.
    making: tokio::sync::Mutex<()>,
}

impl Objects {
    pub(crate) fn new(durable: &Durable) -> Rc<Objects> {
        Rc::new(Objects {
            stores: Stores::new(durable, limits::OPEN_DATABASES),
            chance: durable.world().rng().fork("alarms"),
            worker: OnceCell::new(),
            classes: RefCell::default(),
            seats: RefCell::default(),
            resting: RefCell::default(),
            rests: watch::Sender::new(()),
        })
    }

    /// The Worker that these objects belong to; from now on their alarms run.
    pub(crate) fn belong_to(self: &Rc<Self>, worker: &Rc<Worker>) {
        if self.worker.set(Rc::downgrade(worker)).is_ok() {
            edgeemu_runtime::spawn_local(run_alarms(Rc::downgrade(self)));
            edgeemu_runtime::spawn_local(forget_resting(Rc::downgrade(self)));
        }
    }

    /// The Worker has new code: every instance is reset, and these are its classes.
    pub(crate) fn replace(&self, classes: &[DurableBinding]) {
        let seats: Vec<_> = self.seats.borrow().values().cloned().collect();
        for seat in seats {
            if let Some(object) = seat.object.borrow_mut().take() {
                object.reset(Reset::because(DurableError::CODE_UPDATED));
                seat.note_failure(object.failure());
            }
            seat.sockets.clear();
        }
        *self.classes.borrow_mut() = classes.to_vec();
        // Alarms of classes that were not there before may be due.
        self.stores.durable().alarms().announce();
    }

    fn seat(self: &Rc<Self>, key: &Key) -> Rc<Seat> {
        let mut seats = self.seats.borrow_mut();
        if seats.len() >= INSTANCES && seats.len().is_multiple_of(INSTANCES) {
            seats.retain(|_, seat| !seat.may_go());
        }
        Rc::clone(seats.entry(key.clone()).or_insert_with(|| Rc::new(self.new_seat(key))))
    }

    fn new_seat(self: &Rc<Self>, key: &Key) -> Seat {
        let (own, key) = (Rc::downgrade(self), key.clone());
        let wake = move || {
            let Some(objects) = own.upgrade() else { return };
            let seat = objects.seat(&key);
            if seat.sockets.begin_delivery() {
                edgeemu_runtime::spawn_local(objects.deliver_arrivals(seat));
            }
        };
        Seat::new(KeptSockets::new(self.stores.world().clone(), Box::new(wake)))
    }

    /// Brings what has arrived at the WebSockets that an object keeps to its instance, which is made if need be.
    async fn deliver_arrivals(self: Rc<Self>, seat: Rc<Seat>) {
        while let Some(arrival) = seat.sockets.next() {
            let Some(target) = seat.target.borrow().clone() else { continue };
            match self.object(&seat, &target).await {
                Ok(object) => object.socket_event(arrival).await,
                // Without an instance that can hear them clients are better told.
                Err(_) => seat.sockets.clear(),
            }
        }
    }

    /// An instance begins to rest.
    fn note_rest(&self, key: &Key) {
        let seat = self.seats.borrow().get(key).cloned();
        let until = seat.as_ref().and_then(|seat| seat.object.borrow().as_ref()?.rests_until());
        let Some((seat, until)) = seat.zip(until) else { return };
        if !seat.is_resting.replace(true) {
            self.resting.borrow_mut().insert((until, key.clone()));
            self.rests.send_replace(());
        }
    }

    /// Forgets the instances that have rested for long enough; gives the time at which the next one may have.
    fn forget_rested(&self, now: Timestamp) -> Option<Timestamp> {
        loop {
            let (until, key) = self.resting.borrow().first().cloned()?;
            if until > now {
                return Some(until);
            }
            self.resting.borrow_mut().pop_first();
            let Some(seat) = self.seats.borrow().get(&key).cloned() else { continue };
            seat.is_resting.set(false);
            let is_idle = seat.object.borrow().as_ref().is_some_and(|object| object.is_idle());
            if is_idle {
                let idle = seat.object.take();
                drop(idle);
            } else {
                self.note_rest(&key);
            }
        }
    }

    /// Where an event for the object goes: it lives where it was first called from. `seen`: which instance the caller
    /// has called before.
    pub(crate) async fn reach(
        self: &Rc<Self>,
        target: &ObjectTarget,
        colo: Colo,
        seen: &Cell<Option<u32>>,
    ) -> Result<Reached, Unreachable> {
        let target = self.known(target);
        let seat = self.seat(&(Arc::clone(target.namespace.unique_key()), target.id));
        seat.notice_failure();
        if seen.get().is_some_and(|seen| seen != seat.resets.get()) {
            let failure = seat.last_failure.borrow().clone().unwrap_or(Failure::IsolateReplaced);
            return Err(Unreachable::Stale(failure));
        }
        seen.set(Some(seat.resets.get()));
        seat.colo.set(seat.colo.get().or(Some(colo)));
        let object = self.object(&seat, &target).await.map_err(Unreachable::Failed)?;
        Ok(Reached { isolate: Rc::clone(object.isolate()), entry: Entry::default(), object: Some(object) })
    }

    /// The class as its own Worker has it: another one that calls it knows its name alone.
    fn known(&self, target: &ObjectTarget) -> ObjectTarget {
        let classes = self.classes.borrow();
        let class = classes.iter().find(|class| class.class_name == target.class_name);
        let namespace = class.map_or(&target.namespace, |class| &class.namespace);
        ObjectTarget { namespace: namespace.clone(), ..target.clone() }
    }

    fn runs(&self, unique_key: &str) -> bool {
        self.classes.borrow().iter().any(|class| &**class.namespace.unique_key() == unique_key)
    }

    /// The instance, made if need be.
    async fn object(self: &Rc<Self>, seat: &Seat, target: &ObjectTarget) -> Result<Rc<Object>, Failure> {
        let _making = seat.making.lock().await;
        seat.notice_failure();
        let rested = seat.object.borrow().as_ref().is_some_and(|object| object.is_idle());
        if rested {
            seat.object.take();
        }
        if let Some(object) = seat.object.borrow().as_ref() {
            return Ok(Rc::clone(object));
        }
        let worker = self.worker.get().and_then(Weak::upgrade).ok_or(Failure::IsolateReplaced)?;
        let isolate = worker.ready(seat.colo.get().unwrap_or_else(|| worker.home())).await?;
        let store = self.stores.store(&target.namespace, target.id, target.name.as_deref());
        let (own, key) = (Rc::downgrade(self), (Arc::clone(target.namespace.unique_key()), target.id));
        let on_rest = move || {
            if let Some(objects) = own.upgrade() {
                objects.note_rest(&key);
            }
        };
        seat.target.replace(Some(target.clone()));
        let made = isolate.open_object(ObjectOptions {
            class_name: target.class_name.clone(),
            store,
            sockets: Rc::clone(&seat.sockets),
            on_rest: Rc::new(on_rest),
        });
        match made {
            Ok(object) => {
                *seat.object.borrow_mut() = Some(Rc::clone(&object));
                Ok(object)
            }
            Err(failure) => {
                seat.note_failure(Some(failure.clone()));
                Err(failure)
            }
        }
    }

    /// The object of an alarm, if its class is still there.
    fn target(&self, due: &Due) -> Option<ObjectTarget> {
        let classes = self.classes.borrow();
        let class = classes.iter().find(|class| class.namespace.unique_key() == &due.key.namespace)?;
        Some(ObjectTarget {
            worker: class.worker.clone(),
            class_name: class.class_name.clone(),
            namespace: class.namespace.clone(),
            id: ObjectId::from_hex(&due.key.object)?,
            name: due.name.clone(),
        })
    }

    /// Runs one alarm, and puts it back if it has to be tried again.
    async fn run_alarm(self: Rc<Self>, due: Due) {
        let world = self.stores.world().clone();
        let mut retries = due.retries;
        let outcome = match self.target(&due) {
            None => Outcome::Interrupted,
            Some(target) => {
                let seat = self.seat(&(Arc::clone(&due.key.namespace), target.id));
                match self.object(&seat, &target).await {
                    Ok(object) => object.alarm(retries.counted).await,
                    // A constructor that throws counts as a try.
                    Err(Failure::Reset(_)) => Outcome::Failed,
                    Err(_) => Outcome::Interrupted,
                }
            }
        };
        let wait = retries.after(outcome, &self.chance);
        let again = wait.map(|wait| (world.clock().now() + wait, retries));
        if again.is_none() && outcome == Outcome::Failed {
            self.give_up(&due);
        }
        // What the disk refuses is tried again after a restart: the object still has its alarm.
        let _kept = self.stores.durable().alarms().finish(&due, again);
    }

    /// After its last try the alarm is gone, unless the object has set it again.
    fn give_up(&self, due: &Due) {
        let alarms = self.stores.durable().alarms();
        let Some(target) = self.target(due).filter(|_| !alarms.was_set_again(due)) else { return };
        let store = self.stores.store(&target.namespace, target.id, None);
        let _tried = store.set_alarm(None).and_then(|()| store.commit_turn());
    }
}

impl Seat {
    fn new(sockets: Rc<KeptSockets>) -> Seat {
        Seat {
            sockets,
            target: RefCell::default(),
            is_resting: Cell::new(false),
            colo: Cell::new(None),
            object: RefCell::default(),
            resets: Cell::new(0),
            last_failure: RefCell::default(),
            making: tokio::sync::Mutex::default(),
        }
    }

    /// If the instance was reset, the next event gets another one.
    fn notice_failure(&self) {
        let failure = self.object.borrow().as_ref().and_then(|object| object.failure());
        if failure.is_some() {
            self.object.take();
            self.note_failure(failure);
        }
    }

    fn note_failure(&self, failure: Option<Failure>) {
        self.resets.set(self.resets.get().wrapping_add(1));
        *self.last_failure.borrow_mut() = failure;
    }

    /// Whether nothing is lost if this is forgotten.
    fn may_go(&self) -> bool {
        let rests = self.object.borrow().as_ref().is_none_or(|object| object.is_idle());
        rests && self.sockets.is_empty() && self.last_failure.borrow().is_none() && self.making.try_lock().is_ok()
    }
}

/// Forgets the instances of one Worker's objects that have rested for long enough.
async fn forget_resting(weak: Weak<Objects>) {
    let Some(mut rests) = weak.upgrade().map(|objects| objects.rests.subscribe()) else { return };
    loop {
        let Some(objects) = weak.upgrade() else { return };
        rests.mark_unchanged();
        let clock = objects.stores.world().clock().clone();
        let next = objects.forget_rested(clock.now());
        drop(objects);
        let due = async {
            match next {
                Some(next) => clock.sleep_until(next).await,
                // Nobody sleeps while nothing rests: a clock that is moved to its next sleeper would end here.
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            changed = rests.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            () = due => {}
        }
    }
}

/// Runs the alarms of one Worker's objects as they become due.
async fn run_alarms(weak: Weak<Objects>) {
    let Some(alarms) = weak.upgrade().map(|objects| objects.stores.durable().alarms().clone()) else { return };
    let mut changes = alarms.changes();
    loop {
        let Some(objects) = weak.upgrade() else { return };
        changes.mark_unchanged();
        let clock = objects.stores.world().clock().clone();
        let belongs = |namespace: &str| objects.runs(namespace);
        for due in alarms.take_due(clock.now(), &belongs) {
            edgeemu_runtime::spawn_local(Rc::clone(&objects).run_alarm(due));
        }
        let next = alarms.next(&belongs);
        drop(objects);
        let due = async {
            match next {
                Some(next) => clock.sleep_until(next).await,
                // Nobody sleeps for an alarm that is not set: a clock that is moved to its next sleeper would end here.
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            () = due => {}
        }
    }
}

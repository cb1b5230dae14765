//! Replicas: copies of the database elsewhere, which show what it was some time ago.
//!
//! After each transaction that writes, what the database is then is pinned. A replica shows the latest pin that is at
//! least as old as its lag, by the world's clock. When all replicas have caught up there are no pins, and nothing is
//! paid for them.

use crate::answer::{JsonText, Served};
use crate::bookmark::Bookmark;
use crate::dump;
use crate::engine;
use crate::error::D1Error;
use crate::options::Request;
use crate::queue::{INSTRUCTIONS_AT_ONCE, INSTRUCTIONS_SEEDED, Reply};
use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::rusqlite::Connection;
use edgeemu_storage::sqlite::{Guard, Place, Regulated, SqlError, SqliteOptions};
use edgeemu_world::{Timestamp, World};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// The most replicas of a database: one for each region besides that of the primary.
pub const REPLICAS_MAX: usize = REGIONS.len();

/// Regions and a location in each.
const REGIONS: [(&str, &str); 5] = [("ENAM", "EWR"), ("WEUR", "LHR"), ("EEUR", "WAW"), ("APAC", "SIN"), ("OC", "SYD")];

/// How many pins are kept. Beyond that every other one goes, so that replicas advance in larger steps.
const PINS_MAX: usize = 64;

/// What a session begins with that takes any replica.
const UNCONSTRAINED: &str = "first-unconstrained";
/// What a session begins with that wants the primary first.
const PRIMARY: &str = "first-primary";

/// How many replicas a database has, and how far behind they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replication {
    /// At most [`REPLICAS_MAX`]; none if 0.
    pub replicas: usize,
    /// How long the first replica is behind; the second twice as long, and so on.
    pub lag: Duration,
}

impl Default for Replication {
    fn default() -> Replication {
        Replication { replicas: 0, lag: Duration::from_secs(1) }
    }
}

impl Replication {
    fn lag_of(self, replica: usize) -> Duration {
        self.lag.saturating_mul(u32::try_from(replica).unwrap_or(u32::MAX).saturating_add(1))
    }

    fn longest(self) -> Duration {
        self.lag_of(self.replicas.saturating_sub(1))
    }
}

/// The replicas of one database.
#[derive(Debug)]
pub(crate) struct Replicas {
    world: World,
    place: Place,
    settings: Arc<Mutex<Replication>>,
    history: Mutex<History>,
}

#[derive(Debug, Default)]
struct History {
    /// In the order in which they came to be.
    pins: VecDeque<Arc<Pin>>,
    /// When the database was last written to; never, if it was not since it was opened.
    written: Option<Timestamp>,
    /// Which replica is next.
    turn: usize,
}

/// What the database was at one point of its history.
#[derive(Debug)]
struct Pin {
    bookmark: Bookmark,
    /// When it came to be; `None` if it was so from the beginning.
    since: Option<Timestamp>,
    view: Mutex<Regulated>,
}

impl Replicas {
    pub(crate) fn new(world: &World, place: &Place, settings: &Arc<Mutex<Replication>>) -> Replicas {
        let (world, settings) = (world.clone(), Arc::clone(settings));
        Replicas { world, place: place.clone(), settings, history: Mutex::default() }
    }

    fn settings(&self) -> Replication {
        *locked(&self.settings)
    }

    pub(crate) fn is_on(&self) -> bool {
        self.settings().replicas > 0
    }

    /// To be called before the database is written to, while nobody else can.
    pub(crate) fn before_write(&self, database: &Regulated, bookmark: Bookmark) {
        let mut history = self.history();
        if self.is_on() && history.pins.is_empty() {
            let since = history.written;
            keep(&mut history, self.pin(database, bookmark, since));
        }
    }

    /// To be called after it was written to, while nobody else can.
    pub(crate) fn after_write(&self, database: &Regulated, bookmark: Bookmark) {
        let now = self.world.clock().now();
        let mut history = locked(&self.history);
        history.written = Some(now);
        if !self.is_on() {
            history.pins.clear();
            return;
        }
        keep(&mut history, self.pin(database, bookmark, Some(now)));
        if history.pins.len() > PINS_MAX {
            // The first is what replicas show now, the last is what they will show in the end.
            let mut place = 0;
            history.pins.retain(|_| {
                place += 1;
                place % 2 == 1 || place > PINS_MAX
            });
        }
    }

    fn pin(&self, database: &Regulated, bookmark: Bookmark, since: Option<Timestamp>) -> Result<Pin, D1Error> {
        let view = Regulated::open(&self.world, &SqliteOptions::at(self.place.clone()))?;
        match self.place {
            // A reader that has begun sees the file as it is now until it ends.
            Place::File(_) => {}
            Place::Memory => copy(database, &view)?,
        }
        view.pin()?;
        Ok(Pin { bookmark, since, view: Mutex::new(view) })
    }

    /// The history without what no replica shows any more.
    fn history(&self) -> MutexGuard<'_, History> {
        let (mut history, settings, now) = (locked(&self.history), self.settings(), self.world.clock().now());
        let is_everywhere = |pin: &Pin| pin.since.is_none_or(|since| since + settings.longest() <= now);
        while history.pins.get(1).is_some_and(|next| is_everywhere(next)) {
            history.pins.pop_front();
        }
        if history.pins.len() == 1 && history.pins.front().is_some_and(|only| is_everywhere(only)) {
            history.pins.pop_front();
        }
        history
    }

    /// Answers from a replica, if one may answer; `None` if the primary has to, or stands for a replica that has caught
    /// up.
    pub(crate) async fn answer(&self, request: &Request) -> Option<Reply> {
        let (pin, served) = self.pin_for(request)?;
        if !request.statements.iter().all(|statement| locked(&pin.view).only_reads(&statement.sql)) {
            return None;
        }
        let is_seeded = self.world.rng().seed().is_some();
        let instructions = if is_seeded { INSTRUCTIONS_SEEDED } else { INSTRUCTIONS_AT_ONCE };
        let guard = Guard { instructions: Some(instructions), ..Guard::default() };
        match read(&self.world, &pin, served, (request, &guard)) {
            Err(D1Error::Sql(SqlError::Stopped(_))) if is_seeded => Some(Err(D1Error::Timeout)),
            Err(D1Error::Sql(SqlError::Stopped(_))) => Some(self.read_elsewhere(pin, served, request).await),
            answered => Some(answered),
        }
    }

    /// What a replica shows to a session that may see it.
    fn pin_for(&self, request: &Request) -> Option<(Arc<Pin>, Served)> {
        let (session, settings) = (request.session.as_deref()?, self.settings());
        if settings.replicas == 0 || session == PRIMARY {
            return None;
        }
        let mut history = self.history();
        let now = self.world.clock().now();
        let replica = history.turn % settings.replicas;
        let is_there = |pin: &&Arc<Pin>| pin.since.is_none_or(|since| since + settings.lag_of(replica) <= now);
        let pin = Arc::clone(history.pins.iter().rev().find(is_there)?);
        // The primary answers a session that has seen more.
        if session != UNCONSTRAINED && pin.bookmark.to_string().as_str() < session {
            return None;
        }
        history.turn += 1;
        Some((pin, Served::replica(REGIONS[replica])))
    }

    /// Who answers a request that comes to the primary: a replica that has caught up, or the primary.
    pub(crate) fn served(&self, request: &Request, database: &Regulated, bookmark: Bookmark) -> Served {
        let settings = self.settings();
        let Some(session) = request.session.as_deref().filter(|_| settings.replicas > 0) else {
            return Served::PRIMARY;
        };
        let mut history = self.history();
        let may_be_elsewhere = session != PRIMARY
            && history.pins.is_empty()
            && (session == UNCONSTRAINED || bookmark.to_string().as_str() >= session)
            && request.statements.iter().all(|statement| database.only_reads(&statement.sql));
        if !may_be_elsewhere {
            return Served::PRIMARY;
        }
        let replica = history.turn % settings.replicas;
        history.turn += 1;
        Served::replica(REGIONS[replica])
    }

    /// On a thread, so that nobody has to wait. Left to itself if the caller goes.
    async fn read_elsewhere(&self, pin: Arc<Pin>, served: Served, request: &Request) -> Reply {
        let (sender, answer) = oneshot::channel();
        let (world, request) = (self.world.clone(), request.clone());
        let deadline = world.clock().now() + Duration::from_secs(crate::limits::QUERY_SECS);
        let guard = Guard { deadline: Some(deadline), ..Guard::default() };
        let thread = std::thread::Builder::new().name("edgeemu-d1-replica".to_owned());
        let work = move || {
            // The caller may have gone meanwhile.
            let _gone = sender.send(read(&world, &pin, served, (&request, &guard)));
        };
        thread.spawn(work).map_err(|source| StorageError::Io { action: "start a thread for a database", source })?;
        answer.await.unwrap_or(Err(D1Error::Abandoned))
    }
}

/// Without room for another pin replicas catch up at once: what was written stays written.
fn keep(history: &mut History, pin: Result<Pin, D1Error>) {
    match pin {
        Ok(pin) => history.pins.push_back(Arc::new(pin)),
        Err(_) => history.pins.clear(),
    }
}

fn read(world: &World, pin: &Pin, served: Served, (request, guard): (&Request, &Guard)) -> Reply {
    let view = locked(&pin.view);
    view.guard(guard)?;
    let mut text = JsonText::new(request.shape, served);
    let mut all = request.statements.iter();
    view.look(|| all.try_for_each(|statement| engine::collect(&view, world, statement, &mut text)))?;
    Ok((text.into_text(), pin.bookmark))
}

/// A database in memory cannot be read as it was: what is in it is written down and read again.
fn copy(from: &Regulated, to: &Regulated) -> Result<(), D1Error> {
    let mut sql = String::new();
    let written = from.trusted(|connection| {
        dump::write(connection, &mut |line| {
            sql.push_str(line);
            sql.push('\n');
            Ok(())
        })
    });
    written.map_err(|error| D1Error::Malformed(error.to_string()))?;
    let read = |connection: &Connection| connection.execute_batch(&sql).map_err(|error| dump::sql_error(&error));
    to.unregulated(read)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

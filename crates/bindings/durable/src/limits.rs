//! The limits of Durable Objects. `docs/bindings/durable.md` shows the same numbers; a test compares them.

pub use edgeemu_storage::sqlite::regulator::VALUE_BYTES;

/// The longest key of a class with key-value storage, in bytes.
pub const KEY_BYTES: usize = 2048;
/// The longest value of a class with key-value storage, in bytes.
pub const KV_VALUE_BYTES: usize = 131_072;
/// What the head of a serialised value may take beyond that, in bytes.
pub const KV_VALUE_SLACK_BYTES: usize = 34;
/// The most keys of one call, in a class with key-value storage.
pub const KEYS: usize = 128;
/// How deep calls of `blockConcurrencyWhile` may nest.
pub const SECTION_DEPTH: usize = 64;
/// How long a call of `blockConcurrencyWhile` may take, in seconds of the world's clock.
pub const SECTION_SECS: u64 = 30;
/// How often an alarm that fails is tried again.
pub const ALARM_RETRIES: u32 = 6;
/// How long the first retry of an alarm waits, in seconds.
pub const ALARM_BACKOFF_SECS: u64 = 2;
/// How long an alarm may run, in seconds of the world's clock.
pub const ALARM_SECS: u64 = 15 * 60;
/// After how many seconds without an event an object is forgotten.
pub const IDLE_SECS: u64 = 10;
/// The latest time of an alarm: milliseconds at the end of the year 2189.
pub const ALARM_MAX_MS: f64 = 6_942_412_800_000.0;
/// How many databases one thread has open at a time.
pub const OPEN_DATABASES: usize = 128;
/// How many instructions of SQLite's machine one call may take: about half a minute.
pub const INSTRUCTIONS: u64 = 3_000_000_000;

/// How many WebSockets an object may keep while it hibernates.
pub const SOCKETS: usize = 32_768;

/// How many tags such a WebSocket may have.
pub const TAGS: usize = 10;

/// The longest tag, in bytes, which production calls characters.
pub const TAG_BYTES: usize = 256;

/// The longest text that is answered automatically, and the longest answer, in bytes.
pub const AUTO_RESPONSE_BYTES: usize = 2048;

/// The longest time for one event of a WebSocket, in milliseconds: a week.
pub const EVENT_TIMEOUT_MS: u32 = 604_800_000;

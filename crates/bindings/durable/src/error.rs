//! Why Durable Objects refused, in production's words.

use crate::limits;
use edgeemu_storage::StorageError;
use edgeemu_storage::sqlite::SqlError;

/// What a Worker sees as the exception of a call; as text it is production's message.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[non_exhaustive]
pub enum DurableError {
    /// An id that is no 64 hexadecimal digits.
    #[class(type)]
    #[error("Invalid Durable Object ID: must be 64 hex digits")]
    InvalidId,
    /// An id of another namespace.
    #[class(type)]
    #[error("Durable Object ID is not valid for this namespace.")]
    ForeignId,
    /// An id of another jurisdiction.
    #[class(type)]
    #[error("get called on jurisdictional subnamespace with an ID from a different jurisdiction")]
    ForeignJurisdiction,
    /// A jurisdiction that there is not.
    #[class(type)]
    #[error("unknown jurisdiction: {0}; expected `eu`, `fedramp` or `us`")]
    UnknownJurisdiction(String),
    /// Another routing mode.
    #[class(range)]
    #[error("unknown routingMode: {0}")]
    UnknownRoutingMode(String),
    /// A key that is too long for key-value storage.
    #[class(range)]
    #[error("Keys cannot be larger than {max} bytes. A key of size {0} was provided.", max = limits::KEY_BYTES)]
    KeyTooLong(usize),
    /// A value that is too long for key-value storage.
    #[class(range)]
    #[error("Values cannot be larger than {max} bytes. A value of size {0} was provided.", max = limits::KV_VALUE_BYTES)]
    ValueTooLong(usize),
    /// Too many keys in one call.
    #[class(range)]
    #[error("Maximum number of keys is {max}. {0} keys were provided.", max = limits::KEYS)]
    TooManyKeys(usize),
    /// Too many pairs in one call.
    #[class(range)]
    #[error("Maximum number of key value pairs is {max}. {0} pairs were provided.", max = limits::KEYS)]
    TooManyPairs(usize),
    /// `put` without a value.
    #[class(type)]
    #[error("put() called with undefined value.")]
    PutUndefined,
    /// `put` with an object and something that is no options.
    #[class(type)]
    #[error(
        "put() may only be called with a single key-value pair and optional options as put(key, value, options) or with \
         multiple key-value pairs and optional options as put(entries, options)"
    )]
    PutShape,
    /// `list` with two beginnings.
    #[class(type)]
    #[error("list() cannot be called with both start and startAfter values.")]
    TwoStarts,
    /// `list` of nothing.
    #[class(type)]
    #[error("List limit must be positive.")]
    ListLimit,
    /// An iterator after another one was begun.
    #[class(generic)]
    #[error(
        "kv.list() iterator was invalidated because a new call to kv.list() was started. Only one kv.list() iterator can \
         exist at a time."
    )]
    ListInvalidated,
    /// SQL in a class with key-value storage.
    #[class(generic)]
    #[error(
        "SQL is not enabled for this Durable Object class. To enable it, change `new_classes` to `new_sqlite_classes` \
         within the 'migrations' field in your wrangler.jsonc or wrangler.toml file. If using workerd directly,set \
         `enableSql = true` in your workerd config for the class. Note that this change cannot be made after the class is \
         already deployed to production."
    )]
    NoSql,
    /// `storage.kv` in a class with key-value storage.
    #[class(generic)]
    #[error(
        "The storage.kv (synchronous KV) API is only available for SQLite-backed Durable Objects, but this object's \
         namespace is not declared to use SQLite. You can use the older, asyncronous interface via methods of `storage` \
         itself (e.g. `storage.get()`). Alternatively, to enable SQLite, change `new_classes` to `new_sqlite_classes` \
         within the 'migrations' field in your wrangler.jsonc or wrangler.toml file. If using workerd directly, set \
         `enableSql = true` in your workerd config for the class. Note that this change cannot be made after the class is \
         already deployed to production."
    )]
    NoSyncKv,
    /// The SQL itself.
    #[class(generic)]
    #[error("{0}")]
    Sql(#[from] SqlError),
    /// `one` of nothing.
    #[class(generic)]
    #[error("Expected exactly one result from SQL query, but got no results.")]
    NoResults,
    /// `one` of several.
    #[class(generic)]
    #[error("Expected exactly one result from SQL query, but got multiple results.")]
    ManyResults,
    /// Use of a transaction that was rolled back.
    #[class(generic)]
    #[error("Cannot {0}() on rolled back transaction")]
    RolledBack(String),
    /// Use of a transaction that is over.
    #[class(generic)]
    #[error("Cannot call {0}() on transaction that has already committed: did you move `txn` outside of the closure?")]
    Committed(String),
    /// `deleteAll` in a transaction.
    #[class(generic)]
    #[error("Cannot call deleteAll() within a transaction")]
    DeleteAllInTransaction,
    /// A rollback of a transaction in which another one is open.
    #[class(generic)]
    #[error("Cannot roll back an outer transaction while a nested transaction is still running.")]
    NestedTransaction,
    /// An alarm in 1970 or before.
    #[class(type)]
    #[error("setAlarm() cannot be called with an alarm time <= 0")]
    AlarmNotPositive,
    /// An alarm that is no date.
    #[class(type)]
    #[error("The value cannot be converted because it is not a valid Date.")]
    AlarmNotDate,
    /// An alarm too far away.
    #[class(type)]
    #[error("This API doesn't support dates after 2189.")]
    AlarmTooLate,
    /// An alarm of a class without a handler.
    #[class(type)]
    #[error("Your Durable Object class must have an alarm() handler in order to call setAlarm()")]
    NoAlarmHandler,
    /// Bookmarks for recovery.
    #[class(generic)]
    #[error("This Durable Object's storage back-end does not implement point-in-time recovery.")]
    NoRecovery,
    /// Calls of `blockConcurrencyWhile` inside of each other.
    #[class(generic)]
    #[error("blockConcurrencyWhile() calls are nested too deeply.")]
    SectionDepth,
    /// A constraint that was deferred is violated at the end of a turn; what the turn wrote is undone.
    #[class(generic)]
    #[error(
        "Durable Object was reset and rolled back to its last known good state because the application left the database \
         in a state where constraints were violated: {0}"
    )]
    Constraint(String),
    /// `acceptWebSocket` of one that was accepted already, either way.
    #[class(generic)]
    #[error("Cannot call `acceptWebSocket()` if the WebSocket was already accepted via `accept()`")]
    SocketAccepted,
    /// `acceptWebSocket` of one whose other end is in use.
    #[class(generic)]
    #[error(
        "Cannot call `acceptWebSocket()` on this WebSocket because its pair has already been accepted or used in a \
         Response."
    )]
    SocketPairUsed,
    /// More WebSockets than an object may keep.
    #[class(generic)]
    #[error("only {max} websockets can be accepted on a single Durable Object instance", max = limits::SOCKETS)]
    TooManySockets,
    /// Too many tags of one WebSocket.
    #[class(generic)]
    #[error("a Hibernatable WebSocket cannot have more than {max} tags", max = limits::TAGS)]
    TooManyTags,
    /// A tag that is too long.
    #[class(generic)]
    #[error("\"{0}\" is longer than the max tag length ({max} characters).", max = limits::TAG_BYTES)]
    TagTooLong(String),
    /// `getTags` of a WebSocket that nobody has accepted.
    #[class(generic)]
    #[error("you must call 'acceptWebSocket()' before attempting to access the tags of a WebSocket.")]
    TagsBeforeAccept,
    /// `getTags` of a WebSocket that was accepted by itself.
    #[class(generic)]
    #[error("only hibernatable websockets can have tags.")]
    NoTags,
    /// A text to be answered automatically that is too long.
    #[class(range)]
    #[error("Request cannot be larger than {max} bytes. A request of size {0} was provided.", max = limits::AUTO_RESPONSE_BYTES)]
    AutoRequestTooLong(usize),
    /// An automatic answer that is too long.
    #[class(range)]
    #[error("Response cannot be larger than {max} bytes. A response of size {0} was provided.", max = limits::AUTO_RESPONSE_BYTES)]
    AutoResponseTooLong(usize),
    /// A time for handlers of WebSockets that is too long.
    #[class(generic)]
    #[error("Event timeout should not exceed {max} ms.", max = limits::EVENT_TIMEOUT_MS)]
    EventTimeoutTooLong,
    /// Use of storage by what is left of an object that was reset.
    #[class(generic)]
    #[error("The Durable Object's storage cannot be used any more: this instance was reset.")]
    Gone,
    /// The store itself failed. Production gives a reference instead of the reason.
    #[class(generic)]
    #[error("Internal error in Durable Object storage write caused object to be reset; reference = {0}")]
    Storage(#[from] StorageError),
}

impl DurableError {
    /// What a call of `blockConcurrencyWhile` that took too long says.
    pub const SECTION_TIMEOUT: &str = "A call to blockConcurrencyWhile() in a Durable Object waited for too long. The \
         call was canceled and the Durable Object was reset.";
    /// What `abort()` without a reason says.
    pub const ABORTED: &str = "Application called abort() to reset Durable Object.";
    /// What those hear whose object had its code replaced.
    pub const CODE_UPDATED: &str = "Durable Object reset because its code was updated.";
    /// What those hear whose object did not stop.
    pub const CPU_EXCEEDED: &str = "Durable Object exceeded its CPU time limit and was reset.";
    /// What is logged about an alarm of a class that has no handler any more.
    pub const ALARM_WITHOUT_HANDLER: &str = "Attempted to run a scheduled alarm without a handler, did you remember to \
         export an alarm() function?";
    /// What is logged about an alarm that ran for too long.
    pub const ALARM_TIMEOUT: &str = "Alarm exceeded its allowed execution time";
}

//! Every number of the Cache API.

/// The longest name that `caches.open` takes, in bytes.
pub const NAME_BYTES_MAX: usize = 1023;

/// The largest body that can be stored, in bytes.
pub const BODY_BYTES_MAX: usize = 512 << 20;

/// What all caches of an emulator hold together, in bytes. Beyond it what was not used for longest goes.
pub(crate) const ALL_BYTES_MAX: usize = 512 << 20;

/// How long a response stays fresh that says nothing but `immutable`, in seconds.
pub(crate) const IMMUTABLE_SECS: i64 = 24 * 3600;

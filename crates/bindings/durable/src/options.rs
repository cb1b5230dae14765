//! What calls of storage are given beside keys and values.

/// Which keys are listed, in what order. Keys are ordered by their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// The first key.
    pub start: Option<String>,
    /// The key before the first one.
    pub start_after: Option<String>,
    /// The key after the last one.
    pub end: Option<String>,
    /// What every key begins with.
    pub prefix: Option<String>,
    /// From the last to the first.
    pub reverse: bool,
    /// The most keys.
    pub limit: Option<u64>,
}

/// How a write is confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// What leaves the object need not wait for this write.
    pub allow_unconfirmed: bool,
}

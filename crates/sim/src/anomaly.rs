//! What can be wrong with a run, by name.

use super::operation::OpId;
use std::fmt;

/// A kind of anomaly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A read answered what newer writes had overtaken.
    StaleRead,
    /// A read answered a value after its key was deleted.
    ResurrectedDelete,
    /// A read answered that a key does not exist, after it was created.
    NegativeCache,
    /// A client saw an older value after a newer one.
    NonMonotonicRead,
    /// A client did not see what it had written itself.
    ReadYourWrites,
    /// A write replaced another that whoever made it had not seen.
    LostUpdate,
    /// Two keys were seen in a state in which they never were together.
    TornRead,
    /// Of two writes of one invocation the earlier one is the last.
    WrongWinner,
    /// A list had keys that were gone, or lacked some that were there.
    ListLag,
    /// A write was refused for its rate, and whoever asked was told that all is well.
    SwallowedRefusal,
    /// A write was lost, and whoever asked was told that all is well.
    LostAcknowledged,
    /// Something was done twice.
    DuplicateEffect,
    /// What the test demands does not hold.
    Property,
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 13] = [
        Class::StaleRead,
        Class::ResurrectedDelete,
        Class::NegativeCache,
        Class::NonMonotonicRead,
        Class::ReadYourWrites,
        Class::LostUpdate,
        Class::TornRead,
        Class::WrongWinner,
        Class::ListLag,
        Class::SwallowedRefusal,
        Class::LostAcknowledged,
        Class::DuplicateEffect,
        Class::Property,
    ];

    /// The class of this name; hyphens are as good as spaces.
    #[must_use]
    pub fn named(name: &str) -> Option<Class> {
        let name = name.replace('-', " ");
        Class::ALL.into_iter().find(|class| class.name().replace('-', " ") == name)
    }

    /// As reports call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Class::StaleRead => "stale read",
            Class::ResurrectedDelete => "resurrected delete",
            Class::NegativeCache => "negative cache",
            Class::NonMonotonicRead => "non-monotonic read",
            Class::ReadYourWrites => "own write not seen",
            Class::LostUpdate => "lost update",
            Class::TornRead => "torn read",
            Class::WrongWinner => "wrong winner",
            Class::ListLag => "list lag",
            Class::SwallowedRefusal => "swallowed 429",
            Class::LostAcknowledged => "acknowledged but lost",
            Class::DuplicateEffect => "duplicate effect",
            Class::Property => "property",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Something wrong with a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// What kind.
    pub class: Class,
    /// What it is about: a KV key with its namespace, a service, the name of a property.
    pub about: String,
    /// What was seen, and what that contradicts.
    pub text: String,
    /// Why it can happen, and what to do about it.
    pub advice: &'static str,
    /// The operations that took part.
    pub ops: Vec<OpId>,
    /// Whether it fails the test, or is only told.
    pub fails: bool,
}

impl Anomaly {
    /// What stays the same while a plan is made smaller.
    #[must_use]
    pub fn cause(&self) -> (Class, &str) {
        (self.class, &self.about)
    }
}

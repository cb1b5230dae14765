//! Where a request runs: a location of the network, and one of the disjoint caches inside it.

use std::fmt;
use std::str::FromStr;

/// A location of Cloudflare's network, by the three letters of its airport, as in `request.cf.colo`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colo([u8; 3]);

impl Colo {
    /// From three capital letters.
    #[must_use]
    pub const fn new(code: [u8; 3]) -> Colo {
        Colo(code)
    }

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl fmt::Display for Colo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Colo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A text that is not the code of a location.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a colo: colos are the three letters of an airport, such as FRA")]
pub struct UnknownColo(pub String);

impl FromStr for Colo {
    type Err = UnknownColo;

    /// Small letters are fine.
    fn from_str(text: &str) -> Result<Colo, UnknownColo> {
        match text.trim().to_ascii_uppercase().as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|letter| letter.is_ascii_uppercase()) => Ok(Colo([*a, *b, *c])),
            _ => Err(UnknownColo(text.to_owned())),
        }
    }
}

/// A cache of its own: a location, and the virtual data centre inside it that a request came to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The location.
    pub colo: Colo,
    /// Which of its virtual data centres, from 0. They share nothing.
    pub vdc: u8,
}

impl Place {
    /// The first cache of a location.
    #[must_use]
    pub const fn of(colo: Colo) -> Place {
        Place { colo, vdc: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.vdc {
            0 => write!(formatter, "{}", self.colo),
            vdc => write!(formatter, "{}/{vdc}", self.colo),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

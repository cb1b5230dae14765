//! `edgeemu.toml`: what a project tells edgeemu alone, beside the configuration that Cloudflare reads too. Nothing in it
//! is needed.

use crate::field::{Field, Section, refuse_unexpected};
use crate::notes::{Notes, Report};
use crate::raw::RawConfig;
use crate::simulation::{Judges, SimulationSettings};
use crate::source::Source;

/// The most replicas that a database of D1 may have.
pub const D1_REPLICAS_MAX: u64 = 5;

/// What `edgeemu.toml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `[d1]`.
    pub d1: D1Settings,
    /// `[r2]`.
    pub r2: R2Settings,
    /// `[sim]`.
    pub sim: SimulationSettings,
}

/// `[d1]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct D1Settings {
    /// How many replicas each database has; none if 0.
    pub replicas: u64,
    /// How far the first replica is behind, in milliseconds; the second is twice as far behind, and so on.
    pub replica_lag_ms: u64,
}

impl Default for D1Settings {
    fn default() -> D1Settings {
        D1Settings { replicas: 0, replica_lag_ms: 1000 }
    }
}

/// `[r2]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct R2Settings {
    /// The port that serves the buckets through the S3 API; any free one if 0, no server if absent.
    pub s3_port: Option<u16>,
}

impl Settings {
    /// The name of the file.
    pub const FILE: &'static str = "edgeemu.toml";

    /// Reads the text of the file. Unlike in the configuration, which other tools read too, a table or key that is not
    /// known is an error: nobody else could mean it.
    ///
    /// # Errors
    /// Every complaint, each with its place.
    pub fn parse(source: Source, judges: &Judges) -> Result<(Settings, Report), Report> {
        let raw = RawConfig::parse(source)?;
        let notes = Notes::new(&raw.source, None);
        let settings = Settings {
            d1: table(&raw, &notes, "d1", D1Settings::read),
            r2: table(&raw, &notes, "r2", R2Settings::read),
            sim: table(&raw, &notes, "sim", |section| SimulationSettings::read(section, judges)),
        };
        refuse_unexpected(&notes, "top-level field", &raw.root, &["d1", "r2", "sim"]);
        let mut report = Report { file: raw.source.shown.clone(), notes: raw.notes.clone() };
        report.notes.extend(notes.into_list());
        if report.has_errors() { Err(report) } else { Ok((settings, report)) }
    }
}

/// What `read` makes of one of the tables; what is so by default if it is not there.
fn table<T: Default>(raw: &RawConfig, notes: &Notes, name: &str, read: impl FnOnce(&Section) -> T) -> T {
    let Some(entry) = raw.root.get(name) else { return T::default() };
    let path = name.to_owned();
    let field = Field { notes, path, key: &entry.key, value: &entry.value, key_span: entry.key_span };
    let Some(section) = field.section() else { return T::default() };
    let settings = read(&section);
    section.refuse_others();
    settings
}

impl D1Settings {
    fn read(section: &Section) -> D1Settings {
        let plain = D1Settings::default();
        D1Settings {
            replicas: at_most(section, "replicas", D1_REPLICAS_MAX).unwrap_or(plain.replicas),
            replica_lag_ms: section.whole("replica_lag_ms").unwrap_or(plain.replica_lag_ms),
        }
    }
}

impl R2Settings {
    fn read(section: &Section) -> R2Settings {
        let port = at_most(section, "s3_port", u64::from(u16::MAX));
        R2Settings { s3_port: port.and_then(|port| u16::try_from(port).ok()) }
    }
}

fn at_most(section: &Section, key: &'static str, most: u64) -> Option<u64> {
    let field = section.get(key)?;
    let number = field.whole()?;
    if number > most {
        field.error(format!("Expected \"{}\" to be at most {most} but got {number}.", field.path));
        return None;
    }
    Some(number)
}

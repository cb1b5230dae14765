//! `edgeemu.toml`, next to the configuration: what edgeemu alone understands. Nothing in it is needed.

use serde::Deserialize;

/// The most replicas that a database of D1 may have.
pub const D1_REPLICAS_MAX: u64 = 5;

/// What `edgeemu.toml` says about data. Its other tables have readers of their own, such as [`crate::SimulationSettings`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `[d1]`.
    pub d1: D1Settings,
}

/// `[d1]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
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

impl Settings {
    /// The name of the file.
    pub const FILE: &'static str = "edgeemu.toml";

    /// Reads the text of the file.
    ///
    /// # Errors
    /// What is wrong with it, with the line.
    pub fn parse(text: &str) -> Result<Settings, String> {
        let settings: Settings = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        if settings.d1.replicas > D1_REPLICAS_MAX {
            let asked = settings.d1.replicas;
            return Err(format!("`d1.replicas` is at most {D1_REPLICAS_MAX}: {asked}"));
        }
        Ok(settings)
    }
}

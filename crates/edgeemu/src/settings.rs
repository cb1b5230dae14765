//! What a project's `edgeemu.toml` means.

use std::fmt::Display;
use std::str::FromStr;

use edgeemu_config::{Judges, Report, Settings, Source};
use edgeemu_kv::consistency::{Colo, Profile};

use crate::project::Project;
use crate::time::TimeMode;

/// Where a Worker runs and how time passes there. What is absent was not said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkSettings {
    /// The locations.
    pub colos: Vec<Colo>,
    /// The location of requests that name none.
    pub home: Option<Colo>,
    /// What reads of KV see of writes in other locations.
    pub kv_consistency: Option<Profile>,
    /// How time passes.
    pub time: Option<TimeMode>,
}

impl NetworkSettings {
    /// What `[sim]` of the project's `edgeemu.toml` says; nothing if there is no such file.
    #[must_use]
    pub fn beside(project: &Project) -> NetworkSettings {
        let sim = &project.settings().sim;
        NetworkSettings {
            colos: sim.colos.iter().filter_map(|text| text.parse().ok()).collect(),
            home: meaning(sim.colo.as_deref()),
            kv_consistency: meaning(sim.kv_profile.as_deref()),
            time: meaning(sim.time.as_deref()),
        }
    }
}

/// Reads the text of `edgeemu.toml`.
pub(crate) fn parse(source: Source) -> Result<(Settings, Report), Report> {
    Settings::parse(source, &Judges { colo: judge::<Colo>, time: judge::<TimeMode>, kv_profile: judge::<Profile> })
}

fn judge<T: FromStr<Err: Display>>(text: &str) -> Result<(), String> {
    text.parse::<T>().map(drop).map_err(|error| error.to_string())
}

/// A text that was found right means something.
fn meaning<T: FromStr>(text: Option<&str>) -> Option<T> {
    text?.parse().ok()
}

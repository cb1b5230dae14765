//! Where a Worker runs and how time passes there, as a project's `edgeemu.toml` has it.

use std::fmt::Display;
use std::str::FromStr;

use edgeemu_config::{Judges, Report, SimulationSettings, Source};
use edgeemu_kv::consistency::{Colo, Profile};

use crate::error::ProjectError;
use crate::project::Project;
use crate::time::TimeMode;

/// The file, beside the configuration.
const FILE: &str = "edgeemu.toml";

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
    /// What `edgeemu.toml` beside the configuration says, with warnings about it; nothing if there is no such file.
    ///
    /// # Errors
    /// Every complaint about it at once, or that it cannot be read.
    pub fn beside(project: &Project) -> Result<(NetworkSettings, Report), ProjectError> {
        let path = project.dir().join(FILE);
        let disk = project.options().world.disk();
        if !disk.exists(&path) {
            return Ok((NetworkSettings::default(), Report::new(FILE)));
        }
        let text = disk.read_to_string(&path).map_err(|source| ProjectError::Read { path: path.clone(), source })?;
        let source = Source::new(path, text);
        let judges = Judges { colo: judge::<Colo>, time: judge::<TimeMode>, kv_profile: judge::<Profile> };
        let (settings, report) = SimulationSettings::parse(source, &judges)?;
        let settings = NetworkSettings {
            colos: settings.colos.iter().filter_map(|text| text.parse().ok()).collect(),
            home: meaning(settings.colo.as_deref()),
            kv_consistency: meaning(settings.kv_profile.as_deref()),
            time: meaning(settings.time.as_deref()),
        };
        Ok((settings, report))
    }
}

fn judge<T: FromStr<Err: Display>>(text: &str) -> Result<(), String> {
    text.parse::<T>().map(drop).map_err(|error| error.to_string())
}

/// A text that was found right means something.
fn meaning<T: FromStr>(text: Option<&str>) -> Option<T> {
    text?.parse().ok()
}

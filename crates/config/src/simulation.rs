//! The table `sim` of `edgeemu.toml`: where a Worker runs while it is developed, and how time passes there.

use crate::field::{Field, Section};

/// The table `sim`: where a Worker runs while it is developed, and how time passes there. Texts are as they were written;
/// whoever asked has found them right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimulationSettings {
    /// `colos`: the locations.
    pub colos: Vec<String>,
    /// `colo`: the location of requests that name none.
    pub colo: Option<String>,
    /// `time`: how time passes.
    pub time: Option<String>,
    /// `kv.profile`: what reads of KV see of writes elsewhere.
    pub kv_profile: Option<String>,
}

/// Says what is wrong with a text, if anything is.
pub type Judge = fn(&str) -> Result<(), String>;

/// What texts have to be.
#[derive(Clone, Copy, Debug)]
pub struct Judges {
    /// A location.
    pub colo: Judge,
    /// A way for time to pass.
    pub time: Judge,
    /// A profile of KV.
    pub kv_profile: Judge,
}

impl SimulationSettings {
    pub(crate) fn read(sim: &Section, judges: &Judges) -> SimulationSettings {
        let colos = sim.get("colos");
        let settings = SimulationSettings {
            colos: colos.as_ref().and_then(Field::strings).unwrap_or_default(),
            colo: judged(sim, "colo", judges.colo),
            time: judged(sim, "time", judges.time),
            kv_profile: sim.get("kv").and_then(|field| field.section()).and_then(|kv| {
                let profile = judged(&kv, "profile", judges.kv_profile);
                kv.refuse_others();
                profile
            }),
        };
        if let Some(field) = colos {
            settings.colos.iter().filter_map(|colo| (judges.colo)(colo).err()).for_each(|reason| field.error(reason));
        }
        settings
    }
}

fn judged(section: &Section, key: &'static str, judge: Judge) -> Option<String> {
    let field = section.get(key)?;
    let text = field.string()?;
    judge(&text).map_err(|reason| field.error(reason)).ok()?;
    Some(text)
}

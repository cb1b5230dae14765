//! Which data a command is about, and where it is.

use std::path::PathBuf;

use clap::Args;
use edgeemu::config::Config;
use edgeemu::{CarriedPart, Project, StateAccess, StateFilter, StateKind, StatePart};

use crate::context::{Context, Wanted};
use crate::error::CliError;
use crate::ui::ask::{print, warn};

/// Where the data is.
#[derive(Args)]
#[command(next_help_heading = "Data")]
pub(crate) struct Place {
    /// The folder given to `edgeemu dev --persist-to`
    #[arg(long, value_name = "DIR")]
    persist_to: Option<PathBuf>,
    /// Accepted: data is always local
    #[arg(long, hide = true)]
    local: bool,
    /// Not supported: edgeemu has local data only
    #[arg(long, hide = true)]
    remote: bool,
}

/// The data of a project, and what its configuration knows about it.
pub(crate) struct Opened {
    pub(crate) data: StateAccess,
    project: Project,
    /// The classes of Durable Objects that have data here.
    classes: Vec<String>,
}

impl Place {
    pub(crate) fn open(&self, context: &Context) -> Result<Opened, CliError> {
        self.opened(context, true)
    }

    /// For looking only: makes nothing.
    pub(crate) fn open_to_read(&self, context: &Context) -> Result<Opened, CliError> {
        self.opened(context, false)
    }

    fn opened(&self, context: &Context, writes: bool) -> Result<Opened, CliError> {
        if self.remote {
            return Err(CliError::usage("`--remote` is not supported: edgeemu has local data only")
                .hint("leave it out to work on local data"));
        }
        let project = context.project(Wanted::default())?;
        let state_dir = context.state_dir(&project, self.persist_to.as_deref());
        if writes && self.persist_to.is_none() {
            context.keep_unversioned(&project)?;
        }
        let data = if writes {
            StateAccess::open(&context.world, &state_dir)?
        } else {
            StateAccess::open_to_read(&context.world, &state_dir)?
        };
        let classes = StateAccess::durable_classes(&context.world, &state_dir);
        Ok(Opened { data, project, classes })
    }
}

impl Opened {
    /// The id that a name stands for: that of a binding, or the name itself.
    pub(crate) fn id_of(&self, kind: StateKind, name: &str) -> String {
        let named =
            bound(self.project.config(), kind).into_iter().find(|(names, _)| names.iter().any(|one| one == name));
        named.map_or_else(|| name.to_owned(), |(_, id)| id)
    }

    /// What the configuration declares.
    pub(crate) fn declared(&self) -> Vec<StatePart> {
        let parts = |kind| bound(self.project.config(), kind).into_iter().map(move |(_, id)| StatePart { kind, id });
        StateKind::ALL.into_iter().flat_map(parts).collect()
    }

    /// Whether the configuration or the data knows the name.
    pub(crate) fn is_declared(&self, kind: StateKind, name: &str) -> bool {
        let id = self.id_of(kind, name);
        self.declared().iter().any(|part| part.kind == kind && part.id == id)
    }

    /// The bindings of a kind.
    pub(crate) fn bindings(&self, kind: StateKind) -> Vec<String> {
        bound(self.project.config(), kind).into_iter().filter_map(|(mut names, _)| names.drain(..).next()).collect()
    }

    pub(crate) fn filter(&self, only: &[Only]) -> StateFilter {
        let resolved = |only: &Only| (only.kind, only.name.as_ref().map(|name| self.id_of(only.kind, name)));
        StateFilter { only: only.iter().map(resolved).collect() }
    }

    /// Says what becomes of Durable Objects, for whoever asked for all data and gets less.
    pub(crate) fn warn_of_objects(&self, what: &str, only: &[Only], context: &Context) {
        if self.classes.is_empty() || !only.is_empty() {
            return;
        }
        let names = self.classes.join(", ");
        warn(context, &format!("Durable Objects are not {what}; these classes keep their data: {names}"));
    }

    pub(crate) fn close(self) -> Result<(), CliError> {
        Ok(self.data.close()?)
    }
}

/// The names under which each resource of a kind is known, that of the binding first, with its local id.
fn bound(config: &Config, kind: StateKind) -> Vec<(Vec<String>, String)> {
    let bindings = &config.bindings;
    match kind {
        StateKind::Kv => {
            let one = |kv: &edgeemu::config::KvNamespace| (vec![kv.binding.clone()], kv.local_id().to_owned());
            bindings.kv_namespaces.iter().map(one).collect()
        }
        StateKind::D1 => {
            let one = |d1: &edgeemu::config::D1Database| {
                let more = [d1.database_name.clone(), d1.database_id.clone()];
                let names = [Some(d1.binding.clone())].into_iter().chain(more).flatten().collect();
                (names, d1.local_id().to_owned())
            };
            bindings.d1_databases.iter().map(one).collect()
        }
        StateKind::R2 => {
            let one = |r2: &edgeemu::config::R2Bucket| (vec![r2.binding.clone()], r2.local_id().to_owned());
            bindings.r2_buckets.iter().map(one).collect()
        }
    }
}

/// A part of the data: `kv`, or `kv/NAME`.
#[derive(Clone)]
pub(crate) struct Only {
    kind: StateKind,
    name: Option<String>,
}

impl std::str::FromStr for Only {
    type Err = String;

    fn from_str(text: &str) -> Result<Only, String> {
        let (kind, name) = match text.split_once('/') {
            Some((kind, name)) => (kind, Some(name.to_owned())),
            None => (text, None),
        };
        let kind = StateKind::ALL.into_iter().find(|one| one.name() == kind);
        match kind.filter(|_| name.as_deref() != Some("")) {
            Some(kind) => Ok(Only { kind, name }),
            None => Err("must be `kv`, `d1` or `r2`, or one of them with a name: `kv/SESSIONS`".to_owned()),
        }
    }
}

/// Says what was carried.
pub(crate) fn told(carried: &[CarriedPart]) -> Result<(), CliError> {
    let line = |CarriedPart { part, count }: &CarriedPart| {
        let what = match (part.kind, count) {
            (StateKind::Kv, 1) => "key",
            (StateKind::Kv, _) => "keys",
            (StateKind::D1, 1) => "statement",
            (StateKind::D1, _) => "statements",
            (StateKind::R2, 1) => "object",
            (StateKind::R2, _) => "objects",
        };
        format!("{part}: {count} {what}\n")
    };
    print(carried.iter().map(line).collect::<String>().as_bytes())
}

//! Which namespace a command is about, and where its data is.

use std::path::PathBuf;

use clap::Args;
use edgeemu::config::{KvNamespace, nearest};

use crate::context::{Context, Wanted};
use crate::error::CliError;

/// The flags that name a namespace.
#[derive(Args)]
#[command(next_help_heading = "Namespace")]
pub(super) struct Target {
    #[command(flatten)]
    which: Which,
    /// The `preview_id` of the binding instead of its `id`
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    preview: Option<bool>,
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

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The name the Worker knows it by
    #[arg(long, value_name = "NAME")]
    binding: Option<String>,
    /// Its id
    #[arg(long, value_name = "ID")]
    namespace_id: Option<String>,
}

/// What is done with the data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    /// Reads that mean the `id` unless `--preview` is given.
    Read,
    /// Reads that have to be told which of two ids is meant, as writes have.
    ReadMany,
    /// Changes.
    Write,
}

/// A namespace found.
pub(super) struct Located {
    pub(super) id: String,
    pub(super) state_dir: PathBuf,
}

impl Target {
    pub(super) fn locate(&self, intent: Intent, context: &Context) -> Result<Located, CliError> {
        if self.remote {
            return Err(CliError::usage("`--remote` is not supported: edgeemu has local data only")
                .hint("leave it out to work on local data"));
        }
        let project = context.project(Wanted::default())?;
        let id = match (&self.which.namespace_id, &self.which.binding) {
            (Some(id), _) => id.clone(),
            (None, Some(name)) => self.id_of(name, &project.config().bindings.kv_namespaces, intent)?,
            (None, None) => return Err(CliError::usage("give `--binding` or `--namespace-id`")),
        };
        if id.is_empty() {
            return Err(CliError::usage("the id of a namespace cannot be empty"));
        }
        if intent == Intent::Write && self.persist_to.is_none() {
            context.keep_unversioned(&project)?;
        }
        Ok(Located { id, state_dir: context.state_dir(&project, self.persist_to.as_deref()) })
    }

    fn id_of(&self, name: &str, declared: &[KvNamespace], intent: Intent) -> Result<String, CliError> {
        let Some(namespace) = declared.iter().find(|namespace| namespace.binding == name) else {
            return Err(unknown(name, declared));
        };
        let wants_preview = match (self.preview, &namespace.id, &namespace.preview_id) {
            (None, Some(_), Some(_)) if intent != Intent::Read => {
                let message = format!("`{name}` has both a namespace ID and a preview ID");
                return Err(CliError::user(message).hint(
                    "say which one with `--preview` or `--preview=false`; a Worker in `edgeemu dev` sees the preview",
                ));
            }
            (preview, ..) => preview.unwrap_or(namespace.id.is_none()),
        };
        if !wants_preview {
            return Ok(namespace.id.as_deref().unwrap_or(&namespace.binding).to_owned());
        }
        match (&namespace.preview_id, self.preview) {
            (Some(id), _) => Ok(id.clone()),
            (None, None) => Ok(namespace.local_id().to_owned()),
            (None, Some(_)) => Err(CliError::user(format!("No preview ID found for `{name}`"))
                .hint("add a `preview_id` to the namespace in the configuration, or leave `--preview` out")),
        }
    }
}

fn unknown(name: &str, declared: &[KvNamespace]) -> CliError {
    let error = CliError::user(format!("no KV binding named `{name}`"));
    let names: Vec<_> = declared.iter().map(|namespace| namespace.binding.as_str()).collect();
    if names.is_empty() {
        return error.hint("the configuration declares no `kv_namespaces`; `--namespace-id` does without");
    }
    let error = match nearest(name, names.iter().copied()) {
        Some(known) => error.hint(format!("did you mean `{known}`?")),
        None => error,
    };
    error.hint(format!("the configuration declares: {}", names.join(", ")))
}

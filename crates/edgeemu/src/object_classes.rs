//! The classes of Durable Objects that a Worker exports, and where the data of each lies.

use std::collections::{BTreeMap, BTreeSet};

use edgeemu_config::{ClassBackend, Config, Export, ExportState};
use edgeemu_durable::{Backend, Durable};
use edgeemu_runtime::DurableBinding;
use edgeemu_storage::StorageError;

/// The history of a Worker's classes, as its configuration tells it.
#[derive(Default)]
struct History {
    /// The classes there are, each with its key and what it keeps its data in.
    classes: BTreeMap<String, (String, Backend)>,
    /// Keys that some class has or had.
    used: BTreeSet<String>,
    /// Keys of classes that were deleted with their data.
    deleted: Vec<String>,
}

impl History {
    fn of(config: &Config) -> History {
        let mut history = History::default();
        let worker = config.worker_name();
        for step in &config.migrations {
            for class in &step.new_classes {
                history.begin(worker, class, Backend::KeyValue, &step.tag);
            }
            for class in &step.new_sqlite_classes {
                history.begin(worker, class, Backend::Sqlite, &step.tag);
            }
            for renamed in &step.renamed_classes {
                history.rename(&renamed.from, &renamed.to);
            }
            step.deleted_classes.iter().for_each(|class| history.delete(class));
            for taken in &step.transferred_classes {
                history.begin(worker, &taken.to, Backend::Sqlite, &step.tag);
            }
        }
        config.exports.iter().for_each(|export| history.declare(worker, export));
        for binding in &config.bindings.durable_objects {
            // A class that no migration speaks of works all the same, with what production calls the legacy storage.
            if binding.script_name.as_deref().is_none_or(|script| script == worker) {
                history.begin(worker, &binding.class_name, Backend::KeyValue, "");
            }
        }
        history
    }

    /// A class begins. One that has the name of a class that is no more gets data of its own.
    fn begin(&mut self, worker: &str, class: &str, backend: Backend, tag: &str) {
        if self.classes.contains_key(class) {
            return;
        }
        let plain = format!("{worker}-{class}");
        let key = if self.used.contains(&plain) { format!("{plain}@{tag}") } else { plain };
        self.used.insert(key.clone());
        self.classes.insert(class.to_owned(), (key, backend));
    }

    fn rename(&mut self, from: &str, to: &str) {
        if let Some(class) = self.classes.remove(from) {
            self.classes.insert(to.to_owned(), class);
        }
    }

    fn delete(&mut self, class: &str) {
        if let Some((key, _)) = self.classes.remove(class) {
            self.deleted.push(key);
        }
    }

    fn declare(&mut self, worker: &str, export: &Export) {
        let Export::DurableObject { class_name, state, backend } = export else { return };
        let backend = match backend {
            ClassBackend::KeyValue => Backend::KeyValue,
            ClassBackend::Sqlite => Backend::Sqlite,
        };
        match state {
            ExportState::Created | ExportState::ExpectingTransfer { .. } => {
                self.begin(worker, class_name, backend, "");
            }
            ExportState::Deleted => {
                self.begin(worker, class_name, backend, "");
                self.delete(class_name);
            }
            ExportState::Renamed { to } => {
                // The new name may have been declared before the old one.
                self.classes.remove(to);
                self.begin(worker, class_name, backend, "");
                self.rename(class_name, to);
            }
            ExportState::Transferred { .. } => {
                self.classes.remove(class_name);
            }
        }
    }
}

/// The classes that a Worker exports.
pub(crate) fn classes(config: &Config, durable: &Durable) -> Vec<DurableBinding> {
    let worker = config.worker_name().to_owned();
    let class = |(class_name, (key, backend)): (String, (String, Backend))| DurableBinding {
        namespace: durable.namespace(&key, backend),
        class_name,
        worker: worker.clone(),
    };
    History::of(config).classes.into_iter().map(class).collect()
}

/// The namespace that a binding names; of another Worker it is known what its ids are.
pub(crate) fn bound(
    binding: &edgeemu_config::DurableObjectBinding,
    classes: &[DurableBinding],
    durable: &Durable,
) -> DurableBinding {
    let own = classes.iter().find(|class| class.class_name == binding.class_name);
    match (&binding.script_name, own) {
        (None, Some(class)) => class.clone(),
        (Some(script), Some(class)) if *script == class.worker => class.clone(),
        (script, _) => {
            let worker = script.clone().unwrap_or_default();
            let key = format!("{worker}-{}", binding.class_name);
            let namespace = durable.namespace(&key, Backend::Sqlite);
            DurableBinding { namespace, class_name: binding.class_name.clone(), worker }
        }
    }
}

/// Removes the data of classes that a migration deleted, as production does.
///
/// # Errors
/// What the disk says.
pub(crate) fn remove_deleted(config: &Config, durable: &Durable) -> Result<(), StorageError> {
    let history = History::of(config);
    let is_used = |key: &String| history.classes.values().any(|(used, _)| used == key);
    let mut gone = history.deleted.iter().filter(|key| !is_used(key));
    gone.try_for_each(|key| durable.delete_namespace(key).map(drop))
}

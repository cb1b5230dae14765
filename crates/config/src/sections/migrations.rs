//! `migrations`: the history of Durable Object classes, and what it adds up to.

use std::collections::BTreeMap;

use crate::field::{Field, Section};
use crate::scope::Scope;
use crate::sections::exports::{Export, ExportState};

/// One step of the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Migration {
    /// The unique name of the step.
    pub tag: String,
    /// Classes that begin with key-value storage.
    pub new_classes: Vec<String>,
    /// Classes that begin with SQLite storage.
    pub new_sqlite_classes: Vec<String>,
    /// Classes that change their name.
    pub renamed_classes: Vec<RenamedClass>,
    /// Classes that end, with their data.
    pub deleted_classes: Vec<String>,
    /// Classes that are taken over from another Worker.
    pub transferred_classes: Vec<TransferredClass>,
}

/// A class that changes its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenamedClass {
    /// The old name.
    pub from: String,
    /// The new name.
    pub to: String,
}

/// A class that is taken over from another Worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferredClass {
    /// Its name over there.
    pub from: String,
    /// The other Worker.
    pub from_script: String,
    /// Its name here.
    pub to: String,
}

/// What a Durable Object class stores its data in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassBackend {
    /// Key-value storage: `storage.sql` and the synchronous `storage.kv` throw.
    KeyValue,
    /// SQLite.
    Sqlite,
}

pub(crate) fn migrations(scope: &Scope) -> Vec<Migration> {
    let Some(field) = scope.inherited("migrations") else { return Vec::new() };
    let mut found: Vec<Migration> = Vec::new();
    for section in field.sections() {
        let migration = migration(&section);
        if let Some(tag) = section.get("tag")
            && found.iter().any(|known| known.tag == migration.tag)
        {
            tag.error(format!("Migration tag is used twice: {}", tag.json()));
        }
        found.push(migration);
        section.finish();
    }
    found
}

fn migration(section: &Section) -> Migration {
    let classes = |key| section.strings(key).unwrap_or_default();
    let pairs = |key| section.get(key).map(|field: Field| field.sections()).unwrap_or_default();
    Migration {
        tag: section.required("tag").and_then(|field| field.string()).unwrap_or_default(),
        new_classes: classes("new_classes"),
        new_sqlite_classes: classes("new_sqlite_classes"),
        deleted_classes: classes("deleted_classes"),
        renamed_classes: pairs("renamed_classes").into_iter().filter_map(renamed).collect(),
        transferred_classes: pairs("transferred_classes").into_iter().filter_map(transferred).collect(),
    }
}

fn word(section: &Section, key: &'static str) -> Option<String> {
    section.required(key)?.string()
}

fn renamed(section: Section) -> Option<RenamedClass> {
    let (from, to) = (word(&section, "from"), word(&section, "to"));
    section.finish();
    Some(RenamedClass { from: from?, to: to? })
}

fn transferred(section: Section) -> Option<TransferredClass> {
    let (from, script, to) = (word(&section, "from"), word(&section, "from_script"), word(&section, "to"));
    section.finish();
    Some(TransferredClass { from: from?, from_script: script?, to: to? })
}

/// What the history adds up to: the classes that exist in the end and what each stores its data in. A class that was
/// taken over counts as SQLite, because the other Worker's history is not at hand. With `exports` the classes it names
/// exist instead.
pub fn fold_classes(migrations: &[Migration], exports: &[Export]) -> BTreeMap<String, ClassBackend> {
    let mut classes = BTreeMap::new();
    for step in migrations {
        classes.extend(step.new_classes.iter().map(|class| (class.clone(), ClassBackend::KeyValue)));
        classes.extend(step.new_sqlite_classes.iter().map(|class| (class.clone(), ClassBackend::Sqlite)));
        for renamed in &step.renamed_classes {
            let backend = classes.remove(&renamed.from).unwrap_or(ClassBackend::KeyValue);
            classes.insert(renamed.to.clone(), backend);
        }
        classes.retain(|class, _| !step.deleted_classes.contains(class));
        classes.extend(step.transferred_classes.iter().map(|class| (class.to.clone(), ClassBackend::Sqlite)));
    }
    for export in exports {
        if let Export::DurableObject { class_name, state, backend } = export
            && matches!(state, ExportState::Created | ExportState::ExpectingTransfer { .. })
        {
            classes.insert(class_name.clone(), *backend);
        }
    }
    classes
}

//! `migrations`: the history of Durable Object classes, and what it adds up to.

use std::collections::BTreeMap;

use crate::field::Section;
use crate::raw::{Node, Value};
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
    if !matches!(field.value.node, Node::Array(_)) {
        field.error(format!("The optional \"migrations\" field should be an array, but got {}", field.json()));
        return Vec::new();
    }
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
    let pair = |[from, to]: [String; 2]| RenamedClass { from, to };
    let triple = |[from, from_script, to]: [String; 3]| TransferredClass { from, from_script, to };
    Migration {
        tag: section.required("tag").and_then(|field| field.string()).unwrap_or_default(),
        new_classes: classes("new_classes"),
        new_sqlite_classes: classes("new_sqlite_classes"),
        deleted_classes: classes("deleted_classes"),
        renamed_classes: moves(section, "renamed_classes", ["from", "to"], pair),
        transferred_classes: moves(section, "transferred_classes", ["from", "from_script", "to"], triple),
    }
}

/// A list of tables with exactly these string keys.
fn moves<T, const N: usize>(
    section: &Section,
    key: &'static str,
    keys: [&str; N],
    build: fn([String; N]) -> T,
) -> Vec<T> {
    let Some(field) = section.get(key) else { return Vec::new() };
    let read = |item: &Value| -> Option<[String; N]> {
        let texts: Vec<String> = keys.iter().filter_map(|key| item.text(key)).collect();
        texts.try_into().ok()
    };
    let items = if let Node::Array(items) = &field.value.node { items.as_slice() } else { &[] };
    let found: Vec<T> = items.iter().filter_map(read).map(build).collect();
    if !matches!(field.value.node, Node::Array(_)) || found.len() < items.len() {
        let shape = keys.map(|key| format!("{key}: string")).join(", ");
        field.error(format!(
            "Expected \"{}\" to be an array of \"{{{shape}}}\" objects but got {}.",
            field.path,
            field.json()
        ));
    }
    found
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

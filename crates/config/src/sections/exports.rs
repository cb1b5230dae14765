//! `exports`: the declarative form of the history of Durable Object classes.

use crate::field::Section;
use crate::scope::Scope;
use crate::sections::ClassBackend;

/// One export of the Worker that the configuration speaks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// `type: "durable-object"`.
    DurableObject {
        /// The class.
        class_name: String,
        /// Where it stands in its life.
        state: ExportState,
        /// What it stores its data in.
        backend: ClassBackend,
    },
    /// `type: "worker"`.
    Worker {
        /// The entrypoint.
        name: String,
    },
}

/// Where an exported class stands in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportState {
    /// It exists.
    Created,
    /// It is gone, with its data.
    Deleted,
    /// It lives on under another name.
    Renamed {
        /// The new name.
        to: String,
    },
    /// It lives on in another Worker.
    Transferred {
        /// The other Worker.
        to: String,
    },
    /// It will be taken over from another Worker.
    ExpectingTransfer {
        /// The other Worker.
        from: String,
    },
}

const STATES: [&str; 5] = ["created", "deleted", "renamed", "transferred", "expecting-transfer"];

pub(crate) fn exports(scope: &Scope) -> Vec<Export> {
    if let (Some(_), Some(second)) = (scope.declares("migrations"), scope.declares("exports")) {
        scope.notes.error_hint(
            second.key_span,
            "Expected exactly one of the following fields [\"migrations\",\"exports\"].",
            "keep the one that describes the classes as they are deployed",
        );
    }
    let Some(section) = scope.inherited("exports").and_then(|field| field.section()) else { return Vec::new() };
    section.fields().filter_map(|field| export(field.key, &field.section()?)).collect()
}

fn export(name: &str, section: &Section) -> Option<Export> {
    let kind = section.required("type")?.one_of(&["durable-object", "worker"])?;
    if kind == "worker" {
        return Some(Export::Worker { name: name.to_owned() });
    }
    let state = state(section);
    let backend = match section.one_of("storage", &["sqlite", "legacy-kv"]).as_deref() {
        Some("legacy-kv") => ClassBackend::KeyValue,
        _ => ClassBackend::Sqlite,
    };
    Some(Export::DurableObject { class_name: name.to_owned(), state: state?, backend })
}

fn state(section: &Section) -> Option<ExportState> {
    let Some(field) = section.get("state") else { return Some(ExportState::Created) };
    let word = |key| section.required(key)?.string();
    Some(match field.one_of(&STATES)?.as_str() {
        "deleted" => ExportState::Deleted,
        "renamed" => ExportState::Renamed { to: word("renamed_to")? },
        "transferred" => ExportState::Transferred { to: word("transferred_to")? },
        "expecting-transfer" => ExportState::ExpectingTransfer { from: word("transfer_from")? },
        _ => ExportState::Created,
    })
}

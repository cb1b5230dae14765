//! Which table a key is taken from: the named environment, the top level, or both.

use std::cell::RefCell;

use crate::field::{Field, Section, unexpected};
use crate::notes::Notes;
use crate::raw::{Entry, Node, Table};

/// The top level, or one named environment above it.
pub(crate) struct Scope<'a> {
    pub(crate) notes: &'a Notes<'a>,
    /// Swallows complaints about inherited values; the top level has made them already.
    muted: &'a Notes<'a>,
    own: &'a Table,
    top: Option<&'a Table>,
    environment: Option<&'a str>,
    asked: RefCell<Vec<&'static str>>,
    top_only: RefCell<Vec<&'static str>>,
}

impl<'a> Scope<'a> {
    pub(crate) fn top(notes: &'a Notes<'a>, muted: &'a Notes<'a>, root: &'a Table) -> Scope<'a> {
        Scope::build(notes, muted, root, None)
    }

    pub(crate) fn named(
        notes: &'a Notes<'a>,
        muted: &'a Notes<'a>,
        name: &'a str,
        tables: (&'a Table, &'a Table),
    ) -> Scope<'a> {
        let (own, top) = tables;
        Scope::build(notes, muted, own, Some((name, top)))
    }

    fn build(
        notes: &'a Notes<'a>,
        muted: &'a Notes<'a>,
        own: &'a Table,
        above: Option<(&'a str, &'a Table)>,
    ) -> Scope<'a> {
        Scope {
            notes,
            muted,
            own,
            top: above.map(|(_, top)| top),
            environment: above.map(|(name, _)| name),
            asked: RefCell::default(),
            top_only: RefCell::default(),
        }
    }

    /// The environment's name, `None` at the top level.
    pub(crate) fn environment(&self) -> Option<&'a str> {
        self.environment
    }

    /// Whether the key stands in this very table, inherited values not counted.
    pub(crate) fn declares(&self, key: &str) -> Option<&'a Entry> {
        self.own.get(key)
    }

    /// Whether the name is the top level's, so that an environment's name goes behind it.
    pub(crate) fn declares_no_own_name(&self) -> bool {
        self.environment.is_none() || self.own.get("name").is_none()
    }

    /// A key that an environment takes over from the top level when it does not set it.
    pub(crate) fn inherited(&self, key: &'static str) -> Option<Field<'a>> {
        self.asked.borrow_mut().push(key);
        if let Some(entry) = self.own.get(key) {
            return Some(self.field(self.notes, key.to_owned(), entry));
        }
        let entry = self.top?.get(key)?;
        Some(self.field(self.muted, key.to_owned(), entry))
    }

    /// A key that must be repeated in every environment.
    pub(crate) fn repeated(&self, key: &'static str) -> Option<Field<'a>> {
        self.asked.borrow_mut().push(key);
        let path = self.environment.map_or_else(|| key.to_owned(), |name| format!("env.{name}.{key}"));
        if let Some(entry) = self.own.get(key) {
            return Some(self.field(self.notes, path, entry));
        }
        let (name, entry) = (self.environment?, self.top?.get(key)?);
        self.notes.warn(
            entry.key_span,
            format!(
                "\"{key}\" exists at the top level, but not on \"env.{name}\".\nThis is not what you probably want, \
                 since \"{key}\" is not inherited by environments.\nPlease add \"{key}\" to \"env.{name}\"."
            ),
        );
        None
    }

    /// The top level's value of a key that is not inherited, for comparing names.
    pub(crate) fn above(&self, key: &'static str) -> Option<Field<'a>> {
        let entry = self.top?.get(key)?;
        Some(self.field(self.muted, key.to_owned(), entry))
    }

    /// A key that only the top level may have.
    pub(crate) fn top_only(&self, key: &'static str) -> Option<Field<'a>> {
        self.top_only.borrow_mut().push(key);
        match self.top {
            None => self.own.get(key).map(|entry| self.field(self.notes, key.to_owned(), entry)),
            Some(top) => top.get(key).map(|entry| self.field(self.muted, key.to_owned(), entry)),
        }
    }

    fn field(&self, notes: &'a Notes<'a>, path: String, entry: &'a Entry) -> Field<'a> {
        Field { notes, path, key: &entry.key, value: &entry.value, key_span: entry.key_span }
    }

    /// The tables of a repeated array of bindings; in an environment, names that only the top level has are warned of.
    pub(crate) fn repeated_sections(&self, key: &'static str, name_key: &'static str) -> Vec<Section<'a>> {
        let Some(field) = self.repeated(key) else { return Vec::new() };
        if let Some(above) = self.above(key) {
            self.warn_of_missing((&field, &above), key, name_key);
        }
        field.sections()
    }

    fn warn_of_missing(&self, (field, above): (&Field<'a>, &Field<'a>), key: &str, name_key: &str) {
        let Some(environment) = self.environment else { return };
        for name in missing_names(field, above, name_key) {
            self.notes.warn(
                field.key_span,
                format!(
                    "There is a {key} binding with name \"{name}\" at the top level, but not on \"env.{environment}\".\n\
                     This is not what you probably want, since \"{key}\" configuration is not inherited by environments.\n\
                     Please add a binding for \"{name}\" to \"env.{environment}.{key}.bindings\"."
                ),
            );
        }
    }

    /// The keys that were asked for, sorted, each once.
    #[cfg(test)]
    pub(crate) fn asked(self) -> Vec<&'static str> {
        let mut keys = self.asked.into_inner();
        keys.extend(self.top_only.into_inner());
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Names the keys of this table that were not asked for.
    pub(crate) fn finish(self) {
        let mut known = self.asked.into_inner();
        match self.environment {
            None => {
                known.extend(self.top_only.into_inner());
                unexpected(self.notes, "top-level field", self.own, &known);
            }
            Some(name) => unexpected(self.notes, &format!("env.{name} field"), self.own, &known),
        }
    }
}

/// The names that the list at the top level has and the environment's own list has not.
pub(crate) fn missing_names<'a>(own: &Field, above: &Field<'a>, name_key: &str) -> Vec<&'a str> {
    let known = names(own, name_key);
    names(above, name_key).into_iter().filter(|name| !known.contains(name)).collect()
}

fn names<'a>(field: &Field<'a>, name_key: &str) -> Vec<&'a str> {
    let Node::Array(items) = &field.value.node else { return Vec::new() };
    items
        .iter()
        .filter_map(|item| match &item.node {
            Node::Table(table) => match &table.get(name_key)?.value.node {
                Node::String(name) => Some(name.as_str()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

//! `route` and `routes`: which addresses lead to the Worker.

use crate::field::Field;
use crate::raw::{Node, Table, Value};
use crate::scope::Scope;

/// An address that leads to the Worker.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Route {
    /// The pattern, such as `example.com/api/*`.
    pub pattern: String,
    /// The zone by id.
    pub zone_id: Option<String>,
    /// The zone by name.
    pub zone_name: Option<String>,
    /// Whether the pattern is a whole host.
    pub custom_domain: bool,
}

impl Route {
    /// A route that is a pattern and nothing else.
    pub fn pattern(pattern: impl Into<String>) -> Route {
        Route { pattern: pattern.into(), ..Route::default() }
    }

    /// The host part of the pattern, without scheme, path and leading `*.`; `None` when it has no fixed host.
    pub fn host(&self) -> Option<&str> {
        let rest = self.pattern.split_once("://").map_or(self.pattern.as_str(), |(_, rest)| rest);
        let host = rest.split('/').next().unwrap_or(rest).trim_start_matches("*.").trim_start_matches('*');
        (!host.is_empty() && !host.contains('*')).then_some(host)
    }
}

impl Route {
    /// Whether a URL with this host and path is one of those the route stands for.
    pub fn matches(&self, host: &str, path: &str) -> bool {
        let rest = self.pattern.split_once("://").map_or(self.pattern.as_str(), |(_, rest)| rest);
        let (own_host, own_path) = match rest.split_once('/') {
            Some((own_host, own_path)) => (own_host, format!("/{own_path}")),
            None => (rest, if self.custom_domain { "/*".to_owned() } else { "/".to_owned() }),
        };
        let host_fits = match own_host.strip_prefix('*') {
            Some(suffix) => host.ends_with(suffix.trim_start_matches('.')) && is_below(host, suffix),
            None => host.eq_ignore_ascii_case(own_host),
        };
        host_fits
            && match own_path.strip_suffix('*') {
                Some(prefix) => path.starts_with(prefix),
                None => path == own_path,
            }
    }
}

/// `*.example.com` stands for what is below the domain; `*example.com` for the domain itself, too.
fn is_below(host: &str, suffix: &str) -> bool {
    !suffix.starts_with('.') || host.len() > suffix.len() && host.ends_with(suffix)
}

const SHAPE: &str = "{ pattern, custom_domain, zone_id | zone_name, enabled, previews_enabled }";

/// `route` as a list of one, or `routes`.
pub(crate) fn routes(scope: &Scope) -> Vec<Route> {
    let own = (scope.declares("route"), scope.declares("routes"));
    let (mut one, mut many) = (scope.inherited("route"), scope.inherited("routes"));
    match own {
        (Some(_), Some(second)) => {
            scope.notes.error(second.key_span, "Expected exactly one of the following fields [\"routes\",\"route\"].");
        }
        // An environment that chooses one form does not inherit the other.
        (Some(_), None) => many = None,
        (None, Some(_)) => one = None,
        (None, None) => {}
    }
    let mut routes: Vec<Route> = one.iter().filter_map(single).collect();
    routes.extend(many.iter().flat_map(several));
    routes
}

fn single(field: &Field) -> Option<Route> {
    let route = route(field.value);
    if route.is_none() {
        field.error(format!(
            "Expected \"{}\" to be either a string, or an object with shape {SHAPE}, but got {}.",
            field.path,
            field.json()
        ));
    }
    route
}

fn several(field: &Field) -> Vec<Route> {
    let complaint =
        format!("Expected \"{}\" to be an array of either strings or objects with the shape {SHAPE}", field.path);
    let Node::Array(items) = &field.value.node else {
        field.error(format!("Expected \"{}\" to be an array but got {}.", field.path, field.json()));
        return Vec::new();
    };
    let invalid: Vec<&Value> = items.iter().filter(|item| route(item).is_none()).collect();
    if let Some(first) = invalid.first() {
        let list: serde_json::Value = invalid.iter().map(|item| item.to_json()).collect();
        field.notes.error(first.span, format!("{complaint}, but these weren't valid: {list:#}."));
    }
    items.iter().filter_map(route).collect()
}

fn route(value: &Value) -> Option<Route> {
    match &value.node {
        Node::String(pattern) => Some(Route::pattern(pattern.clone())),
        Node::Table(table) => {
            let flags = ["custom_domain", "enabled", "previews_enabled"];
            let flags_fit = flags.iter().all(|key| matches!(node(table, key), None | Some(Node::Bool(_))));
            let zones_fit =
                ["zone_id", "zone_name"].iter().all(|key| matches!(node(table, key), None | Some(Node::String(_))));
            let pattern = text(table, "pattern")?;
            (flags_fit && zones_fit).then(|| Route {
                pattern,
                zone_id: text(table, "zone_id"),
                zone_name: text(table, "zone_name"),
                custom_domain: node(table, "custom_domain") == Some(&Node::Bool(true)),
            })
        }
        _ => None,
    }
}

fn node<'a>(table: &'a Table, key: &str) -> Option<&'a Node> {
    table.get(key).map(|entry| &entry.value.node)
}

fn text(table: &Table, key: &str) -> Option<String> {
    match node(table, key)? {
        Node::String(text) => Some(text.clone()),
        _ => None,
    }
}

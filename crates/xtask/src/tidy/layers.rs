//! Who may depend on whom. Cargo enforces what manifests say; this rule enforces what they may say.

use toml::{Table, Value};

use super::Finding;
use crate::scan::{Source, find_words, line_of};
use crate::tree::Tree;

/// Crates of ours and those of ours each may use. `bindings` stands for every crate under `crates/bindings`.
const MAY_USE: [(&str, &[&str]); 11] = [
    ("bundle", &["config", "world"]),
    ("cli", &["edgeemu"]),
    ("config", &[]),
    ("edgeemu", &["bindings", "bundle", "config", "runtime", "s3", "sim", "storage", "world"]),
    ("runtime", &["bindings", "config", "storage", "webcrypto", "world"]),
    ("s3", &["bindings", "world"]),
    ("sim", &["bindings", "world"]),
    ("storage", &["world"]),
    ("webcrypto", &["world"]),
    ("world", &[]),
    ("xtask", &[]),
];
const BINDING_MAY_USE: [&str; 3] = ["config", "storage", "world"];
/// What a crate may use besides, in its tests alone.
const TESTS_MAY_USE: [&str; 1] = ["sim"];

/// Third-party crates that only some of ours may use, and why.
const RESERVED: [(&[&str], &[&str], &str); 3] = [
    (
        &["deno_core", "deno_ops", "deno_web", "deno_webidl", "rusty_v8", "serde_v8", "v8"],
        &["runtime"],
        "only crates/runtime names V8; put the JavaScript side there and keep the meaning here",
    ),
    (
        &["axum", "hyper", "hyper-rustls", "hyper-util"],
        &["edgeemu", "runtime", "tests"],
        "only crates/edgeemu and crates/runtime speak HTTP, and the suite to them; take and return plain values",
    ),
    (
        &["rolldown", "rolldown_common", "string_wizard"],
        &["bundle"],
        "only crates/bundle knows the bundler; use its `Bundle`",
    ),
];

/// Names in source text that only crates/runtime may write.
const ENGINE_NAMES: [&str; 5] = ["deno_core", "deno_web", "deno_webidl", "serde_v8", "v8"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts_ending(&["/Cargo.toml"]) {
        if let Some(member) = Member::of(path) {
            findings.extend(check_manifest(&member, path, text));
        }
    }
    for (path, text) in tree.texts_ending(&[".rs"]) {
        if Member::of(path).is_some_and(|member| member.name != "runtime") {
            findings.extend(check_source(path, text));
        }
    }
    findings
}

/// A workspace member, by where it lives.
struct Member<'a> {
    name: &'a str,
    is_binding: bool,
}

impl<'a> Member<'a> {
    fn of(path: &'a str) -> Option<Self> {
        if path.starts_with("tests/") {
            return Some(Member { name: "tests", is_binding: false });
        }
        let inside = path.strip_prefix("crates/")?;
        let (is_binding, inside) = inside.strip_prefix("bindings/").map_or((false, inside), |inside| (true, inside));
        Some(Member { name: inside.split('/').next()?, is_binding })
    }

    /// Whether this member may use one of ours, named without `edgeemu-`.
    fn may_use(&self, ours: &str, section: Section) -> bool {
        let known = MAY_USE.iter().any(|(name, _)| *name == ours);
        let group = if known { ours } else { "bindings" };
        if self.name == "tests" {
            return ours == "edgeemu";
        }
        if section == Section::Dev && TESTS_MAY_USE.contains(&ours) {
            return true;
        }
        if self.is_binding {
            return BINDING_MAY_USE.contains(&ours);
        }
        MAY_USE.iter().any(|(name, may)| *name == self.name && may.contains(&group))
    }

    fn refusal(&self, package: &str, ours: &str) -> String {
        let name = self.name;
        let is_binding = !MAY_USE.iter().any(|(name, _)| *name == ours);
        let advice = if self.is_binding && is_binding {
            "bindings do not know each other: what they share is a primitive of crates/storage, or an orchestration \
             in crates/edgeemu"
        } else {
            "see the arrows in docs/architecture.md: pass a plain value, or move the code down"
        };
        format!("`{name}` may not depend on `{package}` ({advice})")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Normal,
    Build,
    Dev,
}

const SECTIONS: [(&str, Section); 3] =
    [("dependencies", Section::Normal), ("build-dependencies", Section::Build), ("dev-dependencies", Section::Dev)];

fn check_manifest(member: &Member, path: &str, text: &str) -> Vec<Finding> {
    let manifest: Table = match text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::about(path, format!("is not TOML: {error}"))],
    };
    let mut findings = Vec::new();
    for (package, section) in dependencies(&manifest) {
        let ours = if package == "edgeemu" { Some("edgeemu") } else { package.strip_prefix("edgeemu-") };
        let line = find_words(text, &package).next().map_or(0, |at| line_of(text, at));
        if let Some(ours) = ours.filter(|ours| !member.may_use(ours, section)) {
            findings.push(Finding::at(path, line, member.refusal(&package, ours)));
        }
        for (names, owners, reason) in RESERVED {
            let is_owner = !member.is_binding && owners.contains(&member.name);
            if names.contains(&package.as_str()) && !is_owner {
                let message = format!("`{}` may not depend on `{package}` ({reason})", member.name);
                findings.push(Finding::at(path, line, message));
            }
        }
    }
    findings
}

/// Every dependency with its section, those of single platforms included.
fn dependencies(manifest: &Table) -> Vec<(String, Section)> {
    let platforms = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
    let tables = std::iter::once(manifest).chain(platforms.filter_map(|(_, platform)| platform.as_table()));
    let mut found = Vec::new();
    for table in tables {
        for (key, section) in SECTIONS {
            for (name, value) in table.get(key).and_then(Value::as_table).into_iter().flatten() {
                let package = value.get("package").and_then(Value::as_str).unwrap_or(name);
                found.push((package.to_owned(), section));
            }
        }
    }
    found
}

fn check_source(path: &str, text: &str) -> Vec<Finding> {
    let code = Source::rust(text).code;
    let used = |name: &'static str| {
        let code = &code;
        let is_path =
            move |at: &usize| code[at + name.len()..].trim_start().starts_with("::") || is_imported(code, *at);
        find_words(code, name).filter(is_path).map(move |at| {
            Finding::at(path, line_of(code, at), format!("`{name}` is named here; only crates/runtime names V8"))
        })
    };
    ENGINE_NAMES.into_iter().flat_map(used).collect()
}

fn is_imported(code: &str, at: usize) -> bool {
    code[..at].trim_end().ends_with("use") || code[..at].trim_end().ends_with("extern crate")
}

//! Where edgeemu knowingly differs from production, the code says so with one marker and the documentation repeats it.

use super::Finding;
use crate::scan::{Source, line_of};
use crate::tree::Tree;

const MARKER: &str = "DIFFERS:";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let slugs = tree.folders_under("crates/bindings");
    let mut findings = Vec::new();
    for (path, text) in tree.texts_ending(&[".rs", ".js"]) {
        if !(path.starts_with("crates/") || path.starts_with("runtime-js/")) || path.starts_with("crates/xtask/") {
            continue;
        }
        let Some(source) = Source::of(path, text) else { continue };
        for (at, _) in source.comments.match_indices(MARKER) {
            let says = sentence(&source.comments[at + MARKER.len()..]);
            findings.extend(
                check_marker(tree, binding_of(path, &slugs), &says)
                    .map(|message| Finding::at(path, line_of(text, at), message)),
            );
        }
    }
    findings
}

/// The binding a file belongs to, by its slug in the path.
fn binding_of<'a>(path: &str, slugs: &[&'a str]) -> Option<&'a str> {
    let belongs = |slug: &&&str| {
        path.starts_with(&format!("crates/bindings/{slug}/"))
            || path.ends_with(&format!("/bindings/{slug}.rs"))
            || path.ends_with(&format!("/bindings/{slug}.js"))
    };
    slugs.iter().find(belongs).copied()
}

fn check_marker(tree: &Tree, slug: Option<&str>, says: &str) -> Option<String> {
    if says.is_empty() {
        return Some(format!("`{MARKER}` needs a sentence: what production does and what happens here"));
    }
    let page = slug.map(|slug| format!("docs/bindings/{slug}.md"));
    let is_page = |path: &str| match &page {
        Some(page) => path == page,
        None => path.starts_with("docs/") && path.ends_with(".md"),
    };
    let told = tree.texts().any(|(path, text)| is_page(path) && squeeze(text).contains(&squeeze(says)));
    let page = page.as_deref().unwrap_or("a page under docs/");
    (!told).then(|| format!("the difference is not told in {page}, word for word: \"{says}\""))
}

/// The sentence after the marker, over as many comment lines as it takes.
fn sentence(comment: &str) -> String {
    let mut says = String::new();
    for (index, line) in comment.lines().enumerate() {
        let trimmed = line.trim_start();
        let text = trimmed.trim_start_matches(['/', '!', '*']).trim();
        // A line without a comment sign, or an empty one, ends the comment.
        if index > 0 && (text.is_empty() || text.len() == trimmed.len()) {
            break;
        }
        says = format!("{says} {text}");
        if let Some(end) = says.find(". ").or_else(|| says.ends_with('.').then(|| says.len() - 1)) {
            says.truncate(end);
            break;
        }
    }
    says.trim_end_matches("*/").trim().to_owned()
}

/// Line breaks and case are matters of the page.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

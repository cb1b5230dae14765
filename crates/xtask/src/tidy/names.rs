//! Names that say nothing are signs that the right noun was not found.

use super::Finding;
use crate::scan::{Source, find_words, line_of, name_at};
use crate::tree::Tree;

/// Words that may not be a part of a file, module or type name.
const BANNED: [&str; 12] =
    ["util", "utils", "helper", "helpers", "common", "misc", "manager", "shared", "base", "core", "inner2", "v2"];
/// Words that may not be the whole name of a file or module, because as a part they can be the right noun.
const BANNED_ALONE: [&str; 2] = ["temp", "tmp"];
const ADVICE: &str = "find the noun that says what it holds";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut last_folder = "";
    for path in tree.paths().filter(|path| is_ours(path)) {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = file.split('.').next().unwrap_or(file);
        findings.extend(check_word(stem).map(|word| Finding::about(path, file_message(stem, word))));
        if folder != last_folder {
            let parts = folder.split('/').filter_map(|part| check_word(part).map(|word| (part, word)));
            findings.extend(parts.map(|(part, word)| Finding::about(folder, file_message(part, word))));
            last_folder = folder;
        }
    }
    for (path, text) in tree.texts_ending(&[".rs", ".js"]).filter(|(path, _)| is_ours(path)) {
        let Some(source) = Source::of(path, text) else { continue };
        findings.extend(check_types(path, &source.code));
    }
    findings
}

fn is_ours(path: &str) -> bool {
    ["crates/", "runtime-js/", "tests/", "examples/", "benches/", "docs/"].iter().any(|room| path.starts_with(room))
}

fn file_message(name: &str, word: &str) -> String {
    format!("the name `{name}` contains the banned word `{word}`: {ADVICE}")
}

/// The banned word in a name, if there is one.
fn check_word(name: &str) -> Option<&'static str> {
    if name.ends_with("_impl") {
        return Some("impl");
    }
    let words = split_words(name);
    let alone = BANNED_ALONE.into_iter().find(|word| words.len() == 1 && words[0] == *word);
    alone.or_else(|| BANNED.into_iter().find(|word| words.iter().any(|part| part == word)))
}

/// `KvNamespace`, `kv_namespace` and `kv-namespace` are the same two words.
fn split_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous_is_lower = false;
    for letter in name.chars() {
        let starts = letter.is_ascii_uppercase() && previous_is_lower;
        if starts || !letter.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_ascii_alphanumeric() {
            words.last_mut().expect("there is a first word").push(letter.to_ascii_lowercase());
        }
        previous_is_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn check_types(path: &str, code: &str) -> Vec<Finding> {
    let keywords: &[&str] =
        if path.ends_with(".rs") { &["struct", "enum", "trait", "type", "union", "mod"] } else { &["class"] };
    let declared = keywords.iter().flat_map(|keyword| {
        let names = find_words(code, keyword).map(|at| (at, name_at(code, at + keyword.len())));
        names.filter_map(|(at, name)| Some((at, name, check_word(name)?)))
    });
    let types = declared.map(|(at, name, word)| Finding::at(path, line_of(code, at), file_message(name, word)));
    let telescoping = code.match_indices("fn new_with_").map(|(at, _)| {
        Finding::at(path, line_of(code, at), "telescoping constructor: take an options struct with `Default`")
    });
    types.chain(telescoping).collect()
}

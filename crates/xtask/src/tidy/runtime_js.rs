//! What the snapshot asks of the JavaScript inside it.

use super::Finding;
use crate::scan::{Source, line_of};
use crate::tree::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let sources = tree.texts_ending(&[".js", ".d.ts"]).filter(|(path, _)| path.starts_with("runtime-js/"));
    sources.flat_map(|(path, text)| check_ascii(path, text).into_iter().chain(check_ops(path, text))).collect()
}

/// V8 keeps one-byte strings in the snapshot only for 7-bit text.
fn check_ascii(path: &str, text: &str) -> Option<Finding> {
    let at = text.bytes().position(|byte| !byte.is_ascii())?;
    let letter = text[at..].chars().next().unwrap_or_default();
    let message = format!("`{letter}` is not 7-bit ASCII: write it as {}", letter.escape_unicode());
    Some(Finding::at(path, line_of(text, at), message))
}

/// Ops are registered after the snapshot was made, so a module must not take them out of `core.ops` while it loads.
fn check_ops(path: &str, text: &str) -> Vec<Finding> {
    let code = Source::javascript(text).code;
    let mut findings = Vec::new();
    for (at, _) in code.match_indices('}') {
        let rest = code[at + 1..].trim_start();
        let Some(value) = rest.strip_prefix('=').map(str::trim_start) else { continue };
        let value_end = value.find([';', '\n']).unwrap_or(value.len());
        let value = value[..value_end].trim();
        if matches!(value, "core.ops" | "ops" | "Deno.core.ops") && depth_at(&code, at + 1) == 0 {
            let message = "ops are destructured while the module loads: call `core.ops.op_name(…)` where it is needed";
            findings.push(Finding::at(path, line_of(&code, at), message));
        }
    }
    findings
}

fn depth_at(code: &str, end: usize) -> i32 {
    code.as_bytes()[..end].iter().fold(0, |depth, byte| match byte {
        b'{' | b'(' | b'[' => depth + 1,
        b'}' | b')' | b']' => depth - 1,
        _ => depth,
    })
}

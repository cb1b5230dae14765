//! Functions and files stay small enough to be read at once.

use super::Finding;
use crate::scan::{Function, Source, javascript_functions, rust_functions, without_test_modules};
use crate::tree::{Tree, is_test};

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 600;
const PARAMETERS_MAX: usize = 4;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts_ending(&[".rs", ".js", ".mjs"]) {
        if !is_ours(path) || is_test(path) {
            continue;
        }
        if path.ends_with(".rs") {
            let (code, test_lines) = without_test_modules(&Source::rust(text).code);
            findings.extend(check_file(path, text.lines().count() - test_lines));
            let functions = rust_functions(&code);
            findings.extend(functions.iter().flat_map(|function| check_function(path, function, &code)));
        } else {
            let code = Source::javascript(text).code;
            findings.extend(check_file(path, text.lines().count()));
            let functions = javascript_functions(&code);
            let counted = functions.iter().filter(|function| !is_wrapper(function, &code));
            findings.extend(counted.flat_map(|function| check_function(path, function, &code)));
        }
    }
    findings
}

/// A script that is no module has a function around all of it: a scope, which the limit of files is for.
fn is_wrapper(function: &Function, code: &str) -> bool {
    let first = code.lines().nth(function.line - 1);
    first == Some("(function () {") && function.line + function.lines > code.trim_end().lines().count()
}

fn is_ours(path: &str) -> bool {
    ["crates/", "runtime-js/", "examples/", "benches/"].iter().any(|room| path.starts_with(room))
}

fn check_file(path: &str, lines: usize) -> Option<Finding> {
    (lines > FILE_LINES_MAX).then(|| {
        let message = format!("{lines} lines without tests, limit {FILE_LINES_MAX}: split it along its nouns");
        Finding::about(path, message)
    })
}

fn check_function(path: &str, function: &Function, code: &str) -> Vec<Finding> {
    let Function { name, line, lines, parameters } = function;
    let mut findings = Vec::new();
    if *lines > FUNCTION_LINES_MAX {
        let message = format!("function `{name}` is {lines} lines, limit {FUNCTION_LINES_MAX}: name its phases");
        findings.push(Finding::at(path, *line, message));
    }
    let given = parameters.unwrap_or(0);
    if given > PARAMETERS_MAX && !is_op(code, *line) {
        let message =
            format!("function `{name}` takes {given} parameters, limit {PARAMETERS_MAX}: use an options struct");
        findings.push(Finding::at(path, *line, message));
    }
    findings
}

/// An op's parameters are what JavaScript passes: the boundary is flat for speed.
fn is_op(code: &str, line: usize) -> bool {
    let before: Vec<&str> = code.lines().take(line - 1).collect();
    before.iter().rev().take_while(|text| text.trim_start().starts_with(['#', ' '])).any(|text| text.contains("op2"))
}

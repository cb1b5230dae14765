//! `import()` of a name that is only known when it runs: every file that it can mean becomes part of the bundle.

use std::path::{Path, PathBuf};

use edgeemu_config::{Glob, Reach};
use oxc::allocator::Allocator;
use oxc::ast::ast::{BinaryExpression, BinaryOperator, Expression, ImportExpression, TemplateLiteral};
use oxc::ast_visit::{Visit, walk};
use oxc::parser::Parser;
use oxc::span::GetSpan;

use crate::collect::Collection;
use crate::fingerprint::in_node_modules;
use crate::options::{normalized, slashed};
use crate::syntax::source_type;
use crate::text::Edit;

/// One `import()` with a pattern.
struct Found {
    edit: std::ops::Range<u32>,
    argument: std::ops::Range<u32>,
    pattern: String,
}

/// The edits that make each `import()` of a pattern in the file at `path` choose among the files there are.
pub(crate) fn edits(collection: &Collection, path: &Path, source: &str) -> Vec<Edit> {
    if !may_have_patterns(source) {
        return Vec::new();
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, source_type(path)).parse();
    if parsed.panicked {
        return Vec::new();
    }
    let mut finder = Finder { found: Vec::new() };
    finder.visit_program(&parsed.program);
    let folder = path.parent().unwrap_or(path);
    let edit = |found: Found| {
        let names = matching(collection, folder, &found.pattern);
        let argument = &source[found.argument.start as usize..found.argument.end as usize];
        Edit { span: found.edit, text: choice(&names, argument) }
    };
    finder.found.into_iter().map(edit).collect()
}

/// Parsing every file twice would be felt. Only a relative name with something put into it is of interest.
fn may_have_patterns(source: &str) -> bool {
    source.match_indices("import(").any(|(at, call)| {
        let rest = &source[at + call.len()..];
        let argument = rest.split(')').next().unwrap_or(rest);
        ["`.", "'.", "\"."].iter().any(|start| argument.contains(start))
            && (argument.contains("${") || argument.contains('+'))
    })
}

/// Runs what stands for the chosen name, in one line so that no line moves.
fn choice(names: &[String], argument: &str) -> String {
    let entry = |name: &String| {
        let name = serde_json::Value::from(name.as_str());
        format!("{name}: () => import({name})")
    };
    let entries: Vec<String> = names.iter().map(entry).collect();
    format!(
        "((files, name) => {{ if (Object.hasOwn(files, name)) return files[name](); throw new Error(\"Module not found in \
         bundle: \" + name); }})({{ {} }}, {argument})",
        entries.join(", ")
    )
}

/// The files that `pattern` can mean in `folder`, as imports from there. Their folders are remembered: a new file in
/// them may be meant too.
fn matching(collection: &Collection, folder: &Path, pattern: &str) -> Vec<String> {
    let fixed = pattern.split('*').next().unwrap_or_default();
    let (start, _) = fixed.rsplit_once('/').unwrap_or_default();
    let start = normalized(&folder.join(start));
    let glob = Glob::new(&slashed(&normalized(&folder.join(pattern))), Reach::Folders);
    let mut pending = vec![start];
    let mut names = Vec::new();
    while let Some(searched) = pending.pop() {
        for entry in collection.options.disk.list(&searched).unwrap_or_default() {
            if entry.is_dir && !in_node_modules(&entry.path) && !entry.name.starts_with('.') {
                pending.push(entry.path);
            } else if !entry.is_dir && glob.matches(&slashed(&entry.path)) {
                names.push(relative(folder, &entry.path, pattern));
            }
        }
        collection.found().folders.insert(searched);
    }
    names.sort();
    names
}

/// The path of `file` from `folder`, written as `pattern` is.
fn relative(folder: &Path, file: &Path, pattern: &str) -> String {
    let climbs = pattern.split('/').take_while(|part| *part == "..").count();
    let above: PathBuf = folder.ancestors().nth(climbs).unwrap_or(folder).to_path_buf();
    let rest = slashed(file.strip_prefix(&above).unwrap_or(file));
    match climbs {
        0 => format!("./{rest}"),
        _ => format!("{}{rest}", "../".repeat(climbs)),
    }
}

struct Finder {
    found: Vec<Found>,
}

impl<'a> Visit<'a> for Finder {
    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        let mut parts = Vec::new();
        take_apart(&import.source, &mut parts);
        let Some(pattern) = pattern(&parts) else { return walk::walk_import_expression(self, import) };
        let (whole, argument) = (import.span, import.source.span());
        self.found.push(Found { edit: whole.start..whole.end, argument: argument.start..argument.end, pattern });
    }
}

/// A piece of a name: known, or not.
type Part = Option<String>;

fn take_apart(expression: &Expression<'_>, parts: &mut Vec<Part>) {
    match expression {
        Expression::StringLiteral(text) => parts.push(Some(text.value.to_string())),
        Expression::TemplateLiteral(template) => take_template_apart(template, parts),
        Expression::BinaryExpression(sum) if sum.operator == BinaryOperator::Addition => take_sum_apart(sum, parts),
        Expression::ParenthesizedExpression(inner) => take_apart(&inner.expression, parts),
        _ => parts.push(None),
    }
}

fn take_sum_apart(sum: &BinaryExpression<'_>, parts: &mut Vec<Part>) {
    take_apart(&sum.left, parts);
    take_apart(&sum.right, parts);
}

fn take_template_apart(template: &TemplateLiteral<'_>, parts: &mut Vec<Part>) {
    let mut values = template.expressions.iter();
    for text in &template.quasis {
        parts.push(text.value.cooked.as_ref().map(ToString::to_string));
        if let Some(value) = values.next() {
            take_apart(value, parts);
        }
    }
}

/// The glob for a name made of `parts`. What is unknown behind a slash spans folders, elsewhere it stays within one.
fn pattern(parts: &[Part]) -> Option<String> {
    let mut pattern = String::new();
    for part in parts {
        match part {
            Some(text) if text.contains('*') => return None,
            Some(text) => pattern.push_str(text),
            None if pattern.ends_with('*') => {}
            None if pattern.ends_with('/') => pattern.push_str("**/*"),
            None => pattern.push('*'),
        }
    }
    let is_relative = pattern.starts_with("./") || pattern.starts_with("../");
    (is_relative && pattern.contains('*')).then_some(pattern)
}

#[cfg(test)]
mod tests {
    //! Which names are patterns.

    use super::{may_have_patterns, pattern};

    #[test]
    fn what_is_unknown_behind_a_slash_spans_folders() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(pattern(&[text("./a/"), None, text(".js")]).as_deref(), Some("./a/**/*.js"));
        assert_eq!(pattern(&[text("./a-"), None, text("/b")]).as_deref(), Some("./a-*/b"));
        assert_eq!(pattern(&[text("../"), None, None]).as_deref(), Some("../**/*"));
        assert_eq!(pattern(&[text("package/"), None]), None);
        assert_eq!(pattern(&[text("./known.js")]), None);
        assert_eq!(pattern(&[None, text(".js")]), None);
    }

    #[test]
    fn plain_dynamic_imports_are_not_looked_at_twice() {
        assert!(may_have_patterns("import(`./a/${b}.js`)"));
        assert!(may_have_patterns("await import( './a/' + b )"));
        assert!(!may_have_patterns("import('./a.js') + import(name)"));
    }
}

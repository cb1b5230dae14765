//! What a source file shows before it is bundled: its exports, its decorators.

use std::path::Path;

use oxc::allocator::Allocator;
use oxc::ast::ast::Decorator;
use oxc::ast_visit::Visit;
use oxc::parser::{Parser, ParserReturn};
use oxc::span::SourceType;
use oxc::syntax::module_record::ExportExportName;

use crate::diagnostic::{Diagnostic, Location};
use crate::output::ScriptFormat;

/// The names `source` exports, sorted; types and `export *` do not count. Broken code has the exports found so far,
/// the error itself is the bundler's to report.
pub(crate) fn exports_of(source: &str, path: &Path) -> Vec<String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, source_type(path)).parse();
    let record = &parsed.module_record;
    let entries = record.local_export_entries.iter().chain(record.indirect_export_entries.iter());
    let mut names: Vec<String> = entries
        .filter(|entry| !entry.is_type)
        .filter_map(|entry| match &entry.export_name {
            ExportExportName::Name(name) => Some(name.name.to_string()),
            ExportExportName::Default(_) => Some("default".to_owned()),
            ExportExportName::Null => None,
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The format of a Worker whose entry point has these exports, and what to tell the user about it.
pub(crate) fn format_of(exports: &[String], shown_entry: &str) -> (ScriptFormat, Option<Diagnostic>) {
    if exports.iter().any(|name| name == "default") {
        return (ScriptFormat::Modules, None);
    }
    if exports.is_empty() {
        return (ScriptFormat::ServiceWorker, None);
    }
    let warning = Diagnostic::warning(format!(
        "The entrypoint {shown_entry} has exports like an ES Module, but hasn't defined a default export like a module \
         worker normally would. Building the worker using \"service-worker\" format..."
    ));
    (ScriptFormat::ServiceWorker, Some(warning))
}

/// The place of the first decorator in `source`, if there is one.
pub(crate) fn first_decorator(source: &str, path: &Path) -> Option<usize> {
    if !may_have_decorators(source) {
        return None;
    }
    let allocator = Allocator::default();
    let ParserReturn { program, panicked, .. } = Parser::new(&allocator, source, source_type(path)).parse();
    if panicked {
        return None;
    }
    let mut finder = DecoratorFinder { first: None };
    finder.visit_program(&program);
    finder.first
}

/// Parsing every file twice would be felt; a decorator stands at the start of a line or behind `export`.
fn may_have_decorators(source: &str) -> bool {
    source.contains('@')
        && source.lines().map(str::trim_start).any(|line| {
            let line = line.strip_prefix("export ").unwrap_or(line);
            let line = line.strip_prefix("default ").unwrap_or(line);
            line.strip_prefix('@')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || "_$(".contains(c)))
        })
}

struct DecoratorFinder {
    first: Option<usize>,
}

impl<'a> Visit<'a> for DecoratorFinder {
    fn visit_decorator(&mut self, decorator: &Decorator<'a>) {
        let at = decorator.span.start as usize;
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
    }
}

/// How a file is read: `.js` may hold JSX.
fn source_type(path: &Path) -> SourceType {
    let known = SourceType::from_path(path).unwrap_or_else(|_| SourceType::mjs());
    if known.is_typescript() { known } else { known.with_module(true).with_jsx(true) }
}

/// The place `offset` bytes into `source` of the file that messages call `file`.
pub(crate) fn locate(source: &str, file: String, offset: usize) -> Location {
    let before = source.get(..offset).unwrap_or(source);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let text = source[start..].lines().next().unwrap_or_default().to_owned();
    let column = before[start..].encode_utf16().count() + 1;
    Location { file, line: before.matches('\n').count() + 1, column, text }
}

#[cfg(test)]
mod tests;

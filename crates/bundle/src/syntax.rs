//! What a source file shows before it is bundled: its exports, its decorators.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use oxc::allocator::Allocator;
use oxc::ast::ast::{
    AccessorProperty, Decorator, ExportFromDeclaration, ExportNamedDeclaration, ExportSpecifier, Function,
    ImportSpecifier, PropertyDefinition, StaticBlock, ThisExpression,
};
use oxc::ast_visit::{Visit, walk};
use oxc::parser::{Parser, ParserReturn};
use oxc::span::SourceType;
use oxc::syntax::module_record::ExportExportName;
use oxc::syntax::scope::ScopeFlags;

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

/// Parsing every file twice would be felt. Comments are full of what looks like a decorator.
fn may_have_decorators(source: &str) -> bool {
    let is_comment = |line: &str| ["*", "/*", "//"].iter().any(|start| line.starts_with(start));
    let lines = || source.lines().map(str::trim_start).filter(|line| line.contains('@') && !is_comment(line));
    source.contains('@') && lines().any(|line| line.match_indices('@').any(|(at, _)| may_be_decorator(line, at)))
}

fn may_be_decorator(line: &str, at: usize) -> bool {
    let stands_alone = line[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || "{}();,".contains(c));
    stands_alone && line[at + 1..].starts_with(|c: char| c.is_alphabetic() || "_$(".contains(c))
}

/// Where a script says `this` and means the global scope; nothing in a module, where it means nothing.
pub(crate) fn global_this(source: &str, path: &Path) -> Vec<Range<u32>> {
    if !source.contains("this") {
        return Vec::new();
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, source_type(path)).parse();
    if parsed.panicked || parsed.module_record.has_module_syntax {
        return Vec::new();
    }
    let mut finder = ThisFinder { found: Vec::new() };
    finder.visit_program(&parsed.program);
    finder.found
}

struct ThisFinder {
    found: Vec<Range<u32>>,
}

impl<'a> Visit<'a> for ThisFinder {
    fn visit_this_expression(&mut self, this: &ThisExpression) {
        self.found.push(this.span.start..this.span.end);
    }

    // What follows has a `this` of its own, except for the keys of its members.
    fn visit_function(&mut self, _: &Function<'a>, _: ScopeFlags) {}

    fn visit_static_block(&mut self, _: &StaticBlock<'a>) {}

    fn visit_property_definition(&mut self, property: &PropertyDefinition<'a>) {
        self.visit_property_key(&property.key);
    }

    fn visit_accessor_property(&mut self, property: &AccessorProperty<'a>) {
        self.visit_property_key(&property.key);
    }
}

/// Where the file at `path` imports or hands on one of `names` without saying that it is a type.
pub(crate) fn untyped(source: &str, path: &Path, names: &BTreeSet<String>) -> Vec<Range<u32>> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, source_type(path)).parse();
    let mut finder = TypeFinder { names: names.clone(), found: Vec::new() };
    finder.visit_program(&parsed.program);
    finder.found
}

struct TypeFinder {
    names: BTreeSet<String>,
    found: Vec<Range<u32>>,
}

impl<'a> Visit<'a> for TypeFinder {
    fn visit_export_named_declaration(&mut self, export: &ExportNamedDeclaration<'a>) {
        if export.export_kind.is_value() {
            walk::walk_export_named_declaration(self, export);
        }
    }

    fn visit_export_from_declaration(&mut self, export: &ExportFromDeclaration<'a>) {
        if export.export_kind.is_value() {
            walk::walk_export_from_declaration(self, export);
        }
    }

    fn visit_import_specifier(&mut self, import: &ImportSpecifier<'a>) {
        // From here on the local name counts; imports stand before what hands them on in all code but the strangest.
        if self.names.contains(import.imported.name().as_str()) {
            self.names.insert(import.local.name.to_string());
        }
    }

    fn visit_export_specifier(&mut self, export: &ExportSpecifier<'a>) {
        if export.export_kind.is_value() && self.names.contains(export.local.name().as_str()) {
            self.found.push(export.span.start..export.span.end);
        }
    }
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
pub(crate) fn source_type(path: &Path) -> SourceType {
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

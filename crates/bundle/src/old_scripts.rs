//! Scripts in the language of old: octal numbers, comments of HTML. The bundler reads everything as a module and refuses
//! them; production reads them and writes them anew.

use std::path::Path;

use oxc::allocator::Allocator;
use oxc::ast::ast::NumericLiteral;
use oxc::ast_visit::VisitMut;
use oxc::codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc::parser::Parser;
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;
use rolldown_sourcemap::SourceMap;

/// The script at `path` in words that a module may use, if there are such words.
pub(crate) fn renewed(path: &Path, source: &str) -> Option<(String, SourceMap)> {
    let allocator = Allocator::default();
    let mut parsed = Parser::new(&allocator, source, SourceType::cjs().with_jsx(true)).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() || parsed.module_record.has_module_syntax {
        return None;
    }
    OldNumbers.visit_program(&mut parsed.program);
    let options = CodegenOptions {
        source_map_path: Some(path.to_path_buf()),
        comments: CommentOptions::disabled(),
        ..CodegenOptions::default()
    };
    let printed = Codegen::new().with_options(options).build(&parsed.program);
    is_module(&printed.code).then_some((printed.code, printed.map?.into_owned()))
}

/// Numbers are printed as they were written unless that is forgotten.
struct OldNumbers;

impl<'a> VisitMut<'a> for OldNumbers {
    fn visit_numeric_literal(&mut self, number: &mut NumericLiteral<'a>) {
        number.raw = None;
    }
}

fn is_module(source: &str) -> bool {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, SourceType::mjs().with_jsx(true)).parse();
    let errors = || SemanticBuilder::new().with_check_syntax_error(true).build(&parsed.program).diagnostics;
    !parsed.panicked && parsed.diagnostics.is_empty() && errors().is_empty()
}

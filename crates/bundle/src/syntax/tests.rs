//! What is seen in source files.

use std::path::Path;

use super::{exports_of, first_decorator, format_of, global_this, locate, untyped};
use crate::output::ScriptFormat;

fn exports(source: &str) -> Vec<String> {
    exports_of(source, Path::new("src/index.ts"))
}

#[test]
fn values_are_exports_and_types_are_not() {
    let source = "export interface Env { A: string }\nexport type T = string;\nexport type { X } from './x';\n\
                  export class Room {}\nexport { y as z } from './y';\nexport default { fetch() {} };";
    assert_eq!(exports(source), ["Room", "default", "z"]);
}

#[test]
fn a_default_export_under_another_name_counts() {
    assert_eq!(exports("const app = {};\nexport { app as default };"), ["default"]);
}

#[test]
fn exports_without_default_are_a_service_worker_with_a_warning() {
    let (format, warning) = format_of(&exports("export const a = 1;"), "src/index.ts");
    assert_eq!(format, ScriptFormat::ServiceWorker);
    assert_eq!(
        warning.expect("a warning").message,
        "The entrypoint src/index.ts has exports like an ES Module, but hasn't defined a default export like a module \
         worker normally would. Building the worker using \"service-worker\" format..."
    );
    let (format, warning) = format_of(&exports("addEventListener('fetch', () => {});"), "src/index.ts");
    assert_eq!((format, warning), (ScriptFormat::ServiceWorker, None));
}

#[test]
fn decorators_are_found_and_comments_are_not_decorators() {
    let path = Path::new("a.ts");
    assert_eq!(first_decorator("const a = 1;\n@logged\nclass A {}", path), Some(13));
    assert_eq!(first_decorator("class A {\n  @logged() run() {}\n}", path), Some(12));
    assert_eq!(first_decorator("const a = 1; @logged class A {}", path), Some(13));
    assert_eq!(first_decorator("// @logged\nconst a = 'a @b c';", path), None);
    assert_eq!(first_decorator("/**\n@param a nothing\n*/\nconst a = '@b';", path), None);
}

#[test]
fn places_count_lines_from_one_and_columns_in_utf16() {
    let source = "const a = 1;\nconst b = '\u{1F600}'; ?";
    let place = locate(source, "a.ts".into(), source.find('?').expect("there is one"));
    assert_eq!((place.line, place.column), (2, 17));
    assert_eq!(place.text, "const b = '\u{1F600}'; ?");
}

#[test]
fn this_is_the_global_scope_outside_of_functions_and_classes_of_a_script() {
    let at =
        |source: &str| global_this(source, Path::new("a.js")).into_iter().map(|span| span.start).collect::<Vec<_>>();
    assert_eq!(at("this.a = () => this;"), [0, 15]);
    assert_eq!(at("function f() { return this; }\nclass A { a = this; static { this; } m() { this; } }"), [0_u32; 0]);
    assert_eq!(at("class A extends this.B { [this.k] = 1; [this.l]() {} }"), [16, 26, 40]);
    assert_eq!(at("export const a = this;"), [0_u32; 0]);
}

#[test]
fn names_without_values_are_found_where_they_are_handed_on() {
    let names = ["I".to_owned(), "T".to_owned()].into();
    let found = |source: &str| {
        let spans = untyped(source, Path::new("a.ts"), &names);
        spans.into_iter().map(|span| source[span.start as usize..span.end as usize].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("export { I, v, T as U } from './t';"), ["I", "T as U"]);
    assert_eq!(found("import { I as J, v } from './t';\nexport { J as K, v };"), ["J as K"]);
    assert_eq!(found("export { type I } from './t';\nexport type { T } from './t';"), [""; 0]);
}

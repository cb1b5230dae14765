//! TypeScript, JSX, JSON and what the tsconfig says about them.

use serde_json::Value;

use super::{Project, assert_contains, assert_lacks, bundle, main_code};
use crate::ScriptFormat;

#[test]
fn types_go_and_enums_stay() {
    let project = Project::new(&[(
        "src/index.ts",
        "import type { Nothing } from './missing-types';\n\
         enum Color { Red = 'red', Blue = 'blue' }\n\
         namespace Shapes { export const sides = 4; }\n\
         interface Env { KV: string }\n\
         export class Room<T> { constructor(private readonly state: T, public x?: Nothing) {} get(): T { return this.state; } }\n\
         export default { fetch(request: Request, env: Env): Response { return new Response(Object.values(Color).join() + Shapes.sides as string); } } satisfies object;",
    )]);
    let bundle = project.bundle("src/index.ts");
    let code = main_code(&bundle);
    assert_eq!((bundle.format, bundle.main.as_str()), (ScriptFormat::Modules, "index.js"));
    assert_eq!(bundle.exports, ["Room", "default"]);
    assert_contains(code, "\"blue\"");
    assert_contains(code, "export {");
    for gone in ["interface", "satisfies", ": Request", "readonly", "missing-types"] {
        assert_lacks(code, gone);
    }
}

#[test]
fn legacy_decorators_are_lowered_when_the_tsconfig_asks_for_them() {
    let project = Project::new(&[
        ("tsconfig.json", r#"{ "compilerOptions": { "target": "es2022", "experimentalDecorators": true } }"#),
        (
            "src/index.ts",
            "function logged(t: any, k: string, d: PropertyDescriptor) { d.value = () => 'logged'; }\n\
             class A {\n  @logged\n  run() { return 'plain'; }\n}\nexport default { fetch: () => new Response(new A().run()) };",
        ),
    ]);
    let code = project.bundle("src/index.ts");
    assert_lacks(main_code(&code), "@logged");
    assert_contains(main_code(&code), "logged");
}

#[test]
fn decorators_that_nothing_lowers_are_an_error_with_a_place() {
    let project = Project::new(&[(
        "src/index.ts",
        "const mark = (v: any) => v;\nclass A {\n  @mark run() {}\n}\nexport default { fetch: () => new A() };",
    )]);
    let error = project.fails("src/index.ts");
    let place = error.diagnostics[0].location.clone().expect("a place");
    assert_eq!((place.file.as_str(), place.line, place.column), ("src/index.ts", 3, 3));
    assert_contains(&error.to_string(), "Decorators without `experimentalDecorators` are not supported");
}

#[test]
fn jsx_calls_the_factory_unless_the_tsconfig_names_a_runtime() {
    let source = "const h = (...a) => a;\nexport default { fetch: () => new Response(<p class=\"a\"><></></p>) };";
    let project = Project::new(&[("src/index.jsx", source), ("src/same.js", source)]);
    let mut options = project.options("src/index.jsx");
    assert_contains(main_code(&bundle(options.clone()).expect("it bundles")), "React.createElement(\"p\"");
    assert_contains(main_code(&project.bundle("src/same.js")), "React.createElement(React.Fragment");
    options.settings.jsx_factory = "h".into();
    options.settings.jsx_fragment = "'fragment'".into();
    assert_contains(main_code(&bundle(options).expect("it bundles")), "h(\"p\"");

    project.write("tsconfig.json", br#"{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "mini" } }"#);
    project
        .write("node_modules/mini/package.json", br#"{ "name": "mini", "exports": { "./jsx-runtime": "./rt.js" } }"#);
    project.write("node_modules/mini/rt.js", b"export const jsx = (...a) => ['mini', a]; export const Fragment = 0;");
    assert_contains(main_code(&project.bundle("src/index.jsx")), "\"mini\"");
}

#[test]
fn class_fields_are_defined_unless_the_tsconfig_is_older_than_that() {
    let source = "class A {\n  empty: string;\n  full = 1;\n}\nenum E { One = 'one' }\nexport default { fetch: () => [new A(), E] };";
    let project =
        Project::new(&[("src/index.ts", source), ("tsconfig.json", r#"{ "compilerOptions": { "strict": true } }"#)]);
    let open = project.bundle("src/index.ts");
    assert_contains(main_code(&open), "empty;");
    let map: Value = serde_json::from_slice(open.source_map.as_ref().expect("a map")).expect("JSON");
    assert_eq!(map["sources"], serde_json::json!(["src/index.ts"]));
    assert_contains(map["sourcesContent"][0].as_str().expect("text"), "empty: string;");
    let line = main_code(&open).lines().position(|line| line.contains("fetch:")).expect("the line is there");
    assert_eq!(original_line(map["mappings"].as_str().expect("text"), line).1, 5);
    project.write("tsconfig.json", br#"{ "compilerOptions": { "target": "es2020" } }"#);
    assert_lacks(main_code(&project.bundle("src/index.ts")), "empty;");
}

#[test]
fn scripts_of_every_ending_may_hold_jsx_and_comparisons() {
    let project = Project::new(&[
        (
            "src/index.mjs",
            "import { b } from './b.cjs';\nconst less = (a, c) => a </* than */ c;\nexport default { fetch: () => [<i/>, b, less(1, 2)] };",
        ),
        ("src/b.cjs", "exports.b = () => <b>bold</b>;"),
    ]);
    let bundle = project.bundle("src/index.mjs");
    assert_contains(main_code(&bundle), "React.createElement(\"i\"");
    assert_contains(main_code(&bundle), "React.createElement(\"b\", null, \"bold\")");
}

#[test]
fn paths_of_the_tsconfig_are_followed_even_through_extends() {
    let project = Project::new(&[
        ("base.json", r#"{ "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["src/lib/*"] } } }"#),
        ("tsconfig.json", r#"{ "extends": "./base.json" /* comments are fine */ }"#),
        ("src/lib/name.ts", "export const name: string = 'from paths';"),
        ("src/index.ts", "import { name } from '@lib/name';\nexport default { fetch: () => new Response(name) };"),
    ]);
    let bundle = project.bundle("src/index.ts");
    assert_contains(main_code(&bundle), "from paths");
    for input in ["base.json", "tsconfig.json", "src/lib/name.ts", "src/index.ts"] {
        let path = project.disk.canonicalize(&project.path(input)).expect("it exists");
        assert!(bundle.inputs.contains(&path), "{input} is watched: {:?}", bundle.inputs);
    }
}

#[test]
fn a_ts_file_may_be_imported_by_its_js_name_and_json_is_a_value() {
    let project = Project::new(&[
        ("src/data.json", r#"{ "answer": 42, "list": [1, "zwei"] }"#),
        ("src/other.ts", "export const other: number = 7;"),
        (
            "src/index.ts",
            "import data, { list } from './data.json';\nimport { other } from './other.js';\n\
             export default { fetch: () => new Response(data.answer + other + list) };",
        ),
    ]);
    let bundle = project.bundle("src/index.ts");
    assert_contains(main_code(&bundle), "42");
    assert_contains(main_code(&bundle), "zwei");
    assert_eq!(bundle.modules.len(), 1);
}

#[test]
fn the_source_map_leads_back_to_the_line_of_the_typescript() {
    let project = Project::new(&[
        (
            "src/lib/boom.ts",
            "interface Unused {\n  a: string;\n}\n\nexport function boom(): never {\n  throw new Error('marker');\n}\n",
        ),
        ("src/index.ts", "import { boom } from './lib/boom';\nexport default { fetch: () => boom() };"),
    ]);
    let bundle = project.bundle("src/index.ts");
    let code = main_code(&bundle);
    assert_lacks(code, "sourceMappingURL");
    let map: Value = serde_json::from_slice(bundle.source_map.as_ref().expect("a map")).expect("JSON");
    let sources: Vec<&str> = map["sources"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(sources.contains(&"src/lib/boom.ts") && sources.contains(&"src/index.ts"), "{sources:?}");
    let line = code.lines().position(|line| line.contains("throw")).expect("the line is there");
    let (source, original) = original_line(map["mappings"].as_str().expect("text"), line);
    assert_eq!((sources[source], original), ("src/lib/boom.ts", 5));
}

/// The source and its line (from 0) that the first mapping of `line` (from 0) names.
fn original_line(mappings: &str, line: usize) -> (usize, i64) {
    let (mut source, mut original) = (0, 0);
    for (at, group) in mappings.split(';').enumerate() {
        for (nth, segment) in group.split(',').filter(|segment| !segment.is_empty()).enumerate() {
            let fields = vlq(segment);
            source += fields.get(1).copied().unwrap_or(0);
            original += fields.get(2).copied().unwrap_or(0);
            if at == line && nth == 0 {
                return (usize::try_from(source).expect("an index"), original);
            }
        }
    }
    panic!("line {line} has no mapping")
}

fn vlq(segment: &str) -> Vec<i64> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut fields, mut value, mut shift) = (Vec::new(), 0_i64, 0);
    for digit in segment.chars().map(|c| DIGITS.find(c).expect("a digit") as i64) {
        value |= (digit & 31) << shift;
        shift += 5;
        if digit & 32 == 0 {
            fields.push(if value & 1 == 1 { -(value >> 1) } else { value >> 1 });
            (value, shift) = (0, 0);
        }
    }
    fields
}

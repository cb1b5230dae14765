//! What production's bundler does and this one does not do by itself.

use super::{Project, assert_contains, assert_lacks, bundle, main_code};
use crate::Bundler;

#[test]
fn types_that_are_handed_on_without_saying_so_are_left_out() {
    let project = Project::new(&[
        ("src/types.ts", "export interface I { a: string }\nexport type T = string;\nexport enum E { A = 'enum A' }"),
        ("src/barrel.ts", "export { I, T as Text, E } from './types';"),
        ("src/second.ts", "import { I as J } from './barrel';\nexport { J };\nexport const v: J = { a: 'value' };"),
        (
            "src/index.ts",
            "import { E, I } from './barrel';\nimport { v, J } from './second';\nimport * as all from './barrel';\n\
             const i: I = v as J;\nexport default { fetch: () => Response.json([E.A, i, all]) };",
        ),
    ]);
    let code = project.bundle("src/index.ts");
    assert_contains(main_code(&code), "enum A");
    assert_lacks(main_code(&code), "Text");
}

#[test]
fn a_value_that_is_not_there_is_an_error_in_production_s_words() {
    let project = Project::new(&[
        ("src/types.ts", "export interface I { a: string }"),
        ("src/index.ts", "import { Nope } from './types';\nexport default { fetch: () => Nope };"),
    ]);
    let error = project.fails("src/index.ts");
    assert_eq!(error.diagnostics.len(), 1);
    assert_eq!(error.diagnostics[0].message, "No matching export in \"src/types.ts\" for import \"Nope\"");
}

#[test]
fn an_assignment_to_an_import_is_an_error_in_production_s_words() {
    let project = Project::new(&[
        ("src/a.js", "export let a = 1;"),
        ("src/index.js", "import { a } from './a.js';\na = 2;\nexport default { fetch: () => a };"),
    ]);
    assert_eq!(project.fails("src/index.js").diagnostics[0].message, "Cannot assign to import \"a\"");
}

#[test]
fn scripts_of_old_are_written_anew() {
    let project = Project::new(&[
        ("node_modules/old/package.json", r#"{ "name": "old", "main": "index.js" }"#),
        (
            "node_modules/old/index.js",
            "<!-- from another time\nexports.text = 'red \\033[31m';\nexports.number = 010;\n",
        ),
        ("src/index.js", "import old from 'old';\nexport default { fetch: () => Response.json(old) };"),
    ]);
    let bundle = project.bundle("src/index.js");
    assert_contains(main_code(&bundle), "exports.number = 8");
    assert_contains(main_code(&bundle), "\\x1B[31m");
}

#[test]
fn a_script_that_no_module_can_say_is_an_error_where_it_stands() {
    let project = Project::new(&[
        ("src/old.js", "// one\nvar o = { a: 010 };\nwith (o) { exports.a = a; }\n"),
        ("src/index.js", "import old from './old.js';\nexport default { fetch: () => Response.json(old) };"),
    ]);
    let error = project.fails("src/index.js");
    let place = error.diagnostics[0].location.clone().expect("a place");
    assert_eq!((place.file.as_str(), place.line), ("src/old.js", 2));
}

#[test]
fn dynamic_imports_with_a_pattern_bring_every_file_it_can_mean() {
    let project = Project::new(&[
        ("src/lang/de.js", "export default 'hallo';"),
        ("src/lang/deep/en.js", "export default 'hello';"),
        ("src/lang/notes.md", "no script"),
        ("data/a.json", "{ \"a\": \"from data\" }"),
        (
            "src/index.js",
            "export default { async fetch(request) {\n  const name = request.url;\n  const a = await import(`./lang/${name}.js`);\n  \
             const b = await import('../data/' + name + '.json');\n  return Response.json([a, b]);\n} };",
        ),
    ]);
    let mut bundler = Bundler::new(project.options("src/index.js"));
    let first = super::block(bundler.bundle()).expect("it bundles");
    for part in ["\"./lang/de.js\"", "\"./lang/deep/en.js\"", "\"../data/a.json\"", "hallo", "hello", "from data"] {
        assert_contains(main_code(&first), part);
    }
    let map: serde_json::Value = serde_json::from_slice(first.source_map.as_ref().expect("a map")).expect("JSON");
    let contents = map["sourcesContent"].as_array().expect("a list").iter().filter_map(|text| text.as_str());
    assert!(
        contents.into_iter().any(|text| text.contains("import(`./lang/${name}.js`)")),
        "the map shows what was written"
    );
    project.write("src/lang/fr.js", b"export default 'bonjour';");
    assert_contains(main_code(&super::block(bundler.bundle()).expect("it bundles")), "bonjour");
}

#[test]
fn jsx_goes_by_the_tsconfig_of_each_file() {
    let project = Project::new(&[
        ("tsconfig.json", r#"{ "compilerOptions": { "jsx": "preserve" } }"#),
        ("ui/tsconfig.json", r#"{ "compilerOptions": { "jsx": "react", "jsxFactory": "h" } }"#),
        ("ui/part.tsx", "const h = (...a: any[]) => a;\nexport default <u/>;"),
        ("node_modules/ready/index.jsx", "export default (React) => <b/>;"),
        ("node_modules/ready/package.json", r#"{ "name": "ready", "main": "index.jsx" }"#),
        (
            "src/index.tsx",
            "import part from '../ui/part';\nimport ready from 'ready';\nconst React: any = {};\n\
             export default { fetch: () => [<i/>, part, ready] };",
        ),
    ]);
    let bundle = project.bundle("src/index.tsx");
    assert_contains(main_code(&bundle), "React.createElement(\"i\"");
    assert_contains(main_code(&bundle), "h(\"u\"");
    assert_contains(main_code(&bundle), "React.createElement(\"b\"");
}

#[test]
fn types_are_not_written_down_for_decorators() {
    let options = r#"{ "compilerOptions": { "target": "es2022", "experimentalDecorators": true, "emitDecoratorMetadata": true } }"#;
    let project = Project::new(&[
        ("tsconfig.json", options),
        (
            "src/index.ts",
            "const mark = (...a: any[]) => {};\nclass A {\n  @mark run(a: string) {}\n}\nexport default { fetch: () => new A() };",
        ),
    ]);
    assert_lacks(main_code(&project.bundle("src/index.ts")), "design:type");
}

#[test]
fn a_module_of_a_cycle_sees_nothing_where_it_looks_too_early() {
    let project = Project::new(&[
        (
            "src/a.js",
            "import { B } from './b.js';\nexport class A { static b() { return B; } }\nexport const table = { a: 1 };",
        ),
        ("src/b.js", "import { A, table } from './a.js';\nexport class B { static seen = [typeof A, typeof table]; }"),
        ("src/index.js", "import { A } from './a.js';\nexport default { fetch: () => Response.json(A.b().seen) };"),
    ]);
    let code = project.bundle("src/index.js");
    assert_contains(main_code(&code), "var A = class");
    assert_contains(main_code(&code), "var table = ");
}

#[test]
fn a_style_sheet_is_an_empty_object() {
    let project = Project::new(&[
        ("src/a.css", "a { color: red }"),
        (
            "src/index.js",
            "import './a.css';\nimport names from './a.css';\nexport default { fetch: () => Response.json(names) };",
        ),
    ]);
    assert_lacks(main_code(&project.bundle("src/index.js")), "color");
}

#[test]
fn a_file_that_nobody_said_how_to_read_is_one_error() {
    let project = Project::new(&[
        ("src/a.md", "# text"),
        ("src/index.js", "import a, { b } from './a.md';\nexport default { fetch: () => [a, b] };"),
    ]);
    let error = project.fails("src/index.js");
    assert_eq!(error.diagnostics.len(), 1);
    assert_eq!(error.diagnostics[0].message, "No loader is configured for \".md\" files: src/a.md");
}

#[test]
fn a_script_sees_the_global_scope_as_this_and_speaks_the_old_language() {
    let project = Project::new(&[(
        "src/index.js",
        "globalThis.self = this;\nimplicit = 010;\naddEventListener('fetch', (e) => e.respondWith(new Response(String(this))));\n",
    )]);
    let bundle = bundle(project.options("src/index.js")).expect("it bundles");
    assert_contains(main_code(&bundle), "globalThis.self = globalThis");
    assert_contains(main_code(&bundle), "String(globalThis)");
    assert_contains(main_code(&bundle), "implicit = 8");
    assert_lacks(main_code(&bundle), "use strict");
}

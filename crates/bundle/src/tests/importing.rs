//! What imports mean: collected modules, aliases, defines, built-ins, runtime modules.

use super::{Project, assert_contains, assert_lacks, bundle, main_code, text};
use crate::{ModuleKind, NodejsCompat, ScriptFormat};
use edgeemu_config::{ModuleType, Rule};

const READ_ALL: &str = "import a from './a.txt'; import b from './b.html'; import c from './c.sql';\n\
                        import d from './d.bin'; import e from './e.wasm'; import f from './e.wasm?module';\n\
                        export default { fetch: () => new Response([a, b, c, d, e, f]) };";

fn with_files() -> Project {
    Project::new(&[
        ("src/index.ts", READ_ALL),
        ("src/a.txt", "text"),
        ("src/b.html", "<p>"),
        ("src/c.sql", "SELECT 1"),
        ("src/d.bin", "\u{1}\u{2}"),
        ("src/e.wasm", "\0asm"),
    ])
}

#[test]
fn files_that_are_not_scripts_become_modules_named_after_their_content() {
    let bundle = with_files().bundle("src/index.ts");
    let code = main_code(&bundle);
    // SHA-1 of "text".
    let name = "372ea08cab33e71c02c651dbc83a474d32c676ea-a.txt";
    assert_contains(code, &format!("from \"./{name}\""));
    let module = bundle.modules.iter().find(|module| module.name == name).expect("it was collected");
    assert_eq!((module.kind, text(module)), (ModuleKind::Text, "text"));
    let kind = |ending: &str| {
        let of = |module: &&crate::Module| module.name.ends_with(ending);
        bundle.modules.iter().find(of).map(|module| module.kind)
    };
    assert_eq!(kind("-b.html"), Some(ModuleKind::Text));
    assert_eq!(kind("-c.sql"), Some(ModuleKind::Text));
    assert_eq!(kind("-d.bin"), Some(ModuleKind::Data));
    assert_eq!(kind("-e.wasm"), Some(ModuleKind::CompiledWasm));
    assert_eq!(bundle.modules.len(), 6, "the two imports of one file give one module");
    assert_lacks(code, "?module");
}

#[test]
fn file_names_can_be_preserved() {
    let project = with_files();
    let mut options = project.options("src/index.ts");
    options.settings.preserve_file_names = true;
    let bundle = bundle(options).expect("it bundles");
    assert_contains(main_code(&bundle), "from \"./a.txt\"");
    assert!(bundle.modules.iter().any(|module| module.name == "a.txt"));
}

#[test]
fn user_rules_come_first_and_hidden_defaults_are_an_error() {
    let project = Project::new(&[
        ("src/index.js", "import md from './a.md';\nexport default { fetch: () => new Response(md) };"),
        ("src/text.js", "import txt from './a.txt';\nexport default { fetch: () => new Response(txt) };"),
        ("src/a.md", "# title"),
        ("src/a.txt", "text"),
    ]);
    let rules = vec![Rule { module_type: ModuleType::Text, globs: vec!["**/*.md".into()], fallthrough: None }];
    let mut options = project.options("src/index.js");
    options.rules = rules;
    let done = bundle(options.clone()).expect("it bundles");
    assert_eq!(text(&done.modules[1]), "# title");
    assert_contains(&done.warnings[0].message, "does not have a fallback");
    options.entry = "src/text.js".into();
    let error = bundle(options).expect_err("the default rule is hidden");
    assert_contains(&error.to_string(), "The file ./a.txt matched a module rule in your configuration");
}

#[test]
fn a_wasm_file_of_a_package_is_found_through_its_exports() {
    let project = Project::new(&[
        ("src/index.js", "import wasm from 'pkg/engine.wasm';\nexport default { fetch: () => new Response(wasm) };"),
        ("node_modules/pkg/package.json", r#"{ "name": "pkg", "exports": { "./engine.wasm": "./dist/e.wasm" } }"#),
        ("node_modules/pkg/dist/e.wasm", "\0asm"),
    ]);
    let bundle = project.bundle("src/index.js");
    assert_eq!((bundle.modules[1].kind, text(&bundle.modules[1])), (ModuleKind::CompiledWasm, "\0asm"));
}

#[test]
fn aliases_match_exactly_and_are_resolved_from_the_project() {
    let project = Project::new(&[
        (
            "src/deep/index.js",
            "import a from 'thing'; import b from 'thing/sub';\nexport default { fetch: () => a + b };",
        ),
        ("stubs/thing.js", "export default 'aliased';"),
        ("node_modules/thing/package.json", r#"{ "name": "thing", "main": "main.js" }"#),
        ("node_modules/thing/sub.js", "export default 'sub of the package';"),
    ]);
    let mut options = project.options("src/deep/index.js");
    options.settings.alias.push(("thing".into(), "./stubs/thing.js".into()));
    let done = bundle(options.clone()).expect("it bundles");
    assert_contains(main_code(&done), "aliased");
    assert_contains(main_code(&done), "sub of the package");
    options.settings.alias = vec![("thing".into(), "./stubs/nothing.js".into())];
    let error = bundle(options).expect_err("the target does not exist");
    assert_contains(&error.to_string(), "Could not resolve \"./stubs/nothing.js\"");
}

#[test]
fn defines_replace_names_and_fold_conditions() {
    let project = Project::new(&[(
        "src/index.js",
        "if (process.env.NODE_ENV !== 'production') { globalThis.dev = VERSION; } else { globalThis.prod = 1; }\n\
         globalThis.agent = navigator.userAgent;\nexport default { fetch: () => new Response() };",
    )]);
    let mut options = project.options("src/index.js");
    options.settings.define.push(("VERSION".into(), "\"1.2.3\"".into()));
    let done = bundle(options.clone()).expect("it bundles");
    assert_contains(main_code(&done), "globalThis.dev = \"1.2.3\"");
    assert_contains(main_code(&done), "\"Cloudflare-Workers\"");
    options.node_env = Some("production".into());
    options.global_navigator = false;
    let done = bundle(options).expect("it bundles");
    assert_contains(main_code(&done), "globalThis.prod");
    assert_contains(main_code(&done), "navigator.userAgent");
}

#[test]
fn dynamic_imports_are_part_of_the_bundle() {
    let project = Project::new(&[
        ("src/late.ts", "export const late: string = 'came late';"),
        (
            "src/index.ts",
            "export default { async fetch() { const { late } = await import('./late'); return new Response(late); } };",
        ),
    ]);
    let bundle = project.bundle("src/index.ts");
    assert_eq!(bundle.modules.len(), 1);
    assert_contains(main_code(&bundle), "came late");
    assert_lacks(main_code(&bundle), "import(\"./");
}

#[test]
fn runtime_modules_stay_imports() {
    let project = Project::new(&[(
        "src/index.ts",
        "import { DurableObject } from 'cloudflare:workers';\nimport manifest from '__STATIC_CONTENT_MANIFEST';\n\
         export class Room extends DurableObject {}\nexport default { fetch: async () => (await import('cloudflare:sockets'), new Response(manifest)) };",
    )]);
    let bundle = project.bundle("src/index.ts");
    let code = main_code(&bundle);
    assert_contains(code, "from \"cloudflare:workers\"");
    assert_contains(code, "from \"__STATIC_CONTENT_MANIFEST\"");
    assert_contains(code, "import(\"cloudflare:sockets\")");
    assert!(bundle.warnings.is_empty(), "{:?}", bundle.warnings);
}

const NODE_USER: &str = "import fs from 'fs'; import { Buffer } from 'node:buffer'; const path = require('path');\n\
                         export default { fetch: () => new Response([fs, Buffer, path]) };";

#[test]
fn with_nodejs_compat_built_ins_are_imports_of_their_full_name() {
    let project = Project::new(&[("src/index.js", NODE_USER)]);
    let mut options = project.options("src/index.js");
    options.nodejs_compat = NodejsCompat::Full;
    let bundle = bundle(options).expect("it bundles");
    let code = main_code(&bundle);
    for name in ["node:fs", "node:buffer", "node:path"] {
        assert_contains(code, &format!("from \"{name}\""));
    }
    assert_lacks(code, "require(\"");
    assert!(bundle.warnings.is_empty(), "{:?}", bundle.warnings);
}

#[test]
fn without_nodejs_compat_a_bare_built_in_is_an_error_that_names_the_flag() {
    let project = Project::new(&[("src/index.js", "import fs from 'fs';\nexport default { fetch: () => fs };")]);
    let error = project.fails("src/index.js").diagnostics.remove(0);
    assert_eq!(error.message, "Could not resolve \"fs\"");
    assert_eq!(
        error.hints,
        ["The package \"fs\" wasn't found on the file system but is built into node.\n- Add the \"nodejs_compat\" \
          compatibility flag to your project."]
    );
    let place = error.location.expect("a place");
    assert_eq!((place.line, place.column, place.text.as_str()), (1, 16, "import fs from 'fs';"));
}

#[test]
fn without_nodejs_compat_a_prefixed_built_in_is_a_warning_that_lists_the_importers() {
    let project = Project::new(&[
        ("src/index.js", "import './a.js'; import os from 'node:os';\nexport default { fetch: () => os };"),
        ("src/a.js", "import os from 'node:os'; globalThis.os = os;"),
    ]);
    let bundle = project.bundle("src/index.js");
    assert_contains(main_code(&bundle), "from \"node:os\"");
    assert_eq!(
        bundle.warnings[0].message,
        "The package \"node:os\" wasn't found on the file system but is built into node.\nYour Worker may throw errors \
         at runtime unless you enable the \"nodejs_compat\" compatibility flag. Refer to \
         https://developers.cloudflare.com/workers/runtime-apis/nodejs/ for more details. Imported from:\n - \
         src/a.js\n - src/index.js"
    );
}

#[test]
fn a_service_worker_is_a_script_whose_modules_are_globals() {
    let project = Project::new(&[
        ("src/text.txt", "text"),
        ("src/lib.ts", "export const greet = (name: string) => `hi ${name}`;"),
        (
            "src/index.ts",
            "import { greet } from './lib';\nimport text from './text.txt';\n\
             addEventListener('fetch', (event: any) => event.respondWith(new Response(greet(text))));",
        ),
    ]);
    let bundle = project.bundle("src/index.ts");
    assert_eq!((bundle.format, bundle.exports.len()), (ScriptFormat::ServiceWorker, 0));
    let code = main_code(&bundle);
    assert_contains(code, "addEventListener(\"fetch\"");
    assert_contains(code, "__372ea08cab33e71c02c651dbc83a474d32c676ea_text_txt");
    assert_lacks(code, "import ");
    assert_lacks(code, "export ");
    assert_eq!(bundle.modules[1].name, "__372ea08cab33e71c02c651dbc83a474d32c676ea_text_txt");
}

#[test]
fn exports_without_a_default_give_a_script_and_a_warning() {
    let project = Project::new(&[("src/index.ts", "export const a = 1;\naddEventListener('fetch', () => a);")]);
    let bundle = project.bundle("src/index.ts");
    assert_eq!(bundle.format, ScriptFormat::ServiceWorker);
    assert_contains(&bundle.warnings[0].message, "The entrypoint src/index.ts has exports like an ES Module");
    assert_lacks(main_code(&bundle), "export ");
    assert_eq!(bundle.warnings.len(), 1, "{:?}", bundle.warnings);
}

#[test]
fn a_service_worker_cannot_import_runtime_modules() {
    let project = Project::new(&[(
        "src/index.js",
        "import { env } from 'cloudflare:workers';\nimport 'node:fs';\naddEventListener('fetch', () => env);",
    )]);
    let error = project.fails("src/index.js");
    assert_contains(
        &error.to_string(),
        "Unexpected external import of \"cloudflare:workers\" and \"node:fs\".\nYour worker has no default export",
    );
}

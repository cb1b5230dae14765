//! Packages from npm: conditions, fields, CommonJS.

use super::{Project, assert_contains, assert_lacks, bundle, main_code};
use crate::NodejsCompat;

const USER: &str = "import { which } from 'pkg';\nexport default { fetch: () => new Response(which) };";

#[test]
fn the_condition_workerd_wins_over_the_others() {
    let project = Project::new(&[
        ("src/index.js", USER),
        (
            "node_modules/pkg/package.json",
            r#"{ "name": "pkg", "exports": { ".": { "node": "./n.js", "workerd": "./w.js", "browser": "./b.js", "default": "./d.js" } } }"#,
        ),
        ("node_modules/pkg/n.js", "export const which = 'for node';"),
        ("node_modules/pkg/w.js", "export const which = 'for workerd';"),
        ("node_modules/pkg/b.js", "export const which = 'for browsers';"),
        ("node_modules/pkg/d.js", "export const which = 'for anybody';"),
    ]);
    assert_contains(main_code(&project.bundle("src/index.js")), "for workerd");
    let mut options = project.options("src/index.js");
    options.conditions = Some(vec!["node".into()]);
    assert_contains(main_code(&bundle(options).expect("it bundles")), "for node");
}

#[test]
fn main_fields_are_asked_in_the_order_browser_module_main() {
    let files = |fields: &str| {
        Project::new(&[
            ("src/index.js", USER),
            ("node_modules/pkg/package.json", fields),
            ("node_modules/pkg/main.js", "exports.which = 'main field';"),
            ("node_modules/pkg/module.js", "export const which = 'module field';"),
            ("node_modules/pkg/browser.js", "export const which = 'browser field';"),
        ])
    };
    let all = files(r#"{ "main": "main.js", "module": "module.js", "browser": "browser.js" }"#);
    assert_contains(main_code(&all.bundle("src/index.js")), "browser field");
    let two = files(r#"{ "main": "main.js", "module": "module.js" }"#);
    assert_contains(main_code(&two.bundle("src/index.js")), "module field");
    let one = files(r#"{ "main": "main.js" }"#);
    assert_contains(main_code(&one.bundle("src/index.js")), "main field");
}

#[test]
fn the_browser_field_replaces_and_empties_files() {
    let project = Project::new(&[
        ("src/index.js", USER),
        (
            "node_modules/pkg/package.json",
            r#"{ "main": "main.js", "browser": { "./node.js": "./web.js", "fs": false } }"#,
        ),
        (
            "node_modules/pkg/main.js",
            "const fs = require('fs'); exports.which = require('./node.js') + Object.keys(fs);",
        ),
        ("node_modules/pkg/node.js", "module.exports = 'node file';"),
        ("node_modules/pkg/web.js", "module.exports = 'web file';"),
    ]);
    let bundle = project.bundle("src/index.js");
    assert_contains(main_code(&bundle), "web file");
    assert_lacks(main_code(&bundle), "node file");
}

#[test]
fn commonjs_is_wrapped_and_its_names_can_be_imported() {
    let project = Project::new(&[
        (
            "src/index.ts",
            "import whole, { named } from 'old';\nimport * as all from 'old';\nexport default { fetch: () => new Response(whole.named + named + all.named) };",
        ),
        ("node_modules/old/package.json", r#"{ "name": "old", "main": "index.js" }"#),
        ("node_modules/old/index.js", "const other = require('./other');\nmodule.exports = { named: other() };"),
        (
            "node_modules/old/other.js",
            "module.exports = function other() { return typeof require + __filename_or('x'); };\nfunction __filename_or(x) { return x; }",
        ),
    ]);
    let bundle = project.bundle("src/index.ts");
    let code = main_code(&bundle);
    assert_contains(code, "module.exports = {");
    assert_lacks(code, "require(\"");
    assert!(bundle.warnings.is_empty(), "{:?}", bundle.warnings);
}

#[test]
fn require_of_a_built_in_inside_a_package_becomes_an_import() {
    let project = Project::new(&[
        ("src/index.js", USER),
        ("node_modules/pkg/package.json", r#"{ "name": "pkg", "main": "main.js" }"#),
        (
            "node_modules/pkg/main.js",
            "const { EventEmitter } = require('events');\nexports.which = class extends EventEmitter {}.name + require('node:util').inspect(1);",
        ),
    ]);
    let mut options = project.options("src/index.js");
    options.nodejs_compat = NodejsCompat::Full;
    let bundle = bundle(options).expect("it bundles");
    let code = main_code(&bundle);
    assert_contains(code, "from \"node:events\"");
    assert_contains(code, "from \"node:util\"");
    assert_lacks(code, "require(\"");
}

#[test]
fn a_failing_require_within_try_is_left_to_the_package() {
    let project = Project::new(&[
        ("src/index.js", USER),
        ("node_modules/pkg/package.json", r#"{ "name": "pkg", "main": "main.js" }"#),
        (
            "node_modules/pkg/main.js",
            "let fast; try { fast = require('optional-native'); } catch {}\nexports.which = fast ? 'fast' : 'slow';",
        ),
    ]);
    assert_contains(main_code(&project.bundle("src/index.js")), "optional-native");
}

#[test]
fn names_survive_minification_when_they_are_kept() {
    let source = "function aLongFunctionName() { return 1; }\nglobalThis.f = aLongFunctionName;\nexport default { fetch: () => aLongFunctionName() };";
    let project = Project::new(&[("src/index.js", source)]);
    let mut options = project.options("src/index.js");
    options.settings.minify = true;
    let kept = bundle(options.clone()).expect("it bundles");
    assert_contains(main_code(&kept), "aLongFunctionName");
    options.settings.keep_names = false;
    let short = bundle(options).expect("it bundles");
    assert_lacks(main_code(&short), "aLongFunctionName");
}

//! Modules taken as they are, and modules that are searched.

use super::{Project, assert_contains, assert_lacks, bundle, main_code, text};
use crate::{ModuleKind, ScriptFormat};
use edgeemu_config::{ModuleType, Rule};

#[test]
fn without_bundling_modules_keep_their_text_and_their_names() {
    let source = "import { a } from './lib/a.js'; // as written\nexport default { fetch: () => a };\n";
    let project = Project::new(&[
        ("wrangler.jsonc", "{}"),
        ("dist/index.js", source),
        ("dist/lib/a.js", "export const a = 1;"),
        ("dist/lib/b.cjs", "module.exports = 2;"),
        ("dist/t.txt", "text"),
        ("dist/.wrangler/x.js", "not mine"),
        ("dist/notes.md", "not a module"),
    ]);
    let mut options = project.options("dist/index.js");
    options.settings.no_bundle = true;
    let bundle = bundle(options).expect("it loads");
    assert_eq!(main_code(&bundle), source);
    let found: Vec<(&str, ModuleKind)> = bundle.modules.iter().map(|m| (m.name.as_str(), m.kind)).collect();
    assert_eq!(
        found,
        [
            ("index.js", ModuleKind::EsModule),
            ("lib/a.js", ModuleKind::EsModule),
            ("lib/b.cjs", ModuleKind::CommonJs),
            ("t.txt", ModuleKind::Text),
        ]
    );
    assert_eq!(bundle.source_map, None);
}

#[test]
fn without_bundling_typescript_still_loses_its_types() {
    let project = Project::new(&[
        (
            "src/index.ts",
            "import { b } from './b.ts';\n\nexport default { fetch(r: Request): Response { return new Response(b); } };",
        ),
        ("src/b.ts", "export const b: string = 'b';"),
    ]);
    let mut options = project.options("src/index.ts");
    options.settings.no_bundle = true;
    options.rules =
        vec![Rule { module_type: ModuleType::EsModule, globs: vec!["**/*.ts".into()], fallthrough: Some(false) }];
    let bundle = bundle(options).expect("it loads");
    assert_lacks(main_code(&bundle), ": Request");
    assert_contains(main_code(&bundle), "from \"./b.ts\"");
    assert_eq!((bundle.modules[1].name.as_str(), text(&bundle.modules[1]).trim()), ("b.ts", "export const b = \"b\";"));
    let map: serde_json::Value = serde_json::from_slice(bundle.source_map.as_ref().expect("a map")).expect("JSON");
    assert_eq!(map["sources"], serde_json::json!(["src/index.ts"]));
}

#[test]
fn without_bundling_what_needs_helper_code_is_refused() {
    let project = Project::new(&[
        ("tsconfig.json", r#"{ "compilerOptions": { "experimentalDecorators": true } }"#),
        ("i.ts", "const mark: any = () => {};\n@mark\nclass A {}\nexport default { fetch: () => new A() };"),
    ]);
    let mut options = project.options("i.ts");
    options.settings.no_bundle = true;
    let error = bundle(options).expect_err("there is no place for the helper");
    assert_contains(&error.to_string(), "`i.ts` uses syntax that needs helper code, which `no_bundle` cannot add");
}

#[test]
fn a_base_dir_decides_about_names() {
    let project = Project::new(&[
        ("app/worker/index.js", "import a from '../shared/a.js';\nexport default { fetch: () => a };"),
        ("app/shared/a.js", "export default 1;"),
    ]);
    let mut options = project.options("app/worker/index.js");
    options.settings.no_bundle = true;
    options.base_dir = Some("app".into());
    let bundle = bundle(options).expect("it loads");
    let names: Vec<&str> = bundle.modules.iter().map(|module| module.name.as_str()).collect();
    assert_eq!(names, ["worker/index.js", "shared/a.js"]);
}

#[cfg(unix)]
#[test]
fn a_project_behind_a_link_is_named_like_any_other() {
    let project = Project::new(&[
        ("real/src/index.js", "import a from './lib/a.js';\nexport default { fetch: () => a };"),
        ("real/src/lib/a.js", "export default 1;"),
    ]);
    let link = project.path("link");
    std::os::unix::fs::symlink(project.path("real"), &link).expect("a link can be made");
    let mut options = crate::BundleOptions::new(link.join("src/index.js"), &link);
    options.base_dir = Some(link.join("src"));
    options.settings.no_bundle = true;
    let done = bundle(options.clone()).expect("it loads");
    let names: Vec<&str> = done.modules.iter().map(|module| module.name.as_str()).collect();
    assert_eq!(names, ["index.js", "lib/a.js"]);
    options.entry = link.join("src/gone.js");
    let error = bundle(options).expect_err("there is no such file");
    assert_contains(&error.to_string(), "The entry-point file at \"src/gone.js\" was not found.");
}

#[test]
fn a_script_can_go_unbundled_too() {
    let project = Project::new(&[("w.js", "addEventListener('fetch', () => {});"), ("data.bin", "x")]);
    let mut options = project.options("w.js");
    options.settings.no_bundle = true;
    let bundle = bundle(options).expect("it loads");
    assert_eq!(bundle.format, ScriptFormat::ServiceWorker);
    let found: Vec<(&str, ModuleKind)> = bundle.modules.iter().map(|m| (m.name.as_str(), m.kind)).collect();
    assert_eq!(found, [("w.js", ModuleKind::EsModule), ("data_bin", ModuleKind::Data)]);
}

#[test]
fn additional_modules_stay_outside_the_bundle_and_can_be_imported_by_name() {
    let project = Project::new(&[
        (
            "src/index.ts",
            "import { helper } from './deep/helper';\nexport default { fetch: async () => new Response(helper + (await import(`./lang/${globalThis.l}.js`)).default) };",
        ),
        ("src/deep/helper.ts", "import en from '../lang/en.js';\nexport const helper: string = en;"),
        ("src/lang/en.js", "export default 'hello';"),
        ("src/lang/de.js", "export default 'hallo';"),
    ]);
    let mut options = project.options("src/index.ts");
    options.settings.find_additional_modules = true;
    let bundle = bundle(options).expect("it bundles");
    let names: Vec<&str> = bundle.modules.iter().map(|module| module.name.as_str()).collect();
    assert_eq!(names, ["index.js", "lang/de.js", "lang/en.js"]);
    assert_contains(main_code(&bundle), "from \"./lang/en.js\"");
    assert_lacks(main_code(&bundle), "hallo");
}

#[test]
fn additional_modules_need_a_module_worker() {
    let project = Project::new(&[("src/index.js", "addEventListener('fetch', () => {});")]);
    let mut options = project.options("src/index.js");
    options.settings.find_additional_modules = true;
    let error = bundle(options).expect_err("a script cannot import");
    assert_contains(&error.to_string(), "`find_additional_modules` can only be used with an ES module entrypoint.");
}

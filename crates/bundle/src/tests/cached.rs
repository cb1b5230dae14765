//! Bundling again: after an edit, and in another run.

use super::{Project, assert_contains, assert_lacks, block, main_code};
use crate::{Bundle, BundleError, BundleOptions, Bundler};

const USER: &str = "import { a } from './a';\nexport default { fetch: () => new Response(a) };";

fn project() -> Project {
    Project::new(&[("src/index.ts", USER), ("src/a.ts", "export const a: string = 'first';")])
}

fn again(bundler: &mut Bundler) -> Result<Bundle, BundleError> {
    block(bundler.bundle())
}

#[test]
fn an_edit_shows_in_the_next_bundle() {
    let project = project();
    let mut bundler = Bundler::new(project.options("src/index.ts"));
    let first = again(&mut bundler).expect("it bundles");
    assert_eq!(again(&mut bundler).expect("it bundles"), first, "nothing changed");
    for round in 10..42 {
        project.write("src/a.ts", format!("// line\nexport const a: string = 'edit {round}';").as_bytes());
        let bundle = again(&mut bundler).expect("it bundles");
        assert_contains(main_code(&bundle), &format!("edit {round}"));
        assert_lacks(main_code(&bundle), "first");
        let map = bundle.source_map.expect("a map");
        assert_contains(std::str::from_utf8(&map).expect("text"), &format!("edit {round}"));
    }
}

#[test]
fn a_rebuild_gives_what_a_first_build_gives() {
    let project = project();
    let mut bundler = Bundler::new(project.options("src/index.ts"));
    again(&mut bundler).expect("it bundles");
    project.write("src/a.ts", b"import { b } from './b';\nexport const a = b + 'x';");
    project.write("src/b.ts", b"export const b = 'new file';");
    let with_new_file = again(&mut bundler).expect("it bundles");
    assert_eq!(with_new_file, project.bundle("src/index.ts"));
    project.write("src/b.ts", b"export const unused = 1; export const b = 'edited';");
    project.write("src/index.ts", b"import { a } from './a';\nimport './b';\nexport default { fetch: () => a };");
    let edited = again(&mut bundler).expect("it bundles");
    let fresh = project.bundle("src/index.ts");
    assert_eq!(main_code(&edited), main_code(&fresh));
    assert_eq!(edited, fresh);
}

#[test]
fn an_error_goes_away_with_its_cause() {
    let project = project();
    let mut bundler = Bundler::new(project.options("src/index.ts"));
    again(&mut bundler).expect("it bundles");
    project.write("src/a.ts", b"export const a: = ;");
    let error = again(&mut bundler).expect_err("the syntax is wrong");
    assert_contains(&error.to_string(), "src/a.ts:1:17");
    let same = again(&mut bundler).expect_err("it still is");
    assert_eq!(same.diagnostics, error.diagnostics);
    project.write("src/a.ts", b"export const a = 'mended';");
    assert_contains(main_code(&again(&mut bundler).expect("it bundles")), "mended");
}

#[test]
fn collected_modules_follow_their_files() {
    let project = Project::new(&[
        ("src/index.ts", "import t from './t.txt';\nexport default { fetch: () => new Response(t) };"),
        ("src/t.txt", "one"),
    ]);
    let mut bundler = Bundler::new(project.options("src/index.ts"));
    let first = again(&mut bundler).expect("it bundles");
    project.write("src/t.txt", b"two!");
    let second = again(&mut bundler).expect("it bundles");
    assert_ne!(first.modules[1].name, second.modules[1].name);
    assert_eq!(&second.modules[1].source[..], b"two!");
    project.write("src/index.ts", b"export default { fetch: () => new Response('none') };");
    assert_eq!(again(&mut bundler).expect("it bundles").modules.len(), 1);
}

#[test]
fn a_new_file_and_a_new_setting_change_what_imports_mean() {
    let project = project();
    let mut bundler = Bundler::new(project.options("src/index.ts"));
    again(&mut bundler).expect("it bundles");
    // `.tsx` is asked for before `.ts`.
    project.write("src/a.tsx", b"export const a = 'shadows';");
    assert_contains(main_code(&again(&mut bundler).expect("it bundles")), "shadows");
    project.write("src/index.ts", b"import { x } from '#x';\nexport default { fetch: () => x };");
    let error = again(&mut bundler).expect_err("nothing defines it");
    assert_contains(&error.to_string(), "Could not resolve \"#x\"");
    project.write("tsconfig.json", br##"{ "compilerOptions": { "paths": { "#x": ["./src/one.ts"] } } }"##);
    project.write("src/one.ts", b"export const x = 'one';");
    project.write("src/two.ts", b"export const x = 'two';");
    assert_contains(main_code(&again(&mut bundler).expect("it bundles")), "one");
    project.write("tsconfig.json", br##"{ "compilerOptions": { "paths": { "#x": ["./src/two.ts"] } } }"##);
    assert_contains(main_code(&again(&mut bundler).expect("it bundles")), "two");
}

#[test]
fn a_script_that_becomes_a_module_is_noticed() {
    let project = Project::new(&[("src/index.ts", "addEventListener('fetch', () => {});")]);
    let mut bundler = Bundler::new(project.options("src/index.ts"));
    assert_eq!(again(&mut bundler).expect("it bundles").format, crate::ScriptFormat::ServiceWorker);
    project.write("src/index.ts", b"export default { fetch() { return new Response('hi'); } };");
    let bundle = again(&mut bundler).expect("it bundles");
    assert_eq!(bundle.format, crate::ScriptFormat::Modules);
    assert_contains(main_code(&bundle), "export {");
}

fn cached(project: &Project) -> BundleOptions {
    let mut options = project.options("src/index.ts");
    options.cache_dir = Some(".edgeemu/bundles".into());
    options
}

/// Makes the cached bundle recognisable, so that using it shows.
fn mark_cache(project: &Project) {
    let folder = project.path(".edgeemu/bundles");
    let entries = project.disk.list(&folder).expect("the cache was written");
    assert_eq!(entries.len(), 1, "{entries:?}");
    let whole = project.disk.read(&entries[0].path).expect("it can be read");
    let text = String::from_utf8(whole.to_vec()).expect("text");
    let marked = text.replacen("\"exports\":[\"default\"]", "\"exports\":[\"default\",\"marked\"]", 1);
    assert_ne!(text, marked);
    project.disk.write_replacing(&entries[0].path, marked.as_bytes()).expect("it can be written");
}

fn comes_from_cache(options: &BundleOptions) -> bool {
    let bundle = super::bundle(options.clone()).expect("it bundles");
    bundle.exports.contains(&"marked".to_owned())
}

#[test]
fn another_run_takes_the_finished_bundle_until_something_changes() {
    let project = project();
    let options = cached(&project);
    let first = super::bundle(options.clone()).expect("it bundles");
    assert_eq!(super::bundle(options.clone()).expect("it bundles"), first);
    mark_cache(&project);
    assert!(comes_from_cache(&options));
    let mut other = options.clone();
    other.settings.minify = true;
    assert!(!comes_from_cache(&other), "other settings, another bundle");
    project.write("src/a.ts", b"export const a: string = 'secnd';");
    let second = super::bundle(options.clone()).expect("it bundles");
    assert_contains(main_code(&second), "secnd");
    assert!(!comes_from_cache(&options), "the old bundle is gone");
}

#[test]
fn settings_of_the_project_and_new_files_invalidate_the_cache() {
    let project = project();
    let options = cached(&project);
    let changes: [(&str, &str); 4] = [
        ("package.json", r#"{ "type": "module" }"#),
        ("tsconfig.json", r#"{ "compilerOptions": { "target": "es2022" } }"#),
        ("src/a.tsx", "export const a = 'shadows';"),
        ("node_modules/.package-lock.json", "{}"),
    ];
    super::bundle(options.clone()).expect("it bundles");
    for (name, content) in changes {
        for bundle in project.disk.list(&project.path(".edgeemu/bundles")).expect("a cache") {
            project.disk.remove_file(&bundle.path).expect("it can be removed");
        }
        super::bundle(options.clone()).expect("it bundles");
        mark_cache(&project);
        assert!(comes_from_cache(&options), "before {name}");
        project.write(name, content.as_bytes());
        assert!(!comes_from_cache(&options), "after {name}");
    }
}

#[test]
fn a_damaged_cache_is_as_good_as_none() {
    let project = project();
    let options = cached(&project);
    let first = super::bundle(options.clone()).expect("it bundles");
    let entry = project.disk.list(&project.path(".edgeemu/bundles")).expect("a cache").remove(0).path;
    let whole = project.disk.read(&entry).expect("it can be read");
    for damaged in [&b""[..], b"{}", b"{}\n", &whole[..whole.len() - 3], &whole[..40]] {
        project.disk.write_replacing(&entry, damaged).expect("it can be written");
        assert_eq!(super::bundle(options.clone()).expect("it bundles"), first);
    }
    let mut flipped = whole.to_vec();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    project.disk.write_replacing(&entry, &flipped).expect("it can be written");
    assert_eq!(super::bundle(options).expect("it bundles"), first);
}

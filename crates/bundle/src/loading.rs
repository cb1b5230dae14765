//! How files come into the bundle: what is done to their text before the bundler reads it.

use std::path::Path;

use rolldown_common::ModuleType;
use rolldown_plugin::HookLoadOutput;

use crate::collect::Collection;
use crate::compile::compile;
use crate::diagnostic::Diagnostic;
use crate::fingerprint::in_node_modules;
use crate::imports::is_typescript;
use crate::jsx::{self, Jsx};
use crate::old_scripts;
use crate::output::ScriptFormat;
use crate::patterns;
use crate::syntax;
use crate::text::{Edit, Text};

/// Endings of files that can be bundled.
const READABLE: &[&str] = &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "json", "css", "txt"];

/// Reads the file that the bundler knows as `id`.
pub(crate) fn file(collection: &Collection, id: &str) -> anyhow::Result<HookLoadOutput> {
    let path = Path::new(id.split_once('?').map_or(id, |(path, _)| path));
    let code = collection.read_source(path)?;
    if has_ending(path, &["css"]) {
        // Production bundles it into a file of its own, which no Worker is given.
        return Ok(crate::imports::script("export default {};".to_owned()));
    }
    if !has_ending(path, &["js", "mjs", "cjs"]) && !jsx::needs_compiling(path) {
        return Ok(Text::new(path, code).finish(None));
    }
    if !in_node_modules(path) {
        check_decorators(collection, &code, path);
    }
    let mut text = Text::new(path, code);
    prepare(collection, path, &mut text);
    Ok(typed(collection, path, text))
}

/// Does what is the same for all languages.
fn prepare(collection: &Collection, path: &Path, text: &mut Text<'_>) {
    let edits = patterns::edits(collection, path, text.code());
    text.edit(&edits);
    let types = collection.lessons().types_of(path).cloned();
    if let Some(types) = types {
        let marked = |span: std::ops::Range<u32>| {
            let name = &text.code()[span.start as usize..span.end as usize];
            Edit { text: format!("type {name}"), span }
        };
        let edits: Vec<Edit> = syntax::untyped(text.code(), path, &types).into_iter().map(marked).collect();
        text.edit(&edits);
    }
    if collection.format == ScriptFormat::ServiceWorker && path == collection.options.entry_path() {
        // DIFFERS: Production's bundler makes `this` at the top of a script an empty object; edgeemu makes it the global
        // scope, as the runtime does.
        let global = |span| Edit { span, text: "globalThis".to_owned() };
        let edits: Vec<Edit> = syntax::global_this(text.code(), path).into_iter().map(global).collect();
        text.edit(&edits);
    }
    let is_old = collection.lessons().is_old_script(path);
    if is_old && let Some((code, map)) = old_scripts::renewed(path, text.code()) {
        text.becomes(code, Some(map));
    }
}

/// Removes types and JSX where the bundler would do it in another way than production, and says what is left to it.
fn typed(collection: &Collection, path: &Path, mut text: Text<'_>) -> HookLoadOutput {
    // Production reads every script as JSX. No JSX is closed without one of these, and the others are read faster.
    let may_hold_jsx =
        !has_ending(path, &["ts", "mts", "cts"]) && (text.code().contains("</") || text.code().contains("/>"));
    let other_jsx = || Jsx::of(&collection.options, &collection.tsconfig, path) != collection.jsx;
    let apart = (is_typescript(path) && collection.tsconfig.is_read_differently(path)) || (may_hold_jsx && other_jsx());
    if apart {
        let result = compile(collection, path, text.code());
        // What is broken is left to the bundler to report.
        if result.errors.is_empty() {
            text.becomes(result.code, result.map);
            return text.finish(Some(ModuleType::Js));
        }
    }
    let plain = has_ending(path, &["js", "mjs", "cjs"]) && !may_hold_jsx;
    text.finish(plain.then_some(ModuleType::Js))
}

/// Complains about a file that nobody said how to read.
pub(crate) fn refuses(collection: &Collection, path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    if READABLE.contains(&ending.split('?').next().unwrap_or(ending)) {
        return false;
    }
    let shown = collection.options.shown(path);
    let text = format!("No loader is configured for \".{ending}\" files: {shown}");
    let hint = format!(
        "Say what it is with a rule in your configuration, for example {{ \"type\": \"Text\", \"globs\": [\"**/*.{ending}\"], \
         \"fallthrough\": true }}"
    );
    collection.add_diagnostic(&shown, Diagnostic::error(text).with_hint(hint));
    true
}

/// Decorators of the standard kind would reach V8 as they are, which does not know them.
fn check_decorators(collection: &Collection, code: &str, path: &Path) {
    let Some(offset) = syntax::first_decorator(code, path) else { return };
    if is_typescript(path) && collection.tsconfig.has_legacy_decorators(path) {
        return;
    }
    let shown = collection.options.shown(path);
    let mut error = Diagnostic::error("Decorators without `experimentalDecorators` are not supported").with_hint(
        "Set \"experimentalDecorators\": true in the \"compilerOptions\" of your tsconfig.json, or build with a custom \
         build command that lowers decorators",
    );
    error.location = Some(syntax::locate(code, shown.clone(), offset));
    collection.add_diagnostic(&shown, error);
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
}

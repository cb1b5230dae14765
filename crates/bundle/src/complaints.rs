//! What production says about a Worker's imports and its entry point.

use crate::collect::Collection;
use crate::diagnostic::Diagnostic;
use crate::output::ScriptFormat;

/// The entry point cannot be read.
pub(crate) fn entry(shown: &str, error: &std::io::Error) -> Diagnostic {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            Diagnostic::error(format!("The entry-point file at \"{shown}\" was not found.")).with_hint(
                "This might mean that your entry-point file needs to be generated (which is the general case when a \
                 framework is being used).\nIf that's the case please run your project's build command and try again.",
            )
        }
        std::io::ErrorKind::IsADirectory => Diagnostic::error(format!(
            "The provided entry-point path, \"{shown}\", points to a directory, rather than a file."
        )),
        std::io::ErrorKind::InvalidData => Diagnostic::error(format!("`{shown}` is not UTF-8 text")),
        _ => Diagnostic::error(format!("Could not read `{shown}`: {error}")),
    }
}

/// Additional modules need something that can import them.
pub(crate) fn additional_in_script() -> Diagnostic {
    Diagnostic::error(
        "`find_additional_modules` can only be used with an ES module entrypoint.\nRemove \
         `find_additional_modules = true` from your configuration, or migrate to the ES module Worker format: \
         https://developers.cloudflare.com/workers/learning/migrate-to-module-workers/",
    )
}

/// Errors that were found while imports were decided.
pub(crate) fn about(collection: &Collection) -> Vec<Diagnostic> {
    let found = collection.found();
    let mut errors: Vec<Diagnostic> = found.diagnostics.values().cloned().collect();
    if collection.format == ScriptFormat::ServiceWorker && !found.script_imports.is_empty() {
        let names: Vec<String> = found.script_imports.iter().map(|name| format!("\"{name}\"")).collect();
        errors.push(Diagnostic::error(format!(
            "Unexpected external import of {}.\nYour worker has no default export, which means it is assumed to be a \
             Service Worker format Worker.\nDid you mean to create a ES Module format Worker?\nIf so, try adding \
             `export default {{ ... }}` in your entry-point.\nSee \
             https://developers.cloudflare.com/workers/reference/migrate-to-module-workers/.",
            listed(&names)
        )));
    }
    errors
}

/// Imports of built-ins that the Worker's flags do not provide.
pub(crate) fn node_warnings(collection: &Collection) -> Vec<Diagnostic> {
    let found = collection.found();
    let warning = |(name, importers): (&String, &std::collections::BTreeSet<String>)| {
        let importers: Vec<String> = importers.iter().map(|importer| format!(" - {importer}")).collect();
        Diagnostic::warning(format!(
            "The package \"{name}\" wasn't found on the file system but is built into node.\nYour Worker may throw \
             errors at runtime unless you enable the \"nodejs_compat\" compatibility flag. Refer to \
             https://developers.cloudflare.com/workers/runtime-apis/nodejs/ for more details. Imported from:\n{}",
            importers.join("\n")
        ))
    };
    found.node_imports.iter().map(warning).collect()
}

/// "a", "a and b", "a, b, and c".
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
    }
}

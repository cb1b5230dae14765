//! The bundler's own messages turned into ours.

use std::path::Path;

use rolldown_error::{
    BuildDiagnostic, Diagnostic as Rendered, DiagnosticOptions, EventKind, Severity as TheirSeverity,
};

use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::fingerprint::in_node_modules;
use crate::node_builtins::is_builtin;
use crate::options::{BundleOptions, NodejsCompat};

/// Turns one message of the bundler into ours; nothing for what production does not say either.
pub(crate) fn translate(options: &BundleOptions, message: &BuildDiagnostic) -> Option<Diagnostic> {
    let shown = DiagnosticOptions { cwd: options.root.clone() };
    let rendered = message.to_diagnostic_with(&shown);
    let location = location(options, &rendered);
    let kind = message.kind();
    let unresolved = matches!(kind, EventKind::UnresolvedImport | EventKind::ResolveError);
    if unresolved && let Some(specifier) = message.exporter() {
        return Some(unresolved_import(options, &specifier, location, &rendered));
    }
    let severity = match message.severity() {
        TheirSeverity::Error => Severity::Error,
        TheirSeverity::Warning => Severity::Warning,
        TheirSeverity::Info => return None,
    };
    if severity == Severity::Warning && is_noise(kind, location.as_ref()) {
        return None;
    }
    let text = match message.to_message_with(&shown) {
        // A message that wraps another one has no text of its own.
        text if text.is_empty() => first_line(&rendered.to_string()),
        text => text,
    };
    let message = in_production(kind, &text).unwrap_or_else(|| readable(&text));
    Some(Diagnostic { severity, message, location, hints: hints(&text) })
}

/// Warnings about how a library is written, or about settings that cannot be changed here, help nobody.
fn is_noise(kind: EventKind, location: Option<&Location>) -> bool {
    let internal = matches!(
        kind,
        EventKind::MissingNameOptionForIifeExport
            | EventKind::MissingGlobalName
            | EventKind::ConfigurationFieldConflict
            | EventKind::PreferBuiltinFeature
            | EventKind::PluginTimings
            | EventKind::MixedExports
            | EventKind::Eval
            | EventKind::InvalidAnnotation
    );
    internal || location.is_some_and(|place| in_node_modules(Path::new(&place.file)))
}

fn unresolved_import(
    options: &BundleOptions,
    specifier: &str,
    location: Option<Location>,
    rendered: &Rendered,
) -> Diagnostic {
    let mut error = Diagnostic::error(format!("Could not resolve \"{specifier}\""));
    error.location = location;
    error.hints.push(unresolved_hint(options, specifier, rendered));
    error
}

fn unresolved_hint(options: &BundleOptions, specifier: &str, rendered: &Rendered) -> String {
    if is_builtin(specifier) {
        let advice = match options.nodejs_compat {
            NodejsCompat::Off | NodejsCompat::AsyncLocalStorage => {
                "- Add the \"nodejs_compat\" compatibility flag to your project."
            }
            NodejsCompat::PrefixOnly | NodejsCompat::Full => {
                "- Make sure to prefix the module name with \"node:\" or update your compatibility_date to 2024-09-23 \
                 or later."
            }
        };
        return format!(
            "The package \"{specifier}\" wasn't found on the file system but is built into node.\n{advice}"
        );
    }
    let relative = specifier.starts_with('.') || specifier.starts_with('/');
    let package = package_of(specifier);
    let installed = |folder: &Path| options.disk.exists(&folder.join("node_modules").join(package));
    if relative {
        "There is no such file. Imports are relative to the file they are written in".to_owned()
    } else if specifier.starts_with('#') {
        "It is not among the \"imports\" of the nearest package.json".to_owned()
    } else if options.root.ancestors().any(installed) {
        let detail = first_line(&rendered.to_string());
        format!("The package \"{package}\" is installed but does not offer this path to Workers ({detail})")
    } else {
        format!("The package \"{package}\" is not installed. Did you run `npm install`?")
    }
}

/// The name of the package that `specifier` starts with.
fn package_of(specifier: &str) -> &str {
    let mut slashes = specifier.match_indices('/').map(|(at, _)| at);
    let end = if specifier.starts_with('@') { slashes.nth(1) } else { slashes.next() };
    &specifier[..end.unwrap_or(specifier.len())]
}

fn location(options: &BundleOptions, rendered: &Rendered) -> Option<Location> {
    let (file, line, column, _) = rendered.get_primary_location()?;
    let path = options.root.join(&file);
    let source = options.disk.read_to_string(&path).unwrap_or_default();
    let text = source.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
    Some(Location { file: options.shown(&path), line, column: column + 1, text })
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    // "[KIND] text" or "[KIND] Error: text": the kind is the bundler's business.
    line.split_once("] ").map_or(line, |(_, rest)| rest).trim_start_matches("Error: ").to_owned()
}

/// What production says, where it is known to say the same in other words.
fn in_production(kind: EventKind, text: &str) -> Option<String> {
    match kind {
        EventKind::MissingExportError => {
            let (name, rest) = text.strip_prefix('"')?.split_once("\" is not exported by \"")?;
            let (exporter, _) = rest.split_once("\", imported by")?;
            Some(format!("No matching export in \"{exporter}\" for import \"{name}\""))
        }
        EventKind::AssignToImportError => {
            let name = text.strip_prefix("Cannot assign to import '")?.split('\'').next()?;
            Some(format!("Cannot assign to import \"{name}\""))
        }
        _ if text.starts_with("Top-level await is currently not supported with the") => {
            Some(text.trim_end_matches('.').replace('\'', "\""))
        }
        _ => None,
    }
}

fn readable(text: &str) -> String {
    if text.contains("found untranspiled JSX syntax") {
        return "JSX reaches the runtime as it is because of \"jsx\": \"preserve\" in your tsconfig.json".to_owned();
    }
    text.trim_end_matches('.').to_owned()
}

fn hints(text: &str) -> Vec<String> {
    if text.contains("found untranspiled JSX syntax") {
        return vec!["Set \"jsx\" to \"react-jsx\" or \"react\" in the \"compilerOptions\"".to_owned()];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    //! The names of packages.

    use super::package_of;

    #[test]
    fn the_package_is_the_first_part_or_two_of_a_scoped_name() {
        assert_eq!(package_of("hono"), "hono");
        assert_eq!(package_of("hono/jsx"), "hono");
        assert_eq!(package_of("@scope/name/deep/file"), "@scope/name");
        assert_eq!(package_of("@scope"), "@scope");
    }
}

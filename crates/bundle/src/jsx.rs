//! How JSX is compiled: one decision for the whole Worker, taken from the tsconfig of its entry point.

use std::path::Path;

use oxc_resolver::TsConfig;
use rolldown_common::bundler_options::JsxOptions;

use crate::options::BundleOptions;
use crate::tsconfig::TsconfigLookup;

/// The JSX settings of the Worker.
///
/// Production calls a factory unless the tsconfig says otherwise, where the bundler would import a runtime; and it goes
/// by the tsconfig for JavaScript too, where the bundler asks for `allowJs`. So everything is spelled out here. What
/// the tsconfig says wins over the configuration, whose defaults are no wish.
pub(crate) fn options_for(options: &BundleOptions, lookup: &TsconfigLookup) -> JsxOptions {
    let probe = options.entry_path().with_extension("tsx");
    let config = lookup.of(&probe);
    let compiler = config.as_deref().map(|config: &TsConfig| &config.compiler_options);
    let field = |pick: fn(&oxc_resolver::CompilerOptions) -> &Option<String>| compiler.and_then(|c| pick(c).clone());
    let mode = field(|c| &c.jsx);
    match mode.as_deref() {
        Some("react-jsx" | "react-jsxdev") => JsxOptions {
            runtime: Some("automatic".to_owned()),
            development: Some(mode.as_deref() == Some("react-jsxdev")),
            import_source: field(|c| &c.jsx_import_source),
            ..JsxOptions::default()
        },
        // The bundler keeps JSX as it is, and then says that it cannot.
        Some("preserve") => JsxOptions::default(),
        _ => JsxOptions {
            runtime: Some("classic".to_owned()),
            pragma: field(|c| &c.jsx_factory).or_else(|| options.jsx_factory.clone()),
            pragma_frag: field(|c| &c.jsx_fragment_factory).or_else(|| options.jsx_fragment.clone()),
            ..JsxOptions::default()
        },
    }
}

/// Whether a file can hold JSX or types, and so has to be compiled before it runs.
pub(crate) fn needs_compiling(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["ts", "mts", "cts", "tsx", "jsx"].iter().any(|known| ending == *known))
}

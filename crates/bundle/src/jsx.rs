//! How JSX is compiled: what the tsconfig of a file says, or else the configuration.

use std::path::Path;

use oxc_resolver::TsConfig;
use rolldown_common::bundler_options::JsxOptions;

use crate::options::BundleOptions;
use crate::tsconfig::TsconfigLookup;

/// What JSX becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Jsx {
    /// Calls of functions that are imported unasked.
    Automatic {
        /// The package they come from.
        source: Option<String>,
        /// Whether elements know where they were written.
        development: bool,
    },
    /// Calls of functions that the file has itself.
    Classic {
        /// What makes an element.
        factory: String,
        /// What a fragment is.
        fragment: String,
    },
}

impl Jsx {
    /// What JSX in `file` becomes. Production calls a factory unless the tsconfig names a runtime, goes by the tsconfig
    /// for JavaScript too, and does not know `preserve`. What the tsconfig says wins over the configuration, whose
    /// defaults are no wish.
    pub(crate) fn of(options: &BundleOptions, lookup: &TsconfigLookup, file: &Path) -> Jsx {
        let config = lookup.of(&file.with_extension("tsx"));
        let compiler = config.as_deref().map(|config: &TsConfig| &config.compiler_options);
        let field =
            |pick: fn(&oxc_resolver::CompilerOptions) -> &Option<String>| compiler.and_then(|c| pick(c).clone());
        let mode = field(|c| &c.jsx);
        if let Some("react-jsx" | "react-jsxdev") = mode.as_deref() {
            let development = mode.as_deref() == Some("react-jsxdev");
            return Jsx::Automatic { source: field(|c| &c.jsx_import_source), development };
        }
        let settings = &options.settings;
        Jsx::Classic {
            factory: field(|c| &c.jsx_factory).unwrap_or_else(|| settings.jsx_factory.clone()),
            fragment: field(|c| &c.jsx_fragment_factory).unwrap_or_else(|| settings.jsx_fragment.clone()),
        }
    }

    /// The same in the bundler's words, with everything spelled out that it would otherwise decide itself.
    pub(crate) fn options(&self) -> JsxOptions {
        match self.clone() {
            Jsx::Automatic { source, development } => JsxOptions {
                runtime: Some("automatic".to_owned()),
                development: Some(development),
                import_source: source,
                ..JsxOptions::default()
            },
            Jsx::Classic { factory, fragment } => JsxOptions {
                runtime: Some("classic".to_owned()),
                pragma: Some(factory),
                pragma_frag: Some(fragment),
                ..JsxOptions::default()
            },
        }
    }
}

/// Whether a file can hold JSX or types, and so has to be compiled before it runs.
pub(crate) fn needs_compiling(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["ts", "mts", "cts", "tsx", "jsx"].iter().any(|known| ending == *known))
}

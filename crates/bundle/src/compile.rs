//! One file compiled on its own, outside a bundle.

use std::path::Path;

use rolldown_common::bundler_options::{
    BundlerTransformOptions, Either, EnhancedTransformOptions, EnhancedTransformResult, TsconfigOption,
    enhanced_transform,
};

use crate::collect::Collection;
use crate::jsx::Jsx;

/// Production lowers to ES2024, of which the only trace is `using`, and V8 runs that as it is. Not lowering it lets
/// the bundler leave plain JavaScript untouched, which is most of what a Worker is made of.
pub(crate) const TARGET: &str = "esnext";

/// The file at `path`, which holds `source`, without types and JSX.
pub(crate) fn compile(collection: &Collection, path: &Path, source: &str) -> EnhancedTransformResult {
    let jsx = Jsx::of(&collection.options, &collection.tsconfig, path).options();
    let settings = BundlerTransformOptions { jsx: Some(Either::Right(jsx)), ..BundlerTransformOptions::default() };
    let mut settings = EnhancedTransformOptions::from(settings);
    let tsconfig = collection.tsconfig.effective(path);
    settings.target = Some(Either::Left(TARGET.to_owned()));
    settings.tsconfig = Some(tsconfig.map_or(TsconfigOption::Disabled, TsconfigOption::Config));
    settings.sourcemap = true;
    enhanced_transform(&path.to_string_lossy(), source, settings, false)
}

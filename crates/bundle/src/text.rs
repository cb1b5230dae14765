//! Source text on its way into the bundle, with the maps that lead back to the file.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use rolldown_common::ModuleType;
use rolldown_plugin::HookLoadOutput;
use rolldown_sourcemap::{SourceMap, collapse_sourcemaps};
use string_wizard::{Hires, MagicString, SourceMapOptions};

/// What a piece of text, given in bytes, is replaced by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The bytes that go.
    pub(crate) span: Range<u32>,
    /// What stands there instead.
    pub(crate) text: String,
}

/// The text of one file and what was done to it.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    path: &'a Path,
    code: String,
    maps: Vec<SourceMap>,
}

impl<'a> Text<'a> {
    /// The text as it stands in the file at `path`.
    pub(crate) fn new(path: &'a Path, code: String) -> Text<'a> {
        Text { path, code, maps: Vec::new() }
    }

    /// The text as it is now.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Replaces pieces of the text, which do not overlap.
    pub(crate) fn edit(&mut self, edits: &[Edit]) {
        if edits.is_empty() {
            return;
        }
        let mut magic = MagicString::new(self.code.as_str());
        for edit in edits {
            let done = magic.update(edit.span.start, edit.span.end, edit.text.as_str()).is_ok();
            debug_assert!(done, "edits are made of spans of the text: {edit:?}");
        }
        let source: Arc<str> = self.path.to_string_lossy().into();
        let map = magic.source_map(SourceMapOptions { include_content: true, source, hires: Hires::Boundary });
        let code = magic.to_string();
        self.becomes(code, Some(map));
    }

    /// Goes on with `code`, which `map` leads back from.
    pub(crate) fn becomes(&mut self, code: String, map: Option<SourceMap>) {
        self.code = code;
        self.maps.extend(map);
    }

    /// What the bundler is given. Without a type it goes by the ending of the file.
    pub(crate) fn finish(self, module_type: Option<ModuleType>) -> HookLoadOutput {
        let chain: Vec<&SourceMap> = self.maps.iter().collect();
        let map = match chain.as_slice() {
            [] => None,
            [one] => Some((*one).clone()),
            several => Some(collapse_sourcemaps(several)),
        };
        HookLoadOutput { code: self.code.into(), map, module_type, ..HookLoadOutput::default() }
    }
}

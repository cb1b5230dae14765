//! Finished bundles kept between runs, so that a Worker that has not changed starts without being bundled.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use edgeemu_world::Disk;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use crate::diagnostic::Diagnostic;
use crate::fingerprint::{Change, Fingerprint, hex, sha1_hex};
use crate::options::BundleOptions;
use crate::output::{Bundle, Module, ModuleKind, ScriptFormat};

/// Raised whenever what is stored or how bundles are made changes. The version of the bundler is part of it.
const FORMAT: &str = concat!("1 edgeemu ", env!("CARGO_PKG_VERSION"), " rolldown 1.2.5");

/// What stands before the contents of the modules.
#[derive(Serialize, Deserialize)]
struct Header {
    made_by: String,
    format: ScriptFormat,
    main: String,
    modules: Vec<(String, ModuleKind, usize)>,
    source_map: Option<usize>,
    exports: Vec<String>,
    warnings: Vec<Diagnostic>,
    fingerprint: Fingerprint,
    contents: String,
}

/// One bundle on disk, found by the settings it was made with.
#[derive(Debug)]
pub(crate) struct CacheEntry {
    path: PathBuf,
}

impl CacheEntry {
    /// The place of the bundle made with `options`; none if nothing is to be kept.
    pub(crate) fn of(options: &BundleOptions) -> Option<CacheEntry> {
        let folder = options.root.join(options.cache_dir.as_ref()?);
        let settings = format!("{:?}", BundleOptions { cache_dir: None, ..options.clone() });
        Some(CacheEntry { path: folder.join(format!("{}.bundle", sha1_hex(settings.as_bytes()))) })
    }

    /// The bundle, if there is one and nothing it was made from has changed.
    pub(crate) fn load(&self, disk: &Disk) -> Option<(Bundle, Fingerprint)> {
        let (bundle, fingerprint) = decode(&disk.read(&self.path).ok()?)?;
        (fingerprint.compare(disk) == Change::Nothing).then_some((bundle, fingerprint))
    }

    /// Keeps `bundle`. That it cannot be kept costs time at the next start and nothing else.
    pub(crate) fn store(&self, disk: &Disk, bundle: &Bundle, fingerprint: &Fingerprint) {
        let Some(content) = encode(bundle, fingerprint) else { return };
        let folder = self.path.parent().unwrap_or(Path::new("."));
        // Two runs may store at once: the file is replaced as a whole, and a torn one does not match its digest.
        let _ = disk.create_dir_all(folder).and_then(|()| disk.write_replacing(&self.path, &content));
    }
}

fn encode(bundle: &Bundle, fingerprint: &Fingerprint) -> Option<Vec<u8>> {
    let parts: Vec<&Bytes> = bundle.modules.iter().map(|module| &module.source).chain(&bundle.source_map).collect();
    let mut digest = Sha1::new();
    parts.iter().for_each(|part| digest.update(part));
    let header = Header {
        made_by: FORMAT.to_owned(),
        format: bundle.format,
        main: bundle.main.clone(),
        modules: bundle.modules.iter().map(|m| (m.name.clone(), m.kind, m.source.len())).collect(),
        source_map: bundle.source_map.as_ref().map(Bytes::len),
        exports: bundle.exports.clone(),
        warnings: bundle.warnings.clone(),
        fingerprint: fingerprint.clone(),
        contents: hex(&digest.finalize()),
    };
    let mut whole = serde_json::to_vec(&header).ok()?;
    whole.push(b'\n');
    whole.reserve_exact(parts.iter().map(|part| part.len()).sum());
    parts.iter().for_each(|part| whole.extend_from_slice(part));
    Some(whole)
}

fn decode(whole: &Bytes) -> Option<(Bundle, Fingerprint)> {
    let end = whole.iter().position(|byte| *byte == b'\n')?;
    let header: Header = serde_json::from_slice(&whole[..end]).ok()?;
    let mut contents = whole.slice(end + 1..);
    if header.made_by != FORMAT || header.contents != sha1_hex(&contents) {
        return None;
    }
    let mut modules = Vec::with_capacity(header.modules.len());
    for (name, kind, len) in header.modules {
        modules.push(Module { name, kind, source: take(&mut contents, len)? });
    }
    let source_map = match header.source_map {
        Some(len) => Some(take(&mut contents, len)?),
        None => None,
    };
    let bundle = Bundle {
        format: header.format,
        main: header.main,
        modules,
        source_map,
        exports: header.exports,
        inputs: header.fingerprint.inputs(),
        warnings: header.warnings,
    };
    Some((bundle, header.fingerprint))
}

fn take(contents: &mut Bytes, len: usize) -> Option<Bytes> {
    (len <= contents.len()).then(|| contents.split_to(len))
}

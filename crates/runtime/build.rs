//! Evaluates deno_web and `runtime-js` into the V8 start-up snapshot, and lists the scripts that stayed out of it.

#![allow(clippy::disallowed_methods, reason = "a build script works on the disk of the machine that builds")]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deno_core::snapshot::{CreateSnapshotOptions, create_snapshot};
use deno_core::{Extension, ExtensionFileSource};
use deno_web::{BlobStore, InMemoryBroadcastChannel};

#[path = "src/js_extension.rs"]
mod js_extension;
#[path = "src/node_extension.rs"]
mod node_extension;
#[path = "src/op_names.rs"]
mod op_names;

/// Where the scripts are that are written as CommonJS modules; `runtime-js/modules/node.js` runs them.
const NODE_SCRIPTS: &str = "ext:edgeemu_node/";

/// Functions in the place of the ops, which this script does not have. Each has something of its own to return, so that
/// no compiler makes one of two: V8 tells them apart by their addresses.
macro_rules! stand_ins {
    ($extension:ident: $($op:ident)*) => {
        mod $extension {
            $(
                #[deno_core::op2(fast)]
                #[smi]
                fn $op() -> u32 {
                    std::hint::black_box(const { super::digest(stringify!($op)) })
                }
            )*
            deno_core::extension!($extension, ops = [$($op),*]);
        }
    };
}

op_names::host_ops!(stand_ins);
op_names::crypto_ops!(stand_ins);
op_names::node_ops!(stand_ins);

/// A number for a name.
const fn digest(name: &str) -> u32 {
    let (bytes, mut at, mut digest) = (name.as_bytes(), 0, 5381_u32);
    while at < bytes.len() {
        digest = digest.wrapping_mul(33) ^ (bytes[at] as u32);
        at += 1;
    }
    digest
}

fn main() {
    println!("cargo::rerun-if-changed=src/js_extension.rs");
    println!("cargo::rerun-if-changed=src/op_names.rs");
    println!("cargo::rerun-if-changed=src/node_extension.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let sources = lazy_sources();
    let snapshot = create_snapshot(
        CreateSnapshotOptions {
            cargo_manifest_dir: env!("CARGO_MANIFEST_DIR"),
            startup_snapshot: None,
            skip_op_registration: false,
            extensions: extensions(),
            extension_transpiler: None,
            with_runtime_cb: None,
        },
        None,
    )
    .expect("runtime-js evaluates into a snapshot");
    fs::write(out.join("SNAPSHOT.bin"), snapshot.output).expect("OUT_DIR is writable");
    for file in &snapshot.files_loaded_during_snapshot {
        watch(file);
    }
    let residual: Vec<_> =
        sources.into_iter().filter(|(name, _)| !snapshot.consumed_lazy_specifiers.iter().any(|c| c == name)).collect();
    fs::write(out.join("residual.rs"), residual_table(&residual)).expect("OUT_DIR is writable");
}

fn extensions() -> Vec<Extension> {
    vec![
        deno_webidl::deno_webidl::init(),
        deno_web::deno_web::init(Arc::new(BlobStore::default()), None, false, InMemoryBroadcastChannel::default()),
        relocated(js_extension::edgeemu_js::init()),
        relocated(node_extension::edgeemu_node::init()),
        edgeemu_ops::edgeemu_ops::init(),
        edgeemu_crypto::edgeemu_crypto::init(),
        edgeemu_node_ops::edgeemu_node_ops::init(),
    ]
}

/// The extension with its files where this checkout has them: the paths inside were made when this script was compiled,
/// and a target directory that several checkouts use keeps the script of another one.
fn relocated(extension: Extension) -> Extension {
    let relocate = |files: &[ExtensionFileSource]| {
        files.iter().map(|file| ExtensionFileSource::loaded_during_snapshot(file.specifier, here(file))).collect()
    };
    let esm_files = relocate(&extension.esm_files);
    let lazy_loaded_js_files = relocate(&extension.lazy_loaded_js_files);
    Extension { esm_files, lazy_loaded_js_files, ..extension }
}

fn here(file: &ExtensionFileSource) -> &'static str {
    let path = source_path(file);
    let inside = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("the extension's files are in this repository");
    manifest_dir().join(inside).to_str().expect("cargo's own paths are UTF-8").to_owned().leak()
}

fn manifest_dir() -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"))
}

/// Has cargo run this script again when the file changes. Our own files are named from the package, so that each
/// checkout watches its own.
fn watch(file: &Path) {
    let shown = file.strip_prefix(manifest_dir()).unwrap_or(file);
    println!("cargo::rerun-if-changed={}", shown.display());
}

/// Every `lazy_loaded_js` script of the extensions, with the file it comes from.
fn lazy_sources() -> Vec<(String, PathBuf)> {
    let mut sources: Vec<_> = extensions()
        .iter()
        .flat_map(|extension| extension.lazy_loaded_js_files.iter())
        .map(|source| (source.specifier.to_owned(), source_path(source)))
        .collect();
    sources.sort();
    sources
}

#[allow(deprecated, reason = "the variant is how deno_core names the file behind a source")]
fn source_path(source: &ExtensionFileSource) -> PathBuf {
    match &source.code {
        deno_core::ExtensionFileSourceCode::LoadedFromFsDuringSnapshot(path) => PathBuf::from(path),
        _ => panic!("{} is not loaded from a file", source.specifier),
    }
}

/// Scripts that no module touched while the snapshot was made are embedded as text and compiled when first asked for.
fn residual_table(residual: &[(String, PathBuf)]) -> String {
    let mut table = String::from("&[\n");
    for (specifier, path) in residual {
        watch(path);
        let path = absolute(path);
        let text = match specifier.strip_prefix(NODE_SCRIPTS).and_then(|name| name.strip_suffix(".js")) {
            // As the engine wraps what it compiles itself; the line numbers stay those of the file.
            Some(name) => {
                let begin = format!(
                    "\"use strict\"; return (__bootstrap.internals.nodeScript({name:?}, (module, require, platform) => {{ "
                );
                format!("concat!({begin:?}, include_str!({path:?}), \"\\n}}));\")")
            }
            None => format!("include_str!({path:?})"),
        };
        writeln!(table, "    ({specifier:?}, {text}),").expect("writing to a string cannot fail");
    }
    table.push_str("]\n");
    table
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

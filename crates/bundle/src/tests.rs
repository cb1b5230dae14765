//! Whole projects, written to a temporary folder and bundled.

mod agreeing;
mod cached;
mod failing;
mod importing;
mod languages;
mod packages;
mod unbundled;

use std::path::{Path, PathBuf};

use edgeemu_world::Disk;

use crate::{Bundle, BundleError, BundleOptions, Bundler, Module};

/// A project on the real disk that goes away with the test.
struct Project {
    folder: tempfile::TempDir,
    disk: Disk,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Project {
        let project = Project { folder: tempfile::tempdir().expect("a temporary folder"), disk: Disk::real() };
        for (name, content) in files {
            project.write(name, content.as_bytes());
        }
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.path(name);
        self.disk.create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("folders can be made");
        self.disk.write_replacing(&path, content).expect("files can be written");
    }

    fn options(&self, entry: &str) -> BundleOptions {
        BundleOptions::new(entry, self.folder.path())
    }

    fn bundle(&self, entry: &str) -> Bundle {
        bundle(self.options(entry)).unwrap_or_else(|error| panic!("{error}"))
    }

    fn fails(&self, entry: &str) -> BundleError {
        bundle(self.options(entry)).expect_err("it must not bundle")
    }
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

fn bundle(options: BundleOptions) -> Result<Bundle, BundleError> {
    block(Bundler::new(options).bundle())
}

fn text(module: &Module) -> &str {
    std::str::from_utf8(&module.source).expect("text")
}

/// The code of the main module.
fn main_code(bundle: &Bundle) -> &str {
    assert_eq!(bundle.modules[0].name, bundle.main);
    text(&bundle.modules[0])
}

#[track_caller]
fn assert_contains(code: &str, part: &str) {
    assert!(code.contains(part), "`{part}` is not in:\n{code}");
}

#[track_caller]
fn assert_lacks(code: &str, part: &str) {
    assert!(!code.contains(part), "`{part}` is in:\n{code}");
}

//! Paths without touching the disk.

use std::path::{Component, Path, PathBuf};

/// `path` seen from `dir`, with `.` and `..` worked out by name.
pub(crate) fn absolute(dir: &Path, path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in dir.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(result.components().next_back(), Some(Component::Normal(_))) => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

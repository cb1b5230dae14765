//! What others built and we carry along is exactly what its `SHA256SUMS` says.

use std::io;

use sha2::{Digest, Sha256};

use super::Finding;
use crate::tree::Tree;

/// Large files must be listed with their sums; listed files must match. `read` gives the bytes of a path.
pub(super) fn check(tree: &Tree, read: impl Fn(&str) -> io::Result<Vec<u8>>) -> Vec<Finding> {
    let mut listed = Vec::new();
    let mut findings = Vec::new();
    let sums = tree.texts_ending(&["/SHA256SUMS"]).filter(|(path, _)| path.starts_with("third_party/"));
    for (path, text) in sums {
        let folder = path.trim_end_matches("SHA256SUMS");
        for (number, line) in text.lines().enumerate() {
            let Some((sum, name)) = line.split_once("  ") else {
                findings.push(Finding::at(path, number + 1, "must read `<sha256>  <path>`"));
                continue;
            };
            let file = format!("{folder}{name}");
            findings.extend(check_sum(&file, sum, &read));
            listed.push(file);
        }
    }
    let is_unlisted = |path: &&str| path.starts_with("third_party/") && !path.contains("/LICENSES/");
    let is_own_text = |path: &str| path.ends_with("/README.md") || path.ends_with("/SHA256SUMS");
    for path in tree.paths().filter(is_unlisted).filter(|path| !is_own_text(path)) {
        if !listed.iter().any(|file| file == path) {
            findings.push(Finding::about(path, "is not listed in the SHA256SUMS beside it"));
        }
    }
    findings
}

fn check_sum(file: &str, expected: &str, read: &impl Fn(&str) -> io::Result<Vec<u8>>) -> Option<Finding> {
    let bytes = match read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            return Some(Finding::about(file, format!("is listed in SHA256SUMS and cannot be read: {error}")));
        }
    };
    let actual: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    (actual != expected).then(|| Finding::about(file, format!("its sha256 is {actual}, SHA256SUMS says {expected}")))
}

//! Whether anything a bundle was made from has changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use edgeemu_world::Disk;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

/// Archives of package registries carry a date of 1985 on every file, so equal dates prove nothing about such files.
const EARLIEST_CREDIBLE_MILLIS: i64 = 631_152_000_000;

/// How long before it was read a file must have been written for its date to be believed from then on: clocks of file
/// systems are coarse, and a write in the tick of the one that was read leaves the same date.
const SETTLED_AFTER_MILLIS: i64 = 50;

/// What package managers write on every install, in `node_modules` or beside it.
const INSTALL_MARKERS: &[&str] = &[
    "node_modules/.package-lock.json",
    "node_modules/.modules.yaml",
    "node_modules/.yarn-integrity",
    "node_modules/.yarn-state.yml",
    "package.json",
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "bun.lockb",
    "jsconfig.json",
    "tsconfig.json",
];

/// A file as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    modified: i64,
    /// Whether every later write leaves another date.
    settled: bool,
    len: u64,
    digest: String,
}

/// Everything a bundle depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    /// Files that were read.
    files: BTreeMap<PathBuf, Stamp>,
    /// Files that would have been read had they existed.
    absent: BTreeSet<PathBuf>,
    /// The names in the folders where a new file could change what an import means.
    folders: BTreeMap<PathBuf, String>,
    /// Those files that decide how others are read.
    settings: BTreeSet<PathBuf>,
}

/// How one judgement goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing changed.
    Nothing,
    /// Only the content of these files changed.
    Content(Vec<PathBuf>),
    /// Files came or went, or a setting of the project changed: every import has to be looked at again.
    Structure,
}

/// The SHA-1 of `content` in lower-case hex digits.
pub(crate) fn sha1_hex(content: &[u8]) -> String {
    hex(&Sha1::digest(content))
}

/// `bytes` in lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

impl Stamp {
    /// The content of the file at `path`, and its stamp. The date is asked for before the file is read, so that a write
    /// in between shows.
    pub(crate) fn read(disk: &Disk, path: &Path) -> std::io::Result<(Stamp, bytes::Bytes)> {
        let (now, before) = (disk.now().as_millis(), disk.metadata(path)?);
        let content = disk.read(path)?;
        let modified = before.modified.as_millis();
        let settled = (EARLIEST_CREDIBLE_MILLIS..=now.saturating_sub(SETTLED_AFTER_MILLIS)).contains(&modified);
        let stamp = Stamp { modified, settled, len: content.len() as u64, digest: sha1_hex(&content) };
        Ok((stamp, content))
    }

    /// The SHA-1 of the content.
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether the file still has this content.
    fn holds(&self, disk: &Disk, path: &Path) -> bool {
        let Ok(now) = disk.metadata(path) else { return false };
        if now.len != self.len {
            return false;
        }
        let same_date = self.settled && now.modified.as_millis() == self.modified;
        same_date || disk.read(path).is_ok_and(|content| sha1_hex(&content) == self.digest)
    }
}

impl Fingerprint {
    /// The fingerprint of a bundle made from `files`, in the project at `root`.
    pub(crate) fn new(disk: &Disk, root: &Path, files: BTreeMap<PathBuf, Stamp>) -> Fingerprint {
        let mut print = Fingerprint { files, ..Fingerprint::default() };
        let parents: BTreeSet<PathBuf> = print.files.keys().filter_map(|path| path.parent()).map(Into::into).collect();
        for folder in &parents {
            print.add_manifest_above(disk, folder);
        }
        for folder in root.ancestors() {
            for marker in INSTALL_MARKERS {
                print.add_file(disk, &folder.join(marker));
            }
            print.add_folder(disk, &folder.join("node_modules"));
        }
        for parent in parents.iter().filter(|folder| !in_node_modules(folder)) {
            for folder in parent.ancestors().take_while(|folder| folder.starts_with(root)) {
                print.add_folder(disk, folder);
            }
        }
        print
    }

    /// Adds the nearest `package.json` in or above `folder`: it decides how imports of the package are resolved.
    fn add_manifest_above(&mut self, disk: &Disk, folder: &Path) {
        for folder in folder.ancestors() {
            let manifest = folder.join("package.json");
            if self.files.contains_key(&manifest) {
                return;
            }
            self.add_file(disk, &manifest);
            if self.files.contains_key(&manifest) {
                return;
            }
        }
    }

    /// Adds `path`, whether it exists or not.
    pub(crate) fn add_file(&mut self, disk: &Disk, path: &Path) {
        if self.files.contains_key(path) || self.absent.contains(path) {
            return;
        }
        if disk.metadata(path).is_ok_and(|known| known.is_dir) {
            return;
        }
        match Stamp::read(disk, path) {
            Ok((stamp, _)) => {
                self.files.insert(path.to_path_buf(), stamp);
            }
            Err(_) => {
                self.absent.insert(path.to_path_buf());
            }
        }
    }

    /// Adds `path`, which decides how other files are read.
    pub(crate) fn add_setting(&mut self, disk: &Disk, path: &Path) {
        self.add_file(disk, path);
        self.settings.insert(path.to_path_buf());
    }

    /// Adds the names in `folder`, whether it exists or not.
    pub(crate) fn add_folder(&mut self, disk: &Disk, folder: &Path) {
        if !self.folders.contains_key(folder) {
            self.folders.insert(folder.to_path_buf(), names_in(disk, folder));
        }
    }

    /// The files that were read, sorted.
    pub(crate) fn inputs(&self) -> Vec<PathBuf> {
        self.files.keys().cloned().collect()
    }

    /// What happened since the fingerprint was taken.
    pub(crate) fn compare(&self, disk: &Disk) -> Change {
        if self.absent.iter().any(|path| disk.exists(path))
            || self.folders.iter().any(|(folder, names)| names_in(disk, folder) != *names)
        {
            return Change::Structure;
        }
        let changed = self.files.iter().filter(|(path, stamp)| !stamp.holds(disk, path));
        let changed: Vec<PathBuf> = changed.map(|(path, _)| path.clone()).collect();
        match changed.iter().any(|path| self.is_setting(path) || !disk.exists(path)) {
            true => Change::Structure,
            false if changed.is_empty() => Change::Nothing,
            false => Change::Content(changed),
        }
    }

    fn is_setting(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        self.settings.contains(path) || INSTALL_MARKERS.iter().any(|marker| Path::new(marker).file_name() == Some(name))
    }
}

/// Whether `path` lies in a folder of installed packages.
pub(crate) fn in_node_modules(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "node_modules")
}

/// A digest of the names in `folder`. Hidden files are left out: editors and tools write them all the time, and no
/// import is resolved to one that does not name it.
fn names_in(disk: &Disk, folder: &Path) -> String {
    let Ok(entries) = disk.list(folder) else { return "absent".to_owned() };
    let mut digest = Sha1::new();
    for entry in entries.iter().filter(|entry| !entry.name.starts_with('.')) {
        digest.update(entry.name.as_bytes());
        digest.update([0, u8::from(entry.is_dir)]);
    }
    hex(&digest.finalize())
}

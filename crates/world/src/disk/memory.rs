//! A disk in memory: a sorted map from absolute path to file or folder.

use super::{DirEntry, FileLock, LockAttempt, LockHeld, Metadata};
use crate::clock::Clock;
use crate::timestamp::Timestamp;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(super) const TEMP_DIR: &str = "/tmp";

#[derive(Debug)]
pub(super) struct MemoryDisk {
    clock: Clock,
    nodes: Mutex<BTreeMap<PathBuf, Node>>,
    locks: Arc<Mutex<BTreeSet<PathBuf>>>,
}

#[derive(Clone, Debug)]
enum Node {
    Folder,
    File { content: Vec<u8>, modified: Timestamp },
}

/// Gives the lock back when it is dropped.
#[derive(Debug)]
pub(super) struct MemoryLock {
    path: PathBuf,
    locks: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        held(&self.locks).remove(&self.path);
    }
}

fn held(locks: &Mutex<BTreeSet<PathBuf>>) -> MutexGuard<'_, BTreeSet<PathBuf>> {
    locks.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemoryDisk {
    pub(super) fn new(clock: &Clock) -> MemoryDisk {
        let folders = ["/", TEMP_DIR].map(|path| (PathBuf::from(path), Node::Folder));
        MemoryDisk { clock: clock.clone(), nodes: Mutex::new(folders.into()), locks: Arc::default() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn nodes(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Node>> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn read(&self, path: &Path) -> io::Result<Bytes> {
        match self.nodes().get(&absolute(path)) {
            Some(Node::File { content, .. }) => Ok(Bytes::copy_from_slice(content)),
            Some(Node::Folder) => Err(error(io::ErrorKind::IsADirectory, path)),
            None => Err(error(io::ErrorKind::NotFound, path)),
        }
    }

    pub(super) fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.change(path, |file| {
            file.clear();
            file.extend_from_slice(content);
        })
    }

    pub(super) fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.change(path, |file| file.extend_from_slice(content))
    }

    pub(super) fn truncate(&self, path: &Path, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(|_| error(io::ErrorKind::FileTooLarge, path))?;
        self.change(path, |file| file.resize(len, 0))
    }

    /// Makes the file if it is not there and gives back its absolute path.
    pub(super) fn open_append(&self, path: &Path) -> io::Result<PathBuf> {
        self.change(path, |_| ())?;
        Ok(absolute(path))
    }

    fn change(&self, path: &Path, apply: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let absolute = absolute(path);
        let mut nodes = self.nodes();
        require_parent(&nodes, &absolute)?;
        let now = self.clock.now();
        let node = nodes.entry(absolute).or_insert(Node::File { content: Vec::new(), modified: now });
        match node {
            Node::Folder => Err(error(io::ErrorKind::IsADirectory, path)),
            Node::File { content, modified } => {
                *modified = now;
                apply(content);
                Ok(())
            }
        }
    }

    pub(super) fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let absolute = absolute(path);
        let mut nodes = self.nodes();
        for folder in absolute.ancestors() {
            if let Node::File { .. } = nodes.entry(folder.to_path_buf()).or_insert(Node::Folder) {
                return Err(error(io::ErrorKind::NotADirectory, folder));
            }
        }
        Ok(())
    }

    pub(super) fn remove_file(&self, path: &Path) -> io::Result<()> {
        let absolute = absolute(path);
        let mut nodes = self.nodes();
        match nodes.get(&absolute) {
            Some(Node::File { .. }) => nodes.remove(&absolute),
            Some(Node::Folder) => return Err(error(io::ErrorKind::IsADirectory, path)),
            None => return Err(error(io::ErrorKind::NotFound, path)),
        };
        Ok(())
    }

    pub(super) fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        let absolute = absolute(path);
        self.require_folder(path)?;
        self.nodes().retain(|known, _| !known.starts_with(&absolute));
        Ok(())
    }

    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (source, target) = (absolute(from), absolute(to));
        let mut nodes = self.nodes();
        if !nodes.contains_key(&source) {
            return Err(error(io::ErrorKind::NotFound, from));
        }
        require_parent(&nodes, &target)?;
        require_room(&nodes, &source, &target)?;
        let moved: Vec<PathBuf> = nodes.keys().filter(|known| known.starts_with(&source)).cloned().collect();
        for old in moved {
            let rest = old.strip_prefix(&source).expect("it starts with the source, or it would not be moved");
            let new = if rest.as_os_str().is_empty() { target.clone() } else { target.join(rest) };
            if let Some(node) = nodes.remove(&old) {
                nodes.insert(new, node);
            }
        }
        Ok(())
    }

    pub(super) fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let absolute = absolute(path);
        self.require_folder(path)?;
        let nodes = self.nodes();
        let below = nodes.range::<Path, _>((Bound::Excluded(absolute.as_path()), Bound::Unbounded));
        let entries = below
            .take_while(|(known, _)| known.starts_with(&absolute))
            .filter(|(known, _)| known.parent() == Some(&absolute))
            .filter_map(|(known, node)| {
                let name = known.file_name()?;
                let is_dir = matches!(node, Node::Folder);
                Some(DirEntry { path: path.join(name), name: name.to_string_lossy().into_owned(), is_dir })
            });
        Ok(entries.collect())
    }

    pub(super) fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        match self.nodes().get(&absolute(path)) {
            Some(Node::File { content, modified }) => {
                Ok(Metadata { len: content.len() as u64, modified: *modified, is_dir: false })
            }
            Some(Node::Folder) => Ok(Metadata { len: 0, modified: Timestamp::from_millis(0), is_dir: true }),
            None => Err(error(io::ErrorKind::NotFound, path)),
        }
    }

    pub(super) fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.metadata(path).map(|_| absolute(path))
    }

    pub(super) fn try_lock(&self, path: &Path) -> io::Result<LockAttempt> {
        let absolute = absolute(path);
        if !held(&self.locks).insert(absolute.clone()) {
            return Ok(LockAttempt::Busy { pid: Some(std::process::id()) });
        }
        let lock = MemoryLock { path: absolute, locks: self.locks.clone() };
        self.write(path, format!("{}\n", std::process::id()).as_bytes())?;
        Ok(LockAttempt::Held(FileLock { held: LockHeld::Memory { _lock: lock } }))
    }

    pub(super) fn is_unlocked(&self, path: &Path) -> bool {
        !held(&self.locks).contains(&absolute(path))
    }

    fn require_folder(&self, path: &Path) -> io::Result<()> {
        if self.metadata(path)?.is_dir { Ok(()) } else { Err(error(io::ErrorKind::NotADirectory, path)) }
    }
}

/// From the root, without `.` and `..`; there are no links to follow.
fn absolute(path: &Path) -> PathBuf {
    let mut absolute = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(name) => absolute.push(name),
            Component::ParentDir => {
                absolute.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    absolute
}

fn require_parent(nodes: &BTreeMap<PathBuf, Node>, path: &Path) -> io::Result<()> {
    match path.parent().map(|parent| nodes.get(parent)) {
        None | Some(Some(Node::Folder)) => Ok(()),
        Some(Some(Node::File { .. })) => Err(error(io::ErrorKind::NotADirectory, path)),
        Some(None) => Err(error(io::ErrorKind::NotFound, path)),
    }
}

/// A rename may replace a file by a file and an empty folder by a folder, and no folder may move into itself.
fn require_room(nodes: &BTreeMap<PathBuf, Node>, source: &Path, target: &Path) -> io::Result<()> {
    if source != target && target.starts_with(source) {
        return Err(error(io::ErrorKind::InvalidInput, target));
    }
    let source_is_folder = matches!(nodes.get(source), Some(Node::Folder));
    match nodes.get(target) {
        Some(Node::Folder) if !source_is_folder => Err(error(io::ErrorKind::IsADirectory, target)),
        Some(Node::File { .. }) if source_is_folder => Err(error(io::ErrorKind::NotADirectory, target)),
        Some(Node::Folder) if nodes.keys().any(|known| known != target && known.starts_with(target)) => {
            Err(error(io::ErrorKind::DirectoryNotEmpty, target))
        }
        _ => Ok(()),
    }
}

fn error(kind: io::ErrorKind, path: &Path) -> io::Error {
    io::Error::new(kind, format!("{kind}: {}", path.display()))
}

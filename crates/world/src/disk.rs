//! Files: the real disk, or one in memory.

mod memory;
mod real;
#[cfg(test)]
mod tests;

use crate::clock::Clock;
use crate::timestamp::Timestamp;
use bytes::Bytes;
use memory::MemoryDisk;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The only door to files. Cloning shares the disk. Errors of the real disk name the path.
#[derive(Clone, Debug)]
pub struct Disk {
    backing: Backing,
}

#[derive(Clone, Debug)]
enum Backing {
    Real,
    Memory(Arc<MemoryDisk>),
}

/// What is known about a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Length in bytes; 0 for a folder.
    pub len: u64,
    /// When the content last changed, in milliseconds.
    pub modified: Timestamp,
    /// Whether it is a folder.
    pub is_dir: bool,
}

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The path, starting with the path of the folder that was asked for.
    pub path: PathBuf,
    /// The last part of the path. Bytes that are not UTF-8 become U+FFFD here, not in `path`.
    pub name: String,
    /// Whether it is a folder (a link to a folder counts as one).
    pub is_dir: bool,
}

/// The outcome of [`Disk::try_lock`].
#[derive(Debug)]
pub enum LockAttempt {
    /// The lock is ours until the value is dropped or the process ends, however it ends.
    Held(FileLock),
    /// Somebody else holds it; their process id if they wrote one.
    Busy {
        /// The process that holds the lock.
        pid: Option<u32>,
    },
}

/// An exclusive lock on a file. Dropping it gives the lock back.
#[derive(Debug)]
pub struct FileLock {
    held: LockHeld,
}

#[derive(Debug)]
enum LockHeld {
    Real { file: std::fs::File },
    Memory { _lock: memory::MemoryLock },
}

impl Drop for FileLock {
    fn drop(&mut self) {
        if let LockHeld::Real { file } = &self.held {
            // Closing alone is not enough: a program that is being started at this moment has the file open as well,
            // until its own code replaces this one's. A lock that cannot be given back goes with the last of them.
            let _later = file.unlock();
        }
    }
}

impl Disk {
    /// The disk of this machine.
    #[must_use]
    pub fn real() -> Disk {
        Disk { backing: Backing::Real }
    }

    /// An empty disk in memory whose times of change come from `clock`. Its only folders are `/` and `/tmp`.
    #[must_use]
    pub fn memory(clock: &Clock) -> Disk {
        Disk { backing: Backing::Memory(Arc::new(MemoryDisk::new(clock))) }
    }

    /// Whether this disk forgets everything when the process ends.
    #[must_use]
    pub fn is_memory(&self) -> bool {
        matches!(self.backing, Backing::Memory(_))
    }

    /// The time by which this disk dates files.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.backing {
            Backing::Real => Clock::real().now(),
            Backing::Memory(disk) => disk.now(),
        }
    }

    /// The whole content of a file.
    ///
    /// # Errors
    /// What the system says, for example `NotFound`.
    pub fn read(&self, path: &Path) -> io::Result<Bytes> {
        match &self.backing {
            Backing::Real => real::read(path),
            Backing::Memory(disk) => disk.read(path),
        }
    }

    /// The whole content of a text file.
    ///
    /// # Errors
    /// What the system says; `InvalidData` if the file is not UTF-8.
    pub fn read_to_string(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?.into()).map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidData, format!("the file is not valid UTF-8: {}", path.display()))
        })
    }

    /// Opens a file for reading piece by piece.
    ///
    /// # Errors
    /// What the system says, for example `NotFound`.
    pub fn open_read(&self, path: &Path) -> io::Result<DiskReader> {
        Ok(match &self.backing {
            Backing::Real => DiskReader(Reader::File(real::open_read(path)?)),
            Backing::Memory(disk) => DiskReader(Reader::Memory(io::Cursor::new(disk.read(path)?))),
        })
    }

    /// Replaces the file as a whole: after a crash at any moment it holds either its old content or `content`, and once
    /// this returns the new content survives the loss of power. The folder must exist.
    ///
    /// # Errors
    /// What the system says; the old content is then still there.
    pub fn write_atomic(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        match &self.backing {
            Backing::Real => real::write_atomic(path, content, real::Durability::Power),
            Backing::Memory(disk) => disk.write(path, content),
        }
    }

    /// Like [`write_atomic`](Disk::write_atomic), but the content survives only the end of the process and not the loss
    /// of power; several times faster.
    ///
    /// # Errors
    /// What the system says; the old content is then still there.
    pub fn write_replacing(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        match &self.backing {
            Backing::Real => real::write_atomic(path, content, real::Durability::Process),
            Backing::Memory(disk) => disk.write(path, content),
        }
    }

    /// Waits until the content of a file, or the entries of a folder, survive the loss of power.
    ///
    /// # Errors
    /// What the system says, for example `NotFound`.
    pub fn sync(&self, path: &Path) -> io::Result<()> {
        match &self.backing {
            Backing::Real => real::sync(path),
            Backing::Memory(disk) => disk.metadata(path).map(|_| ()),
        }
    }

    /// Adds `content` to the end of the file, which is made if need be.
    ///
    /// # Errors
    /// What the system says.
    pub fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.open_append(path)?.write_all(content)
    }

    /// Opens a file, made if need be, to add to its end.
    ///
    /// # Errors
    /// What the system says.
    pub fn open_append(&self, path: &Path) -> io::Result<AppendFile> {
        Ok(AppendFile(match &self.backing {
            Backing::Real => Appender::File(real::open_append(path)?),
            Backing::Memory(disk) => Appender::Memory(disk.clone(), disk.open_append(path)?),
        }))
    }

    /// Makes the folder and those above it; fine if it exists.
    ///
    /// # Errors
    /// What the system says.
    pub fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        match &self.backing {
            Backing::Real => real::create_dir_all(path),
            Backing::Memory(disk) => disk.create_dir_all(path),
        }
    }

    /// Removes a file.
    ///
    /// # Errors
    /// What the system says, for example `NotFound`.
    pub fn remove_file(&self, path: &Path) -> io::Result<()> {
        match &self.backing {
            Backing::Real => real::remove_file(path),
            Backing::Memory(disk) => disk.remove_file(path),
        }
    }

    /// Removes a folder with everything in it.
    ///
    /// # Errors
    /// What the system says, for example `NotFound`.
    pub fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        match &self.backing {
            Backing::Real => real::remove_dir_all(path),
            Backing::Memory(disk) => disk.remove_dir_all(path),
        }
    }

    /// Gives a file or folder another name; a file under that name is replaced.
    ///
    /// # Errors
    /// What the system says.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        match &self.backing {
            Backing::Real => real::rename(from, to),
            Backing::Memory(disk) => disk.rename(from, to),
        }
    }

    /// The entries of a folder, sorted by name.
    ///
    /// # Errors
    /// What the system says, for example `NotFound`.
    pub fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        match &self.backing {
            Backing::Real => real::list(path),
            Backing::Memory(disk) => disk.list(path),
        }
    }

    /// Whether there is a file or folder at `path`. What cannot be looked at does not exist.
    #[must_use]
    pub fn exists(&self, path: &Path) -> bool {
        self.metadata(path).is_ok()
    }

    /// Length, time of change and kind of a file or folder; links are followed.
    ///
    /// # Errors
    /// What the system says, for example `NotFound`.
    pub fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        match &self.backing {
            Backing::Real => real::metadata(path),
            Backing::Memory(disk) => disk.metadata(path),
        }
    }

    /// The absolute path without links and dots.
    ///
    /// # Errors
    /// What the system says, for example `NotFound`.
    pub fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match &self.backing {
            Backing::Real => real::canonicalize(path),
            Backing::Memory(disk) => disk.canonicalize(path),
        }
    }

    /// The folder that relative paths start from; `/` in memory.
    ///
    /// # Errors
    /// What the system says, for example if the folder was removed.
    pub fn current_dir(&self) -> io::Result<PathBuf> {
        match &self.backing {
            Backing::Real => std::env::current_dir(),
            Backing::Memory(_) => Ok(PathBuf::from("/")),
        }
    }

    /// The folder for temporary files; `/tmp` in memory.
    #[must_use]
    pub fn temp_dir(&self) -> PathBuf {
        match &self.backing {
            Backing::Real => std::env::temp_dir(),
            Backing::Memory(_) => PathBuf::from(memory::TEMP_DIR),
        }
    }

    /// Tries to take the exclusive lock on a file, which is made if need be, without waiting. Whoever gets it leaves its
    /// process id in the file, for the error message of the next one.
    ///
    /// # Errors
    /// What the system says. That somebody else holds the lock is no error.
    pub fn try_lock(&self, path: &Path) -> io::Result<LockAttempt> {
        match &self.backing {
            Backing::Real => real::try_lock(path),
            Backing::Memory(disk) => disk.try_lock(path),
        }
    }

    /// Waits until nobody holds a lock on the file, at most about two seconds by the wall clock; says whether it is free.
    /// For locks that go a moment after their holder, such as those of another library's threads. A file that does not
    /// exist is free.
    ///
    /// # Errors
    /// What the system says.
    pub fn wait_until_unlocked(&self, path: &Path) -> io::Result<bool> {
        for _ in 0..LOOKS {
            let is_free = match &self.backing {
                Backing::Real => real::is_unlocked(path)?,
                Backing::Memory(disk) => disk.is_unlocked(path),
            };
            if is_free {
                return Ok(true);
            }
            std::thread::sleep(BETWEEN_LOOKS);
        }
        Ok(false)
    }
}

/// How often, and how long apart, [`Disk::wait_until_unlocked`] looks: two seconds in all.
const LOOKS: u32 = 400;
const BETWEEN_LOOKS: std::time::Duration = std::time::Duration::from_millis(5);

/// A file that is being read. Position and length are in bytes.
#[derive(Debug)]
pub struct DiskReader(Reader);

#[derive(Debug)]
enum Reader {
    File(std::fs::File),
    Memory(io::Cursor<Bytes>),
}

impl Read for DiskReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Reader::File(file) => file.read(buffer),
            Reader::Memory(cursor) => cursor.read(buffer),
        }
    }
}

impl Seek for DiskReader {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        match &mut self.0 {
            Reader::File(file) => file.seek(position),
            Reader::Memory(cursor) => cursor.seek(position),
        }
    }
}

/// A file that is added to.
#[derive(Debug)]
pub struct AppendFile(Appender);

#[derive(Debug)]
enum Appender {
    File(std::fs::File),
    Memory(Arc<MemoryDisk>, PathBuf),
}

impl AppendFile {
    /// Adds `content` to the end. Once this returns, the content survives the end of the process.
    ///
    /// # Errors
    /// What the system says; a part of the content may then be in the file.
    pub fn write_all(&mut self, content: &[u8]) -> io::Result<()> {
        match &mut self.0 {
            Appender::File(file) => io::Write::write_all(file, content),
            Appender::Memory(disk, path) => disk.append(path, content),
        }
    }

    /// Waits until what was added survives the loss of power.
    ///
    /// # Errors
    /// What the system says.
    pub fn sync(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Appender::File(file) => file.sync_data(),
            Appender::Memory(..) => Ok(()),
        }
    }

    /// Cuts the file off after `len` bytes.
    ///
    /// # Errors
    /// What the system says.
    pub fn truncate(&mut self, len: u64) -> io::Result<()> {
        match &mut self.0 {
            Appender::File(file) => file.set_len(len),
            Appender::Memory(disk, path) => disk.truncate(path, len),
        }
    }
}

//! A folder as one tar file, the same bytes for the same content, and back.

use std::io::{self, BufReader, Write};
use std::path::{Component, Path};

use edgeemu_world::Disk;
use tar::{Builder, EntryType, Header};

use super::lines::Writer;
use crate::state::{StateError, refused};

/// Packs what is in `dir` into `target`, which is replaced as a whole.
pub(super) fn pack(disk: &Disk, dir: &Path, target: &Path) -> Result<(), StateError> {
    let beside = target.with_extension("tar.partial");
    if disk.exists(&beside) {
        refused(disk.remove_file(&beside))?;
    }
    let mut tar = Builder::new(Output(Writer::create(disk, &beside)?));
    add(disk, &mut tar, dir, Path::new(""))?;
    refused(tar.into_inner())?.0.finish()?;
    refused(disk.rename(&beside, target))
}

struct Output(Writer);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn add(disk: &Disk, tar: &mut Builder<Output>, dir: &Path, below: &Path) -> Result<(), StateError> {
    let mut entries = refused(disk.list(&dir.join(below)))?;
    entries.sort_by(|first, second| first.name.cmp(&second.name));
    for entry in entries {
        let name = below.join(&entry.name);
        if entry.is_dir {
            add(disk, tar, dir, &name)?;
            continue;
        }
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(refused(disk.metadata(&entry.path))?.len);
        header.set_mode(0o644);
        header.set_mtime(0);
        let file = refused(disk.open_read(&entry.path))?;
        refused(tar.append_data(&mut header, &name, BufReader::new(file)))?;
    }
    Ok(())
}

/// Unpacks a tar file into `dir`.
pub(super) fn unpack(disk: &Disk, source: &Path, dir: &Path) -> Result<(), StateError> {
    let wrong = |error: &dyn std::fmt::Display| StateError::file(source, format!("this is no tar file: {error}"));
    let mut tar = tar::Archive::new(BufReader::new(refused(disk.open_read(source))?));
    for entry in tar.entries().map_err(|error| wrong(&error))? {
        let mut entry = entry.map_err(|error| wrong(&error))?;
        if entry.header().entry_type() != EntryType::Regular {
            continue;
        }
        let name = entry.path().map_err(|error| wrong(&error))?.into_owned();
        if !name.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(StateError::file(source, format!("a name in it leads out of it: `{}`", name.display())));
        }
        let mut writer = Output(Writer::create(disk, &dir.join(&name))?);
        io::copy(&mut entry, &mut writer).map_err(|error| wrong(&error))?;
        writer.0.finish()?;
    }
    Ok(())
}

//! Writing an archive.

use std::path::Path;

use edgeemu_kv::{Entry, ListOptions};
use edgeemu_world::{Disk, World};

use super::lines::{self, FileNames, Writer};
use super::{
    Archive, CarriedPart, MARK, Scratch, StateFilter, StateKind, StatePart, begin, file_of, objects_of, tarball,
};
use crate::state::{StateAccess, StateError, refused};

impl StateAccess {
    /// Which namespaces, databases and buckets there are.
    ///
    /// # Errors
    /// When the data cannot be reached.
    pub async fn parts(&self, filter: &StateFilter) -> Result<Vec<StatePart>, StateError> {
        let mut parts = Vec::new();
        for kind in StateKind::ALL {
            let ids = match kind {
                StateKind::Kv => self.kv_namespaces().await?,
                StateKind::D1 => self.d1_databases().await?,
                StateKind::R2 => self.r2_buckets().await?,
            };
            parts.extend(ids.into_iter().map(|id| StatePart { kind, id }));
        }
        parts.retain(|part| filter.has(part));
        parts.sort();
        Ok(parts)
    }

    /// Writes an archive into a folder, or into a tar file if the name ends so. One that is there is replaced.
    ///
    /// # Errors
    /// When something else is there, or the data or the disk refuses.
    pub async fn export(
        &self,
        world: &World,
        path: &Path,
        filter: &StateFilter,
    ) -> Result<Vec<CarriedPart>, StateError> {
        let disk = world.disk();
        if path.extension().is_some_and(|extension| extension == "tar") {
            let scratch = Scratch::make(world)?;
            let carried = self.write_archive(disk, scratch.path(), filter).await?;
            tarball::pack(disk, scratch.path(), path)?;
            return Ok(carried);
        }
        check_target(disk, path)?;
        let beside = path.with_file_name(format!("{}.partial", name_of(path)));
        remove(disk, &beside)?;
        let carried = self.write_archive(disk, &beside, filter).await?;
        put_in_place(disk, &beside, path)?;
        Ok(carried)
    }

    /// Writes an archive into a folder that goes with it.
    ///
    /// # Errors
    /// When the data or the disk refuses.
    pub async fn snapshot(&self, world: &World, filter: &StateFilter) -> Result<Archive, StateError> {
        let scratch = Scratch::make(world)?;
        self.write_archive(world.disk(), scratch.path(), filter).await?;
        Ok(Archive::in_scratch(scratch))
    }

    async fn write_archive(
        &self,
        disk: &Disk,
        dir: &Path,
        filter: &StateFilter,
    ) -> Result<Vec<CarriedPart>, StateError> {
        begin(disk, dir)?;
        let mut carried = Vec::new();
        for part in self.parts(filter).await? {
            let count = match part.kind {
                StateKind::Kv => self.write_pairs(disk, dir, &part).await?,
                StateKind::D1 => self.write_sql(disk, dir, &part).await?,
                StateKind::R2 => self.write_objects(disk, dir, &part).await?,
            };
            carried.push(CarriedPart { part, count });
        }
        Ok(carried)
    }

    async fn write_pairs(&self, disk: &Disk, dir: &Path, part: &StatePart) -> Result<u64, StateError> {
        let mut writer = Writer::create(disk, &file_of(dir, part))?;
        let (mut options, mut count) = (ListOptions::default(), 0);
        loop {
            let page = self.kv_list(&part.id, &options).await?;
            for key in page.keys {
                // One that has gone meanwhile is left out.
                let Some(Entry { value, .. }) = self.kv_get(&part.id, &key.name).await? else { continue };
                let entry = Entry { value, metadata: key.metadata, expiration: key.expiration };
                writer.line(&lines::pair(&key.name, &entry))?;
                count += 1;
            }
            options.cursor = page.cursor;
            if options.cursor.is_none() {
                break;
            }
        }
        writer.finish()?;
        Ok(count)
    }

    async fn write_sql(&self, disk: &Disk, dir: &Path, part: &StatePart) -> Result<u64, StateError> {
        let mut writer = Writer::create(disk, &file_of(dir, part))?;
        let mut count = 0;
        self.d1_dump(&part.id, &mut |piece| {
            count += piece.iter().filter(|byte| **byte == b'\n').count() as u64;
            writer.write(piece)
        })
        .await?;
        writer.finish()?;
        Ok(count)
    }

    async fn write_objects(&self, disk: &Disk, dir: &Path, part: &StatePart) -> Result<u64, StateError> {
        let mut writer = Writer::create(disk, &file_of(dir, part))?;
        let (mut names, mut count) = (FileNames::default(), 0);
        for listed in self.r2_list(&part.id, "").await? {
            let key = listed["key"].as_str().unwrap_or_default();
            let Some(mut download) = self.r2_get(&part.id, key).await? else { continue };
            let file = names.name(key);
            let mut bytes = Writer::create(disk, &objects_of(dir, &part.id).join(&file))?;
            while let Some(chunk) = download.chunk().await? {
                refused(bytes.write(&chunk))?;
            }
            bytes.finish()?;
            writer.line(&lines::object(&download.object, &file))?;
            count += 1;
        }
        writer.finish()?;
        Ok(count)
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| "state".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A folder may be written to if there is nothing in it but an earlier archive.
fn check_target(disk: &Disk, path: &Path) -> Result<(), StateError> {
    if !disk.exists(path) || disk.exists(&path.join(MARK)) {
        return Ok(());
    }
    let is_empty = disk.list(path).is_ok_and(|entries| entries.is_empty());
    if is_empty { Ok(()) } else { Err(StateError::file(path, "something else is there: nothing is overwritten")) }
}

fn remove(disk: &Disk, path: &Path) -> Result<(), StateError> {
    match disk.metadata(path) {
        Ok(found) if found.is_dir => refused(disk.remove_dir_all(path)),
        Ok(_) => refused(disk.remove_file(path)),
        Err(_) => Ok(()),
    }
}

/// What else somebody has put beside an earlier archive stays.
fn put_in_place(disk: &Disk, from: &Path, to: &Path) -> Result<(), StateError> {
    refused(disk.create_dir_all(to))?;
    for name in StateKind::ALL.map(StateKind::name).into_iter().chain([MARK]) {
        remove(disk, &to.join(name))?;
        refused(disk.rename(&from.join(name), &to.join(name)))?;
    }
    remove(disk, from)
}

//! Reading an archive.

use edgeemu_world::World;

use super::lines::Lines;
use super::{Archive, CarriedPart, StateFilter, StateKind, StatePart};
use crate::state::{StateAccess, StateError, refused};

/// How many pairs, and how many bytes of values, are put at once.
const PAIRS: usize = 1000;
const PAIRS_BYTES: usize = 8 * 1024 * 1024;

impl StateAccess {
    /// Puts what is in an archive in place of what is here. Namespaces, databases and buckets that are not in it stay.
    /// Everything is looked at before anything is changed.
    ///
    /// # Errors
    /// Names the file and line that is wrong, or says what the data refuses.
    pub async fn import(
        &self,
        world: &World,
        archive: &Archive,
        filter: &StateFilter,
    ) -> Result<Vec<CarriedPart>, StateError> {
        let mut parts = archive.parts(world)?;
        parts.retain(|part| filter.has(part));
        parts.iter().try_for_each(|part| check(world, archive, part))?;
        let mut carried = Vec::new();
        for part in parts {
            let count = match part.kind {
                StateKind::Kv => self.read_pairs(world, archive, &part).await?,
                StateKind::D1 => self.read_sql(world, archive, &part).await?,
                StateKind::R2 => self.read_objects(world, archive, &part).await?,
            };
            carried.push(CarriedPart { part, count });
        }
        Ok(carried)
    }

    async fn read_pairs(&self, world: &World, archive: &Archive, part: &StatePart) -> Result<u64, StateError> {
        self.clear(part).await?;
        let mut lines = Lines::open(world.disk(), &archive.file(part))?;
        let (mut waiting, mut bytes, mut count) = (Vec::new(), 0, 0);
        while let Some(pair) = lines.next_pair()? {
            bytes += pair.value.len();
            count += 1;
            waiting.push(pair);
            if waiting.len() == PAIRS || bytes > PAIRS_BYTES {
                self.kv_restore(&part.id, std::mem::take(&mut waiting)).await?;
                bytes = 0;
            }
        }
        self.kv_restore(&part.id, waiting).await?;
        Ok(count)
    }

    async fn read_sql(&self, world: &World, archive: &Archive, part: &StatePart) -> Result<u64, StateError> {
        let path = archive.file(part);
        let (disk, mut count) = (world.disk(), 0);
        let size = refused(disk.metadata(&path))?.len;
        let mut reader = refused(disk.open_read(&path))?;
        let mut piece = vec![0; 64 * 1024];
        loop {
            let read = refused(std::io::Read::read(&mut reader, &mut piece))?;
            count += piece[..read].iter().filter(|byte| **byte == b'\n').count() as u64;
            if read == 0 {
                break;
            }
        }
        self.d1_restore(&part.id, refused(disk.open_read(&path))?, size).await?;
        Ok(count)
    }

    async fn read_objects(&self, world: &World, archive: &Archive, part: &StatePart) -> Result<u64, StateError> {
        self.clear(part).await?;
        let mut lines = Lines::open(world.disk(), &archive.file(part))?;
        let mut count = 0;
        while let Some((object, file)) = lines.next_object()? {
            let bytes = refused(world.disk().open_read(&archive.objects(&part.id).join(file)))?;
            self.r2_restore(&part.id, object, bytes).await?;
            count += 1;
        }
        Ok(count)
    }
}

/// Whether all that a part of an archive needs is there.
fn check(world: &World, archive: &Archive, part: &StatePart) -> Result<(), StateError> {
    let path = archive.file(part);
    match part.kind {
        StateKind::D1 => refused(world.disk().metadata(&path)).map(drop),
        StateKind::Kv => {
            let mut lines = Lines::open(world.disk(), &path)?;
            while lines.next_pair()?.is_some() {}
            Ok(())
        }
        StateKind::R2 => {
            let mut lines = Lines::open(world.disk(), &path)?;
            while let Some((object, file)) = lines.next_object()? {
                let found = world.disk().metadata(&archive.objects(&part.id).join(&file));
                let found = found.map_err(|error| lines.wrong(error))?.len;
                if found != object.size {
                    let reason = format!("`{file}` has {found} bytes where {} were expected", object.size);
                    return Err(lines.wrong(reason));
                }
            }
            Ok(())
        }
    }
}

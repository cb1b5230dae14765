//! What only the disk can show: crashes, damage, other programs, and files that nobody names.

mod crash;
mod damage;
mod files;

use crate::{Row, Rows, Storage};
use bytes::Bytes;
use edgeemu_world::{Disk, Rng, World};
use std::path::Path;

/// A simulated clock over the real disk.
fn world() -> World {
    World::simulated(1).with_disk(Disk::real())
}

/// Randomness of a seed that is shown if the test fails; `EDGEEMU_TEST_SEED` repeats one.
pub(crate) fn seeded_rng() -> Rng {
    let given = World::real().env().var("EDGEEMU_TEST_SEED").and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| Rng::real().u64());
    #[allow(clippy::print_stdout)]
    {
        println!("EDGEEMU_TEST_SEED={seed}");
    }
    Rng::seeded(seed)
}

fn open(dir: &Path) -> (Storage, Rows) {
    let storage = Storage::open(&world(), dir).unwrap();
    let rows = storage.rows("table").unwrap();
    (storage, rows)
}

fn row(body: &[u8]) -> Row {
    Row { head: Bytes::new(), body: Bytes::copy_from_slice(body) }
}

fn body(rows: &Rows, key: &str) -> Option<Bytes> {
    rows.get(key.as_bytes()).unwrap().map(|row| row.body)
}

/// What a crash at this moment would leave: everything the operating system has.
fn crash_image(from: &Path, to: &Path) {
    let disk = Disk::real();
    disk.create_dir_all(to).unwrap();
    for entry in disk.list(from).unwrap() {
        let target = to.join(&entry.name);
        if entry.is_dir {
            crash_image(&entry.path, &target);
        } else {
            disk.write_replacing(&target, &disk.read(&entry.path).unwrap()).unwrap();
        }
    }
}

/// Names of the journals, and of the files of large values.
fn files(dir: &Path) -> (Vec<String>, Vec<String>) {
    let disk = Disk::real();
    let names = |entries: Vec<edgeemu_world::DirEntry>| entries.into_iter().map(|entry| entry.name);
    let journals = names(disk.list(dir).unwrap()).filter(|name| name.starts_with("journal-")).collect();
    let folders = disk.list(&dir.join("blobs")).unwrap_or_default();
    let blobs = folders.iter().flat_map(|folder| names(disk.list(&folder.path).unwrap())).collect();
    (journals, blobs)
}

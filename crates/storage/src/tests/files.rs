//! Journals and files of large values come and go with what they are for.

use super::*;
use crate::disk::Settings;

#[test]
fn what_a_crash_leaves_is_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let (live, image) = (folder.path().join("live"), folder.path().join("image"));
    let (storage, rows) = open(&live);
    rows.put(b"flushed", row(b"1")).unwrap();
    rows.put(b"flushed, then removed", row(b"1")).unwrap();
    storage.flush().unwrap();
    rows.put(b"journal", row(b"2")).unwrap();
    rows.put(b"large", row(&[3; 9_000])).unwrap();
    rows.remove(b"flushed, then removed").unwrap();
    crash_image(&live, &image);
    let (storage, rows) = open(&image);
    assert_eq!(storage.notices(), []);
    assert_eq!(body(&rows, "flushed").unwrap(), "1");
    assert_eq!(body(&rows, "flushed, then removed"), None);
    assert_eq!(body(&rows, "journal").unwrap(), "2");
    assert_eq!(body(&rows, "large").unwrap(), vec![3; 9_000]);
}

#[test]
fn a_flush_begins_a_journal_and_removes_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let (storage, rows) = open(folder.path());
    assert_eq!(files(folder.path()).0, ["journal-0000000001.log"]);
    rows.put(b"a", row(b"1")).unwrap();
    storage.flush().unwrap();
    assert_eq!(files(folder.path()).0, ["journal-0000000002.log"]);
    storage.flush().unwrap();
    assert_eq!(files(folder.path()).0, ["journal-0000000002.log"], "there was nothing to write");
}

#[test]
fn a_full_journal_is_written_down_without_being_asked() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { journal_full: 1_000, journal_overfull: 3_000, ..Settings::default() };
    let storage = Storage::open_as(&world(), folder.path(), settings).unwrap();
    let rows = storage.rows("table").unwrap();
    for number in 0..100_u8 {
        rows.put(&[number], row(&[number; 500])).unwrap();
        let (journals, _) = files(folder.path());
        let total: u64 = journals
            .iter()
            .filter_map(|name| Disk::real().metadata(&folder.path().join(name)).ok())
            .map(|metadata| metadata.len)
            .sum();
        // Each of two may be overfull by one record while the background writes.
        assert!(total < 2 * 4_000, "{total} bytes of journal after {number} writes");
    }
    assert_eq!(storage.notices(), []);
    assert!((0..100_u8).all(|number| rows.get(&[number]).unwrap().unwrap().body == vec![number; 500]));
}

#[test]
fn the_file_of_a_large_value_goes_with_the_last_row_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let (storage, rows) = open(folder.path());
    let blobs = || {
        storage.flush().unwrap();
        files(folder.path()).1.len()
    };
    rows.put(b"one", row(&[1; 9_000])).unwrap();
    rows.put(b"two", row(&[1; 9_000])).unwrap();
    rows.put(b"three", row(&[3; 9_000])).unwrap();
    assert_eq!(blobs(), 2);
    rows.put(b"one", row(&[1; 9_000])).unwrap();
    rows.put(b"three", row(b"small")).unwrap();
    assert_eq!(blobs(), 1);
    rows.remove(b"one").unwrap();
    assert_eq!(blobs(), 1);
    assert_eq!(body(&rows, "two").unwrap(), vec![1; 9_000]);
    rows.remove(b"two").unwrap();
    assert_eq!(blobs(), 0);
}

#[test]
fn files_that_an_unfinished_write_left_are_removed_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let (storage, rows) = open(folder.path());
    rows.put(b"kept", row(&[1; 9_000])).unwrap();
    drop((storage, rows));
    let blobs = folder.path().join("blobs/ab");
    Disk::real().create_dir_all(&blobs).unwrap();
    for name in ["ab".repeat(32), ".unfinished.tmp".to_owned()] {
        Disk::real().write_replacing(&blobs.join(name), b"x").unwrap();
    }
    let (storage, rows) = open(folder.path());
    storage.flush().unwrap();
    assert_eq!(files(folder.path()).1.len(), 1);
    assert_eq!(body(&rows, "kept").unwrap().len(), 9_000);
}

#[test]
fn closing_writes_everything_down() {
    let folder = tempfile::tempdir().unwrap();
    let (storage, rows) = open(folder.path());
    rows.put(b"a", row(b"1")).unwrap();
    // A table keeps its storage open, so does a scan.
    let scan = rows.scan(crate::Span::all());
    drop((storage, rows));
    assert!(matches!(Storage::open(&world(), folder.path()), Err(crate::StorageError::InUse { .. })));
    drop(scan);
    let (journals, _) = files(folder.path());
    let empty = Disk::real().metadata(&folder.path().join(&journals[0])).unwrap().len;
    assert_eq!((journals.len(), empty), (1, 8));
    assert_eq!(body(&open(folder.path()).1, "a").unwrap(), "1");
}

#[test]
fn state_has_a_folder_of_its_own_that_version_control_ignores() {
    let disk = World::simulated(1).disk().clone();
    let layout = crate::Layout::of_project(Path::new("/project"));
    assert_eq!(layout.kv(), Path::new("/project/.edgeemu/state/kv"));
    layout.prepare(&disk).unwrap();
    let ignore = Path::new("/project/.edgeemu/.gitignore");
    assert_eq!(disk.read(ignore).unwrap(), "*\n");
    disk.write_atomic(ignore, b"mine").unwrap();
    layout.prepare(&disk).unwrap();
    assert_eq!(disk.read(ignore).unwrap(), "mine");
}

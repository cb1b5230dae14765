//! Damage is reported by name, and nothing that can be kept is lost.

use super::*;
use crate::{Notice, StorageError};

const JOURNAL: &str = "journal-0000000001.log";

/// A folder as a crash leaves it after the rows `first` and `last`, both only in the journal.
fn crashed_with_two_rows(folder: &Path) -> std::path::PathBuf {
    let (live, image) = (folder.join("live"), folder.join("image"));
    let (_storage, rows) = open(&live);
    rows.put(b"first", row(b"1")).unwrap();
    rows.put(b"last", row(b"2")).unwrap();
    crash_image(&live, &image);
    image
}

#[test]
fn a_torn_end_of_the_journal_is_dropped_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let image = crashed_with_two_rows(folder.path());
    let whole = Disk::real().read(&image.join(JOURNAL)).unwrap();
    let record = (whole.len() - 8) / 2;
    assert!(whole.len() > 40, "both records are there");
    for cut in 1..record {
        let torn = folder.path().join(format!("cut-{cut}"));
        crash_image(&image, &torn);
        Disk::real().write_replacing(&torn.join(JOURNAL), &whole[..whole.len() - cut]).unwrap();
        let (storage, rows) = open(&torn);
        assert_eq!(body(&rows, "first").unwrap(), "1", "cut {cut}");
        let [Notice::TornJournal { file, dropped }] = &storage.notices()[..] else { panic!("{:?}", storage.notices()) };
        assert_eq!(file, &torn.join(JOURNAL));
        assert!(*dropped > 0);
        rows.put(b"after", row(b"3")).unwrap();
        drop((storage, rows));
        let (storage, rows) = open(&torn);
        assert_eq!(storage.notices(), []);
        assert_eq!(body(&rows, "after").unwrap(), "3");
    }
}

#[test]
fn a_changed_bit_in_the_journal_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let image = crashed_with_two_rows(folder.path());
    let mut changed = Disk::real().read(&image.join(JOURNAL)).unwrap().to_vec();
    let middle_of_last = changed.len() - 5;
    changed[middle_of_last] ^= 1;
    Disk::real().write_replacing(&image.join(JOURNAL), &changed).unwrap();
    // sled may have the row from before the crash: the journal alone decides here.
    Disk::real().remove_dir_all(&image.join("rows")).unwrap();
    let (storage, rows) = open(&image);
    assert_eq!(body(&rows, "first").unwrap(), "1");
    assert_eq!(body(&rows, "last"), None);
    assert!(storage.notices()[0].to_string().contains("was an unfinished write"));
}

#[test]
fn rows_that_cannot_be_read_are_set_aside_and_the_journal_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (live, image) = (folder.path().join("live"), folder.path().join("image"));
    let (storage, rows) = open(&live);
    rows.put(b"lost", row(&[1; 9_000])).unwrap();
    storage.flush().unwrap();
    rows.put(b"kept", row(b"2")).unwrap();
    crash_image(&live, &image);
    Disk::real().write_replacing(&image.join("rows/conf"), b"not what sled wrote").unwrap();

    let (storage, rows) = open(&image);
    assert_eq!(body(&rows, "kept").unwrap(), "2");
    assert_eq!(body(&rows, "lost"), None);
    let notice = storage.notices().remove(0);
    let Notice::RowsSetAside { moved_to, kept, .. } = &notice else { panic!("{notice:?}") };
    assert_eq!((moved_to, *kept), (&image.join("rows.corrupt-1704067200000"), 1));
    assert!(Disk::real().exists(&moved_to.join("db")));
    assert!(notice.to_string().contains("was moved to"), "{notice}");
    // The files of the lost rows stay for whoever repairs them by hand.
    drop((storage, rows));
    let (storage, _) = open(&image);
    storage.flush().unwrap();
    assert_eq!(files(&image).1.len(), 1);
}

#[test]
fn a_large_value_whose_file_is_gone_is_an_error_and_not_a_missing_key() {
    let folder = tempfile::tempdir().unwrap();
    let (_storage, rows) = open(folder.path());
    rows.put(b"key\n", row(&[1; 9_000])).unwrap();
    Disk::real().remove_dir_all(&folder.path().join("blobs")).unwrap();
    let wanted = "a stored row is damaged: the file of its value is missing or cut off; its key begins with `key\\n`";
    assert_eq!(rows.get(b"key\n").unwrap_err().to_string(), wanted);
    assert!(rows.head(b"key\n").unwrap().is_some());
    rows.put(b"key\n", row(&[1; 9_000])).unwrap();
    assert_eq!(body(&rows, "key\n").unwrap().len(), 9_000);
}

#[test]
fn a_folder_that_is_in_use_says_by_whom() {
    let folder = tempfile::tempdir().unwrap();
    let _open = open(folder.path());
    let error = Storage::open(&world(), folder.path()).unwrap_err();
    let wanted = format!(
        "the state in `{}` is in use by another program (process {}); stop that program or choose another folder with `--persist-to`",
        folder.path().display(),
        std::process::id()
    );
    assert_eq!(error.to_string(), wanted);
}

#[test]
fn a_format_of_the_future_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    Disk::real().write_replacing(&folder.path().join("format"), b"edgeemu storage 9\n").unwrap();
    let error = Storage::open(&world(), folder.path()).unwrap_err();
    assert!(matches!(&error, StorageError::Format { found, .. } if found == "edgeemu storage 9"), "{error}");
}

#[test]
fn a_world_without_a_real_disk_says_so() {
    let error = Storage::open(&World::simulated(1), Path::new("/state")).unwrap_err();
    let wanted = "state cannot be kept in `/state`: this world has its disk in memory; use storage in memory";
    assert_eq!(error.to_string(), wanted);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    Disk::real().write_replacing(&file, b"").unwrap();
    let error = Storage::open(&world(), &file.join("state")).unwrap_err().to_string();
    assert!(error.starts_with("cannot make the folder for state: ") && error.contains("file/state"), "{error}");
}

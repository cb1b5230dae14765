//! One suite for both backings, and what is special to each.

use super::*;
use std::time::Duration;

const START: Timestamp = Timestamp::from_millis(5_000);

/// Runs the test in an empty folder of each backing.
fn on_both(test: impl Fn(&Disk, &Path)) {
    test(&Disk::memory(&Clock::frozen_at(START)), Path::new("/tmp"));
    let folder = tempfile::tempdir().unwrap();
    test(&Disk::real(), folder.path());
}

#[test]
fn what_was_written_can_be_read_and_replaced() {
    on_both(|disk, folder| {
        let file = folder.join("file");
        disk.write_atomic(&file, b"one").unwrap();
        assert_eq!(disk.read(&file).unwrap(), "one");
        disk.write_atomic(&file, b"two, longer").unwrap();
        disk.write_replacing(&file, b"three").unwrap();
        assert_eq!(disk.read_to_string(&file).unwrap(), "three");
        // No temporary file is left behind.
        assert_eq!(disk.list(folder).unwrap().len(), 1);
    });
}

#[test]
fn a_failed_write_leaves_nothing_behind() {
    on_both(|disk, folder| {
        disk.create_dir_all(&folder.join("taken/inner")).unwrap();
        disk.write_atomic(&folder.join("taken"), b"x").unwrap_err();
        let names: Vec<_> = disk.list(folder).unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["taken"]);
    });
}

#[test]
fn appending_adds_to_the_end_and_truncating_cuts_it() {
    on_both(|disk, folder| {
        let file = folder.join("log");
        disk.append(&file, b"ab").unwrap();
        let mut open = disk.open_append(&file).unwrap();
        open.write_all(b"cd").unwrap();
        open.sync().unwrap();
        open.truncate(3).unwrap();
        open.write_all(b"!").unwrap();
        assert_eq!(disk.read(&file).unwrap(), "abc!");
    });
}

#[test]
fn folders_are_listed_in_order_and_removed_with_their_content() {
    on_both(|disk, folder| {
        for name in ["b/deep/er", "a", "b!"] {
            disk.create_dir_all(&folder.join(name)).unwrap();
        }
        disk.write_atomic(&folder.join("c"), b"").unwrap();
        let listed: Vec<_> = disk.list(folder).unwrap().into_iter().map(|entry| (entry.name, entry.is_dir)).collect();
        let wanted = [("a", true), ("b", true), ("b!", true), ("c", false)];
        assert_eq!(listed, wanted.map(|(name, is_dir)| (name.to_owned(), is_dir)));
        assert_eq!(disk.list(&folder.join("b")).unwrap()[0].path, folder.join("b/deep"));
        disk.remove_dir_all(&folder.join("b")).unwrap();
        assert!(!disk.exists(&folder.join("b/deep")));
        assert!(disk.exists(&folder.join("b!")));
    });
}

#[test]
fn renaming_moves_files_and_whole_folders() {
    on_both(|disk, folder| {
        disk.create_dir_all(&folder.join("from")).unwrap();
        disk.write_atomic(&folder.join("from/file"), b"1").unwrap();
        disk.rename(&folder.join("from"), &folder.join("to")).unwrap();
        assert_eq!(disk.read(&folder.join("to/file")).unwrap(), "1");
        assert!(!disk.exists(&folder.join("from")));
        disk.write_atomic(&folder.join("other"), b"2").unwrap();
        disk.rename(&folder.join("other"), &folder.join("to/file")).unwrap();
        assert_eq!(disk.read(&folder.join("to/file")).unwrap(), "2");
        disk.rename(&folder.join("to/file"), &folder.join("to")).unwrap_err();
    });
}

#[test]
fn a_reader_can_start_anywhere() {
    on_both(|disk, folder| {
        disk.write_atomic(&folder.join("file"), b"0123456789").unwrap();
        let mut reader = disk.open_read(&folder.join("file")).unwrap();
        reader.seek(SeekFrom::Start(4)).unwrap();
        let mut three = [0; 3];
        reader.read_exact(&mut three).unwrap();
        assert_eq!(&three, b"456");
    });
}

#[test]
fn missing_files_and_wrong_kinds_are_errors_that_name_the_path() {
    on_both(|disk, folder| {
        let missing = folder.join("missing");
        for error in [
            disk.read(&missing).unwrap_err(),
            disk.remove_file(&missing).unwrap_err(),
            disk.remove_dir_all(&missing).unwrap_err(),
            disk.list(&missing).unwrap_err(),
            disk.metadata(&missing).unwrap_err(),
            disk.canonicalize(&missing).unwrap_err(),
            disk.rename(&missing, &folder.join("to")).unwrap_err(),
            disk.write_atomic(&missing.join("file"), b"").unwrap_err(),
        ] {
            assert_eq!(error.kind(), io::ErrorKind::NotFound, "{error}");
            assert!(error.to_string().contains("missing"), "{error}");
        }
        disk.write_atomic(&folder.join("bytes"), &[0xff]).unwrap();
        let error = disk.read_to_string(&folder.join("bytes")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        disk.create_dir_all(&folder.join("bytes/below")).unwrap_err();
    });
}

#[test]
fn a_lock_excludes_others_until_it_is_dropped() {
    on_both(|disk, folder| {
        let path = folder.join("lock");
        let LockAttempt::Held(lock) = disk.try_lock(&path).unwrap() else { panic!("nobody holds it") };
        let LockAttempt::Busy { pid } = disk.try_lock(&path).unwrap() else { panic!("it is held") };
        assert_eq!(pid, Some(std::process::id()));
        drop(lock);
        assert!(matches!(disk.try_lock(&path).unwrap(), LockAttempt::Held(_)));
    });
}

#[test]
fn waiting_for_a_lock_ends_when_it_is_given_back() {
    on_both(|disk, folder| {
        let path = folder.join("lock");
        assert!(disk.wait_until_unlocked(&path).unwrap(), "nobody has made the file");
        let LockAttempt::Held(lock) = disk.try_lock(&path).unwrap() else { panic!("nobody holds it") };
        let (disk, path) = (disk.clone(), path.clone());
        let waiting = std::thread::spawn(move || disk.wait_until_unlocked(&path).unwrap());
        drop(lock);
        assert!(waiting.join().unwrap());
    });
}

#[test]
fn files_in_memory_change_at_the_time_of_the_clock() {
    let clock = Clock::frozen_at(START);
    let disk = Disk::memory(&clock);
    let file = Path::new("/tmp/file");
    disk.write_atomic(file, b"x").unwrap();
    assert_eq!(disk.metadata(file).unwrap(), Metadata { len: 1, modified: START, is_dir: false });
    clock.advance_by(Duration::from_secs(1));
    disk.append(file, b"y").unwrap();
    assert_eq!(disk.metadata(file).unwrap().modified, START + Duration::from_secs(1));
}

#[test]
fn paths_in_memory_know_dots() {
    let disk = Disk::memory(&Clock::frozen_at(START));
    disk.write_atomic(Path::new("tmp/./x/../file"), b"x").unwrap();
    assert_eq!(disk.canonicalize(Path::new("/../tmp/file")).unwrap(), Path::new("/tmp/file"));
}

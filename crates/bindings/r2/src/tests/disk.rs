//! What is on the disk: it survives, nothing is left over, and readers and writers do not disturb each other.

use super::{get, put};
use crate::{GetOptions, PutOptions, R2, UploadOptions};
use bytes::Bytes;
use edgeemu_world::World;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn r2(dir: &Path) -> R2 {
    R2::at(&World::real(), dir)
}

/// Every file below a folder that holds bytes of objects.
fn files(dir: &Path) -> Vec<PathBuf> {
    let disk = World::real().disk().clone();
    let mut found = Vec::new();
    let mut ahead = vec![dir.to_path_buf()];
    while let Some(folder) = ahead.pop() {
        for entry in disk.list(&folder).unwrap() {
            if entry.is_dir {
                ahead.push(entry.path);
            } else if entry.name.len() == 32 {
                found.push(entry.path);
            }
        }
    }
    found
}

#[test]
fn objects_are_there_again() {
    let dir = tempfile::tempdir().unwrap();
    let first = r2(dir.path());
    put(&first.bucket("photos"), "a/../b", "bytes");
    put(&first.bucket("MY_BUCKET"), "k", "other");
    drop(first);
    let second = r2(dir.path());
    assert_eq!(get(&second.bucket("photos"), "a/../b").as_deref(), Some("bytes"));
    assert_eq!(second.bucket_names().unwrap(), ["MY_BUCKET", "photos"]);
    assert_eq!(second.bucket("photos").usage().unwrap(), (1, 5));
}

#[test]
fn nothing_is_made_before_it_is_used() {
    let dir = tempfile::tempdir().unwrap();
    let r2 = r2(&dir.path().join("r2"));
    let _bucket = r2.bucket("photos");
    assert!(r2.bucket_names().unwrap().is_empty());
    assert!(!World::real().disk().exists(&dir.path().join("r2")));
}

#[test]
fn a_folder_is_open_in_one_place_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let first = r2(dir.path());
    put(&first.bucket("b"), "k", "v");
    let error = r2(dir.path()).bucket("b").head("k").unwrap_err().to_string();
    assert!(error.contains("is in use by another program"), "{error}");
}

#[test]
fn files_go_with_the_objects_that_had_them() {
    let dir = tempfile::tempdir().unwrap();
    let bucket = r2(dir.path()).bucket("b");
    put(&bucket, "k", "one");
    put(&bucket, "k", "two");
    put(&bucket, "other", "x");
    assert_eq!(files(dir.path()).len(), 2);
    let upload = bucket.create_upload("k", UploadOptions::default()).unwrap();
    for bytes in [b"p", b"q"] {
        let mut part = bucket.begin_part(("k", &upload), 1, 1, None).unwrap();
        part.write(bytes).unwrap();
        part.finish().unwrap();
    }
    assert_eq!(files(dir.path()).len(), 3);
    bucket.abort_upload("k", &upload).unwrap();
    bucket.delete(&["k".to_owned(), "other".to_owned()]).unwrap();
    drop(bucket.begin_put("k", 5, PutOptions::default()).unwrap());
    assert!(files(dir.path()).is_empty());
}

#[test]
fn what_a_crash_left_behind_is_removed_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let first = r2(dir.path());
    put(&first.bucket("b"), "k", "kept");
    let upload = first.bucket("b").create_upload("u", UploadOptions::default()).unwrap();
    let mut part = first.bucket("b").begin_part(("u", &upload), 1, 1, None).unwrap();
    part.write(b"p").unwrap();
    let part = part.finish().unwrap();
    drop(first);
    let disk = World::real().disk().clone();
    let orphan = "00112233445566778899aabbccddeeff";
    disk.create_dir_all(&dir.path().join("b/objects/00")).unwrap();
    disk.write_replacing(&dir.path().join("b/objects/00").join(orphan), b"never named").unwrap();
    disk.write_replacing(&dir.path().join("b/partial").join(orphan), b"half").unwrap();
    assert_eq!(files(dir.path()).len(), 4);
    let bucket = r2(dir.path()).bucket("b");
    assert_eq!(get(&bucket, "k").as_deref(), Some("kept"));
    assert_eq!(files(dir.path()).len(), 2);
    bucket.complete_upload("u", &upload, &[part]).unwrap();
    assert_eq!(get(&bucket, "u").as_deref(), Some("p"));
}

#[test]
fn parts_of_an_upload_that_is_too_old_are_removed_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::simulated(3).with_disk(World::real().disk().clone());
    let bucket = R2::at(&world, dir.path()).bucket("b");
    let upload = bucket.create_upload("u", UploadOptions::default()).unwrap();
    let mut part = bucket.begin_part(("u", &upload), 1, 1, None).unwrap();
    part.write(b"p").unwrap();
    part.finish().unwrap();
    drop(bucket);
    world.clock().advance_by(Duration::from_secs(7 * 86_400));
    assert!(R2::at(&world, dir.path()).bucket("b").head("u").unwrap().is_none());
    assert!(files(dir.path()).is_empty());
}

#[test]
fn a_reader_sees_the_object_it_asked_for_to_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let bucket = r2(dir.path()).bucket("b");
    let old = Bytes::from(vec![b'o'; 300_000]);
    bucket.put("k", &old, PutOptions::default()).unwrap();
    let mut reader = bucket.get("k", &GetOptions::default()).unwrap().unwrap().body.unwrap();
    let start = reader.read_chunk().unwrap().unwrap();
    let unread = bucket.get("k", &GetOptions::default()).unwrap().unwrap();
    put(&bucket, "k", "new");
    bucket.delete(&["k".to_owned()]).unwrap();
    assert_eq!(start.len() + reader.read_all().unwrap().len(), old.len());
    assert_eq!(unread.body.unwrap().read_all().unwrap(), old);
    drop(reader);
    assert!(files(dir.path()).is_empty());
}

#[test]
fn no_reader_ever_sees_half_an_object() {
    let dir = tempfile::tempdir().unwrap();
    let bucket = r2(dir.path()).bucket("b");
    let writer = |letter: u8| {
        let bucket = bucket.clone();
        move || {
            for size in 1..30_usize {
                let bytes = Bytes::from(vec![letter; size * 10_000]);
                bucket.put("k", &bytes, PutOptions::default()).unwrap();
                if size % 7 == 0 {
                    bucket.delete(&["k".to_owned()]).unwrap();
                }
            }
        }
    };
    let reader = || {
        for _ in 0..200 {
            let Some(got) = bucket.get("k", &GetOptions::default()).unwrap() else { continue };
            let bytes = got.body.unwrap().read_all().unwrap();
            assert_eq!(bytes.len() as u64, got.object.size);
            assert!(bytes.iter().all(|byte| *byte == bytes[0]), "bytes of two objects");
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(writer(b'a'));
        scope.spawn(writer(b'b'));
        scope.spawn(reader);
        scope.spawn(reader);
    });
    let left = usize::from(bucket.head("k").unwrap().is_some());
    assert_eq!(files(dir.path()).len(), left);
}

//! Installing happens when, and only when, it would change something.

use std::fs::{File, create_dir_all, remove_dir_all, write};
use std::time::Duration;

use super::*;

#[test]
fn packages_are_installed_when_missing_or_older_than_the_lock() {
    let root = std::env::temp_dir().join(format!("edgeemu-xtask-packages-{}", std::process::id()));
    let example = root.join("examples/one");
    create_dir_all(example.join("node_modules")).expect("a folder");
    write(example.join("package-lock.json"), "{}").expect("a file");
    let tree = Tree::of([("examples/one/package-lock.json", "{}"), ("docs/package-lock.json", "{}")]);
    assert_eq!(outdated(&root, &tree), ["examples/one"]);

    let installed = example.join("node_modules/.package-lock.json");
    write(&installed, "{}").expect("a file");
    let locked = File::open(example.join("package-lock.json")).expect("it was just written");
    let locked = locked.metadata().expect("it exists").modified().expect("files have times here");
    let set = |time| File::options().write(true).open(&installed).expect("a file").set_modified(time).expect("a time");
    set(locked + Duration::from_secs(1));
    assert!(outdated(&root, &tree).is_empty());
    set(locked - Duration::from_secs(1));
    assert_eq!(outdated(&root, &tree), ["examples/one"]);
    remove_dir_all(&root).expect("it was ours");
}

#[test]
fn python_packages_are_installed_when_their_list_is_newer() {
    let root = std::env::temp_dir().join(format!("edgeemu-xtask-python-{}", std::process::id()));
    let folder = root.join("tests/clients");
    create_dir_all(folder.join(".venv")).expect("a folder");
    write(folder.join("requirements.txt"), "").expect("a file");
    let tree = Tree::of([("tests/clients/requirements.txt", "")]);
    assert_eq!(outdated_python(&root, &tree), ["tests/clients"]);

    note_python(&folder).expect("the folder is there");
    assert!(outdated_python(&root, &tree).is_empty());
    let locked = File::options().write(true).open(folder.join("requirements.txt")).expect("a file");
    let installed =
        std::fs::metadata(folder.join(COMPLETE)).expect("it was noted").modified().expect("files have times");
    locked.set_modified(installed + Duration::from_secs(1)).expect("a time");
    assert_eq!(outdated_python(&root, &tree), ["tests/clients"]);
    remove_dir_all(&root).expect("it was ours");
}

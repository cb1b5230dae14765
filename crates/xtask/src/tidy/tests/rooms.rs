//! Rules about what must exist: rooms of bindings, examples, pinned and summed third parties.

use super::{Tree, lines};
use crate::tidy::{examples, locks, rooms, third_party};

const FULL: [(&str, &str); 10] = [
    ("crates/bindings/kv/Cargo.toml", "[package]\nname = \"edgeemu-kv\"\n"),
    ("crates/config/src/bindings/kv.rs", ""),
    ("crates/config/src/bindings/mod.rs", "kv_namespaces => kv::KvNamespace,"),
    ("crates/runtime/Cargo.toml", "edgeemu-kv.workspace = true"),
    ("crates/runtime/src/bindings/kv.rs", ""),
    ("crates/runtime/src/bindings/mod.rs", "mod kv;"),
    ("docs/bindings/kv.md", ""),
    ("runtime-js/bindings/kv.js", ""),
    ("runtime-js/bindings/mod.js", "import { KvNamespace } from \"ext:edgeemu_js/bindings/kv.js\";"),
    ("tests/bindings/kv/expiry/worker.js", ""),
];

#[test]
fn a_binding_with_every_room_is_in_order() {
    assert_eq!(lines(&rooms::check(&Tree::of(FULL))), [""; 0]);
}

#[test]
fn each_missing_room_of_a_binding_is_named() {
    for (missing, _) in FULL.into_iter().skip(1) {
        let elsewhere = FULL.map(|(path, text)| if path == missing { ("elsewhere", text) } else { (path, text) });
        let found = lines(&rooms::check(&Tree::of(elsewhere)));
        assert_eq!(found.len(), 1, "{missing}: {found:?}");
        let room = if missing.starts_with("tests/") { "tests/bindings/kv" } else { missing };
        assert!(found[0].starts_with(&format!("{room}: ")), "{found:?}");
    }
}

#[test]
fn a_list_that_forgot_a_binding_is_named() {
    let forgot = FULL.map(|(path, text)| if path.ends_with("/mod.js") { (path, "") } else { (path, text) });
    assert_eq!(
        lines(&rooms::check(&Tree::of(forgot))),
        ["runtime-js/bindings/mod.js: does not name `bindings/kv.js`: add the binding to the list"]
    );
}

#[test]
fn an_example_says_how_to_run_it_and_what_it_answers() {
    let found = lines(&examples::check(&Tree::of([("examples/one/src/index.js", "")])));
    assert_eq!(found.len(), 3, "{found:?}");
    let good = Tree::of([
        ("examples/one/README.md", ""),
        ("examples/one/wrangler.toml", ""),
        (
            "examples/one/expect.json",
            "[{\"request\":{\"path\":\"/\"},\"status\":200},{\"advance_secs\":60},\
          {\"upstream\":{\"var\":\"U\",\"answers\":[]}}]",
        ),
        ("examples/one/package.json", "{\"dependencies\":{\"hono\":\"4.0.0\"}}"),
        ("examples/one/package-lock.json", "{}"),
    ]);
    assert_eq!(lines(&examples::check(&good)), [""; 0]);
}

#[test]
fn an_example_is_the_same_next_year() {
    let tree = Tree::of([
        ("examples/one/README.md", ""),
        ("examples/one/wrangler.toml", ""),
        ("examples/one/expect.json", "[{\"request\":{\"path\":\"/\"}}]"),
        ("examples/one/package.json", "{\"dependencies\":{\"hono\":\"^4.0.0\"}}"),
    ]);
    let found = lines(&examples::check(&tree));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].contains("step 0 needs `request` and `status`"), "{found:?}");
    assert!(found[1].contains("write an exact version"), "{found:?}");
    assert!(found[2].contains("no package-lock.json"), "{found:?}");
}

#[test]
fn release_trains_are_pinned() {
    let manifest = "[workspace.dependencies]\ndeno_core = { version = \"0.413.0\" }\nbytes = \"1\"\n";
    let found = lines(&locks::check(&Tree::of([("Cargo.toml", manifest)])));
    assert_eq!(found, ["Cargo.toml:2: `deno_core` is part of a release train: pin it with `=`"]);
    let pinned = "[dependencies]\nrolldown = \"=1.2.5\"\ndeno_core.workspace = true\n";
    assert_eq!(lines(&locks::check(&Tree::of([("crates/a/Cargo.toml", pinned)]))), [""; 0]);
}

#[test]
fn the_number_of_packages_has_a_ceiling() {
    let lock = "[[package]]\nname = \"a\"\n".repeat(1000);
    let found = lines(&locks::check(&Tree::of([("Cargo.lock", &lock)])));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("Cargo.lock: 1000 packages"), "{found:?}");
}

#[test]
fn third_party_files_are_what_their_sums_say() {
    let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let sums = format!("{sum}  lib.a\n");
    let tree = Tree::of([("third_party/x/SHA256SUMS", &sums), ("third_party/x/README.md", "")]);
    let tree = tree.with_binary("third_party/x/lib.a", 3);
    assert_eq!(lines(&third_party::check(&tree, |_| Ok(b"abc".to_vec()))), [""; 0]);
    let found = lines(&third_party::check(&tree, |_| Ok(b"abd".to_vec())));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("third_party/x/lib.a: its sha256 is "), "{found:?}");
    let tree = tree.with_binary("third_party/x/more.a", 3);
    let found = lines(&third_party::check(&tree, |_| Ok(b"abc".to_vec())));
    assert_eq!(found, ["third_party/x/more.a: is not listed in the SHA256SUMS beside it"]);
}

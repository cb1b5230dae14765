//! Rules about texts: format, forbidden words, the JavaScript of the snapshot, told differences.

use super::{Tree, lines};
use crate::tidy::{differs, format, runtime_js, words};

#[test]
fn a_rust_file_says_what_it_is() {
    let tree = Tree::of([("crates/a/src/a.rs", "use b;\n"), ("tests/suite.rs", "//! The suite.\n")]);
    assert_eq!(
        lines(&format::check(&tree)),
        ["crates/a/src/a.rs:1: the first line must say what the file is: `//! …`"]
    );
    assert_eq!(format::check(&Tree::of([("crates/a/src/a.rs", "//! x\n")])).len(), 1);
}

#[test]
fn blanks_at_the_ends_of_lines_are_found() {
    let tree = Tree::of([("docs/a.md", "one\ntwo \n"), ("third_party/a.md", "x \n"), ("docs/b.md", "crlf\r\n")]);
    let found = lines(&format::check(&tree));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("docs/a.md:2: "), "{found:?}");
}

#[test]
fn large_files_belong_to_third_parties() {
    let tree = Tree::default().with_binary("third_party/big.a", 9 << 20).with_binary("docs/film.png", (1 << 20) + 1);
    let found = lines(&format::check(&tree));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("docs/film.png: 1048577 bytes"), "{found:?}");
}

#[test]
fn nothing_says_where_it_was_written() {
    let path = ["see /wo", "rk/main"].concat();
    let host = ["\"resolved\": \"https://registry.npm", "js.org/x\""].concat();
    let tree = Tree::of([("docs/a.md", &path), ("examples/a/package-lock.json", &host), ("docs/b.md", "agents work")]);
    let found = lines(&words::check(&tree));
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found.iter().filter(|line| line.starts_with("docs/a.md:1")).count(), 1, "{found:?}");
    // Once for the host, once for the address: the second also catches registries nobody has heard of.
    assert_eq!(found.iter().filter(|line| line.starts_with("examples/a/")).count(), 2, "{found:?}");
}

#[test]
fn the_snapshot_holds_seven_bit_text() {
    let tree = Tree::of([("runtime-js/a.js", "// fine\n// caf\u{e9}\n"), ("examples/a.js", "// caf\u{e9}\n")]);
    assert_eq!(
        lines(&runtime_js::check(&tree)),
        ["runtime-js/a.js:2: `\u{e9}` is not 7-bit ASCII: write it as \\u{e9}"]
    );
}

#[test]
fn ops_are_not_taken_out_while_a_module_loads() {
    let bad = "const { ops } = core;\nconst {\n  op_a,\n} = core.ops;\n";
    let found = lines(&runtime_js::check(&Tree::of([("runtime-js/a.js", bad)])));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("runtime-js/a.js:4: ops are destructured"), "{found:?}");
    let fine = "const { ops } = core;\nfunction f() { const { op_a } = core.ops; return op_a(); }\n// const { op_b } = core.ops;\n";
    assert_eq!(lines(&runtime_js::check(&Tree::of([("runtime-js/a.js", fine)]))), [""; 0]);
}

#[test]
fn a_known_difference_is_told_to_the_reader() {
    let code = "//! x\n// DIFFERS: production answers in\n// any order; here it is sorted. More words.\nfn a() {}\n";
    let path = "crates/bindings/kv/src/a.rs";
    let told = "# KV\n\nProduction answers in any order;\nhere it is sorted.\n";
    assert_eq!(lines(&differs::check(&Tree::of([(path, code), ("docs/bindings/kv.md", told)]))), [""; 0]);
    let found = lines(&differs::check(&Tree::of([(path, code), ("docs/bindings/d1.md", told)])));
    assert_eq!(
        found,
        ["crates/bindings/kv/src/a.rs:2: the difference is not told in docs/bindings/kv.md, word for word: \
          \"production answers in any order; here it is sorted\""]
    );
}

#[test]
fn a_difference_outside_bindings_may_be_told_on_any_page() {
    let code = "/* DIFFERS: sizes are\n * counted in bytes */ f();\n";
    let page = ("docs/web.md", "sizes are counted in bytes");
    assert_eq!(lines(&differs::check(&Tree::of([("runtime-js/web/a.js", code), page]))), [""; 0]);
    assert_eq!(differs::check(&Tree::of([("runtime-js/web/a.js", code)])).len(), 1);
    assert_eq!(differs::check(&Tree::of([("runtime-js/web/a.js", "// DIFFERS:\n"), page])).len(), 1);
}

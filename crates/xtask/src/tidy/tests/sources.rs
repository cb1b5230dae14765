//! Rules about source code: layers, doors, sizes, names.

use super::{Tree, lines};
use crate::tidy::{doors, layers, names, sizes};

#[test]
fn bindings_do_not_know_each_other() {
    let manifest = "[dependencies]\nedgeemu-world.workspace = true\nedgeemu-d1.workspace = true\n";
    let found = lines(&layers::check(&Tree::of([("crates/bindings/kv/Cargo.toml", manifest)])));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("crates/bindings/kv/Cargo.toml:3: `kv` may not depend on `edgeemu-d1`"), "{found:?}");
}

#[test]
fn arrows_point_down() {
    for (path, package) in [
        ("crates/config/Cargo.toml", "edgeemu-world"),
        ("crates/cli/Cargo.toml", "edgeemu-runtime"),
        ("crates/sim/Cargo.toml", "edgeemu-runtime"),
        ("crates/storage/Cargo.toml", "edgeemu-kv"),
        ("crates/xtask/Cargo.toml", "edgeemu-config"),
        ("tests/Cargo.toml", "edgeemu-runtime"),
        ("crates/bindings/kv/Cargo.toml", "hyper"),
        ("crates/bindings/kv/Cargo.toml", "deno_core"),
        ("crates/edgeemu/Cargo.toml", "v8"),
        ("crates/cli/Cargo.toml", "rolldown"),
    ] {
        for section in ["dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"] {
            let manifest = format!("[{section}]\n{package} = \"1\"\n");
            let found = lines(&layers::check(&Tree::of([(path, manifest.as_str())])));
            assert_eq!(found.len(), 1, "{path} {package} {section}: {found:?}");
            assert!(found[0].contains(&format!("may not depend on `{package}`")), "{found:?}");
        }
    }
}

#[test]
fn arrows_that_exist_are_left_alone() {
    let tree = Tree::of([
        ("crates/runtime/Cargo.toml", "[dependencies]\ndeno_core = \"=1\"\nedgeemu-kv = \"1\"\nhyper = \"1\"\n"),
        ("crates/edgeemu/Cargo.toml", "[dependencies]\nedgeemu-runtime = \"1\"\nedgeemu-kv = \"1\"\n"),
        ("crates/cli/Cargo.toml", "[dependencies]\nedgeemu.workspace = true\n"),
        ("crates/bindings/kv/Cargo.toml", "[dependencies]\nedgeemu-storage = \"1\"\ndeno_error = \"1\"\n"),
        ("crates/sim/Cargo.toml", "[dependencies]\nedgeemu-kv = \"1\"\nedgeemu-world = \"1\"\n"),
        ("crates/bindings/d1/Cargo.toml", "[dev-dependencies]\nedgeemu-sim = \"1\"\n"),
        ("crates/bundle/Cargo.toml", "[dependencies]\nrolldown = \"=1\"\nedgeemu-config = \"1\"\n"),
        ("tests/Cargo.toml", "[dev-dependencies]\nedgeemu.workspace = true\nhyper.workspace = true\n"),
    ]);
    assert_eq!(lines(&layers::check(&tree)), [""; 0]);
}

#[test]
fn a_renamed_dependency_is_still_that_dependency() {
    let manifest = "[dependencies]\nengine = { package = \"deno_core\", version = \"1\" }\n";
    assert_eq!(layers::check(&Tree::of([("crates/world/Cargo.toml", manifest)])).len(), 1);
}

#[test]
fn only_the_runtime_names_the_engine() {
    let engine =
        "//! x\nuse deno_core::op2; // v8::Local\nfn a() { let v8 = 1; v8::Isolate::new(); \"deno_core::x\"; }\n";
    let found =
        lines(&layers::check(&Tree::of([("crates/edgeemu/src/a.rs", engine), ("crates/runtime/src/a.rs", engine)])));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("crates/edgeemu/src/a.rs:2: `deno_core`"), "{found:?}");
    assert!(found[1].starts_with("crates/edgeemu/src/a.rs:3: `v8`"), "{found:?}");
}

#[test]
fn the_outside_world_has_one_door() {
    for (code, advice) in [
        ("let t = std::time::Instant::now();", "world.clock()"),
        ("use std::time::SystemTime;", "world.clock()"),
        ("tokio::time::sleep(d).await;", "world.clock()"),
        ("let n = rand::random();", "world.rng()"),
        ("use std::fs;", "world.disk()"),
        ("let v = std::env::var(\"A\");", "world.env()"),
        ("std::net::TcpListener::bind(a)", "edgeemu_world::listen"),
        ("std::thread::sleep(d);", "world.clock()"),
        ("std::process::Command::new(a)", "programs"),
    ] {
        let tree = Tree::of([("crates/bindings/kv/src/a.rs", code)]);
        let found = lines(&doors::check(&tree));
        assert_eq!(found.len(), 1, "{code}: {found:?}");
        assert!(found[0].starts_with("crates/bindings/kv/src/a.rs:1: ") && found[0].contains(advice), "{found:?}");
    }
}

#[test]
fn the_door_itself_tools_and_tests_are_not_guarded() {
    let code = "fn a() { std::fs::read(std::env::var(\"A\")); }";
    let paths = [
        "crates/world/src/a.rs",
        "crates/xtask/src/a.rs",
        "crates/runtime/build.rs",
        "crates/kv/src/tests.rs",
        "crates/kv/examples/a.rs",
    ];
    for path in paths {
        assert_eq!(lines(&doors::check(&Tree::of([(path, code)]))), [""; 0], "{path}");
    }
}

#[test]
fn the_front_door_may_serve_but_not_tell_the_time() {
    let code = "let listener = TcpListener::from_std(l);\nlet strand = operand::x; // std::fs\nInstant::now();";
    let found = lines(&doors::check(&Tree::of([("crates/edgeemu/src/server.rs", code)])));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("crates/edgeemu/src/server.rs:3: "), "{found:?}");
}

#[test]
fn tests_do_not_look_away() {
    let code = "#[test]\n#[ignore]\nfn a() {}\n#[should_panic(expected = \"x\")]\nfn b() {}\n";
    let found = lines(&doors::check(&Tree::of([("crates/world/src/tests.rs", code)])));
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn long_functions_and_files_are_found() {
    let body = "x;\n".repeat(69);
    let long = format!("//! x\nfn ok() {{\n{}}}\nfn long() {{\n{body}}}\n", "x;\n".repeat(68));
    let found = lines(&sizes::check(&Tree::of([("crates/a/src/a.rs", &long), ("crates/a/src/tests.rs", &long)])));
    assert_eq!(found, ["crates/a/src/a.rs:72: function `long` is 71 lines, limit 70: name its phases"]);

    let lines_601 = "//\n".repeat(601);
    let found = lines(&sizes::check(&Tree::of([("runtime-js/a.js", &lines_601), ("crates/a/src/b.rs", &lines_601)])));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("601 lines without tests, limit 600"), "{found:?}");
}

#[test]
fn inline_tests_do_not_make_a_file_long() {
    let text = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", "//\n".repeat(500), "//\n".repeat(500));
    assert_eq!(lines(&sizes::check(&Tree::of([("crates/a/src/a.rs", &text)]))), [""; 0]);
}

#[test]
fn long_functions_of_javascript_are_found() {
    let text = format!("export async function read(a) {{\n{}}}\n", "  x;\n".repeat(80));
    let found = lines(&sizes::check(&Tree::of([("runtime-js/web/a.js", &text)])));
    assert_eq!(found, ["runtime-js/web/a.js:1: function `read` is 82 lines, limit 70: name its phases"]);
}

#[test]
fn the_function_around_a_script_is_its_scope() {
    let body = "  x;\n".repeat(80);
    let script = format!("// x\n(function () {{\nfunction read(a) {{\n{body}}}\nreturn {{ read }};\n}})();\n");
    let found = lines(&sizes::check(&Tree::of([("runtime-js/web/a.js", &script)])));
    assert_eq!(found, ["runtime-js/web/a.js:3: function `read` is 82 lines, limit 70: name its phases"]);
    let before = format!("(function () {{\n{body}}})();\nx;\n");
    let found = lines(&sizes::check(&Tree::of([("runtime-js/web/a.js", &before)])));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn many_parameters_are_found_but_not_on_ops() {
    let text = "fn a(&self, b: u8, c: u8, d: u8, e: u8, f: u8) {}\n#[op2(fast)]\n#[string]\nfn op_b(b: u8, c: u8, d: u8, e: u8, f: u8) {}\n";
    let found = lines(&sizes::check(&Tree::of([("crates/a/src/a.rs", text)])));
    assert_eq!(found, ["crates/a/src/a.rs:1: function `a` takes 5 parameters, limit 4: use an options struct"]);
}

#[test]
fn empty_names_are_found() {
    for path in [
        "crates/a/src/utils.rs",
        "runtime-js/web/body_helpers.js",
        "tests/bindings/kv/misc/worker.js",
        "crates/core/src/lib.rs",
    ] {
        let found = lines(&names::check(&Tree::of([(path, "")])));
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        assert!(found[0].contains("banned word"), "{found:?}");
    }
    let types = "struct KvManager; enum SharedThing {} trait Base64 {} mod temp {} fn new_with_options() {}";
    let found = lines(&names::check(&Tree::of([("crates/a/src/a.rs", types)])));
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn good_names_are_left_alone() {
    let tree = Tree::of([
        ("crates/a/src/base64.rs", "struct TempDir; struct Score; struct Utility; // struct Helper"),
        ("runtime-js/scoreboard.js", "class Encoder {}"),
        ("third_party/util/common.c", ""),
    ]);
    assert_eq!(lines(&names::check(&tree)), [""; 0]);
}

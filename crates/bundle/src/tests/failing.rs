//! What is said about code that cannot be bundled.

use super::{Project, assert_contains};
use crate::Severity;

#[test]
fn a_missing_entry_point_is_named() {
    let project = Project::new(&[("package.json", "{}")]);
    let error = project.fails("src/index.ts");
    assert_eq!(error.diagnostics[0].message, "The entry-point file at \"src/index.ts\" was not found.");
    assert_eq!(error.inputs.len(), 1, "the missing file is waited for");
    project.write("src/deep/index.ts", b"");
    let error = project.fails("src/deep");
    assert_contains(
        &error.to_string(),
        "The provided entry-point path, \"src/deep\", points to a directory, rather than a file.",
    );
}

#[test]
fn a_syntax_error_has_its_place_and_its_line() {
    let project = Project::new(&[
        ("src/index.ts", "import './broken';\nexport default { fetch: () => new Response() };"),
        ("src/broken.ts", "const fine: number = 1;\nconst broken: = 2;\n"),
    ]);
    let error = project.fails("src/index.ts");
    let first = &error.diagnostics[0];
    assert_eq!(first.severity, Severity::Error);
    let place = first.location.clone().expect("a place");
    assert_eq!((place.file.as_str(), place.line, place.column), ("src/broken.ts", 2, 15));
    let text = error.to_string();
    assert_contains(&text, "src/broken.ts:2:15");
    assert_contains(&text, "    2 | const broken: = 2;\n      |               ^");
    assert!(!text.contains('\u{1b}'), "no colours: {text}");
    assert!(error.inputs.iter().any(|path| path.ends_with("src/broken.ts")), "{:?}", error.inputs);
}

#[test]
fn an_import_that_cannot_be_found_says_what_to_do() {
    let project = Project::new(&[(
        "src/index.ts",
        "import { x } from 'left-out';\nimport './gone';\nexport default { fetch: () => x };",
    )]);
    let error = project.fails("src/index.ts");
    let of = |name: &str| {
        let message = format!("Could not resolve \"{name}\"");
        error.diagnostics.iter().find(|one| one.message == message).unwrap_or_else(|| panic!("{name}: {error}"))
    };
    let relative = of("./gone");
    assert_eq!(relative.location.as_ref().map(|place| (place.line, place.column)), Some((2, 8)));
    project.write("src/gone.ts", b"");
    let error = project.fails("src/index.ts");
    let package = &error.diagnostics[0];
    assert_eq!(package.message, "Could not resolve \"left-out\"");
    assert_eq!(package.hints, ["The package \"left-out\" is not installed. Did you run `npm install`?"]);
    assert_eq!(package.location.as_ref().map(|place| (place.line, place.column)), Some((1, 19)));
}

#[test]
fn a_path_that_a_package_does_not_offer_is_told_from_a_missing_package() {
    let project = Project::new(&[
        ("src/index.ts", "import 'pkg/hidden';\nexport default { fetch: () => 1 };"),
        ("node_modules/pkg/package.json", r#"{ "name": "pkg", "exports": { ".": "./index.js" } }"#),
        ("node_modules/pkg/index.js", ""),
        ("node_modules/pkg/hidden.js", ""),
    ]);
    let error = project.fails("src/index.ts");
    assert_eq!(error.diagnostics[0].message, "Could not resolve \"pkg/hidden\"");
    assert_contains(
        &error.diagnostics[0].hints[0],
        "The package \"pkg\" is installed but does not offer this path to Workers",
    );
}

#[test]
fn a_name_that_is_not_exported_is_an_error() {
    let project = Project::new(&[
        ("src/index.js", "import { absent } from './a.js';\nexport default { fetch: () => absent };"),
        ("src/a.js", "export const present = 1;"),
    ]);
    let error = project.fails("src/index.js");
    assert_contains(&error.to_string(), "absent");
    assert_eq!(error.diagnostics[0].location.as_ref().map(|place| place.line), Some(1));
}

#[test]
fn broken_json_and_a_broken_tsconfig_are_errors_not_crashes() {
    let project = Project::new(&[
        ("src/index.ts", "import data from './data.json';\nexport default { fetch: () => data };"),
        ("src/data.json", "{ \"a\": }"),
    ]);
    assert_contains(&project.fails("src/index.ts").to_string(), "data.json");
    project.write("src/data.json", b"{}");
    project.write("tsconfig.json", b"{ \"compilerOptions\": ");
    let error = project.fails("src/index.ts");
    assert_contains(&error.to_string(), "tsconfig.json");
    assert!(error.inputs.iter().any(|path| path.ends_with("tsconfig.json")), "{:?}", error.inputs);
}

#[test]
fn a_file_that_nobody_said_how_to_read_is_an_error_and_a_style_sheet_is_empty() {
    let project = Project::new(&[
        ("src/index.js", "import logo from './logo.svg';\nexport default { fetch: () => logo };"),
        ("src/styled.js", "import './page.css';\nexport default { fetch: () => 'styled' };"),
        ("src/logo.svg", "<svg/>"),
        ("src/page.css", "a { color: red }"),
    ]);
    let error = project.fails("src/index.js").diagnostics.remove(0);
    assert_eq!(error.message, "No loader is configured for \".svg\" files: src/logo.svg");
    assert_contains(&error.hints[0], "{ \"type\": \"Text\", \"globs\": [\"**/*.svg\"]");
    let styled = project.bundle("src/styled.js");
    assert!(!super::main_code(&styled).contains("color"));
}

#[test]
fn a_file_that_is_not_text_is_an_error() {
    let project = Project::new(&[("src/index.js", "import './bad.js';\nexport default { fetch: () => 1 };")]);
    project.write("src/bad.js", &[0xff, 0xfe, 0x00]);
    assert_contains(&project.fails("src/index.js").to_string(), "bad.js");
    let error = project.fails("src/bad.js");
    assert_contains(&error.to_string(), "is not UTF-8 text");
}

#[test]
fn a_python_entry_point_is_not_supported_by_name() {
    let project = Project::new(&[("src/entry.py", "")]);
    assert_contains(&project.fails("src/entry.py").to_string(), "Python Workers are not supported: src/entry.py");
}

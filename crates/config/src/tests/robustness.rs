//! Mutilated configurations: whatever the text, there is an answer and never a panic.

use crate::{RawConfig, ResolveOptions, Source, tests::example};

/// A small generator (splitmix64), so that a printed seed replays a failure.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }
}

const PIECES: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "true",
    "-1",
    "1e999",
    "0",
    "\\u0000",
    "\u{1f600}",
    "//",
    "/*",
    "*/",
    "\n",
    "[[x]]",
    "=",
    "2026-01-01",
    "\"binding\"",
    "'",
    "\u{feff}",
];

/// Cuts, doubles, swaps or inserts something at a random place between two characters.
fn mutilate(text: &mut String, dice: &mut Dice) {
    let mut place = |text: &str| {
        let mut at = dice.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (left, right) = (place(text), place(text));
    let (from, to) = (left.min(right), left.max(right).min(left.min(right) + 40));
    let to = (from..=to).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(from);
    match dice.below(4) {
        0 => text.replace_range(from..to, ""),
        1 => {
            let copy = text[from..to].to_owned();
            text.insert_str(to, &copy);
        }
        2 => text.insert_str(from, PIECES[dice.below(PIECES.len())]),
        _ => text.replace_range(from..to, PIECES[dice.below(PIECES.len())]),
    }
}

fn survive(file: &str, original: &str, seed: u64) {
    let mut dice = Dice(seed);
    let mut understood = 0;
    for round in 0..1_500 {
        let mut text = original.to_owned();
        for _ in 0..=dice.below(4) {
            mutilate(&mut text, &mut dice);
        }
        let attempt = std::panic::catch_unwind(|| answer(file, &text));
        let Ok(accepted) = attempt else { panic!("seed {seed:#x}, round {round}, {file}:\n{text}") };
        understood += usize::from(accepted);
    }
    assert!(understood > 0, "seed {seed:#x}: some mutations must leave the configuration readable");
}

/// Parses, resolves and renders; answers whether the text could be parsed.
fn answer(file: &str, text: &str) -> bool {
    let raw = match RawConfig::parse(Source::new(format!("/shop/{file}"), text)) {
        Ok(raw) => raw,
        Err(report) => {
            assert!(report.has_errors() && !report.render().is_empty());
            return false;
        }
    };
    for env in [None, Some("staging")] {
        let options = ResolveOptions { env, ..ResolveOptions::default() };
        match raw.resolve(&options) {
            Ok((config, report)) => {
                assert!(!report.has_errors());
                config.bindings();
            }
            Err(report) => assert!(!report.render().is_empty() && report.to_json().is_object()),
        }
    }
    true
}

const TOML: &str = r#"name = "shop"
main = "src/index.ts"
compatibility_date = 2026-08-01
compatibility_flags = ["nodejs_compat"]
kv_namespaces = [{ binding = "KV", id = "abc" }]
[vars]
GREETING = 'hi'
LIMITS = { max = 3, since = 2026-01-01 }
[[r2_buckets]]
binding = "FILES"
[durable_objects]
bindings = [{ name = "ROOM", class_name = "Room" }]
[[migrations]]
tag = "v1"
new_sqlite_classes = ["Room"]
[env.staging]
routes = [{ pattern = "a.com", custom_domain = true }]
[env.staging.vars]
GREETING = """
multi
line"""
"#;

#[test]
fn no_mutilated_jsonc_panics() {
    survive("wrangler.jsonc", example::TEXT, 0x5eed_0001);
}

#[test]
fn no_mutilated_toml_panics() {
    survive("wrangler.toml", TOML, 0x5eed_0002);
}

#[test]
fn huge_files_are_answered_with_the_first_complaints() {
    let keys: Vec<String> = (0..50_000).map(|number| format!("\"unknown_{number}\": {number}")).collect();
    let items = vec!["{}"; 50_000].join(",");
    let text = format!("{{{}, \"kv_namespaces\": [{items}]}}", keys.join(","));
    let raw = RawConfig::parse(Source::new("/shop/wrangler.json", text)).unwrap();
    let report = raw.resolve(&ResolveOptions::default()).unwrap_err();
    assert_eq!(report.notes.len(), 1_001);
    assert_eq!(report.notes[1_000].message, "Only the first 1000 complaints are shown");
    assert!(report.notes.iter().all(|note| note.place.as_ref().is_none_or(|place| place.excerpt.len() <= 160)));
    assert!(!report.render().is_empty());
}

#[test]
fn a_very_long_line_is_shown_around_the_caret() {
    let text = format!("{{\"vars\": {{\"A\": \"{}\"}}, \"name\": 5}}", "x".repeat(1_000));
    let report =
        RawConfig::parse(Source::new("/shop/wrangler.json", text)).unwrap().resolve(&ResolveOptions::default());
    let place = report.unwrap_err().errors().next().unwrap().place.clone().unwrap();
    assert_eq!(place.excerpt.chars().nth(place.indent), Some('5'));
    assert_eq!((place.column, place.width), (1_029, 1));
}

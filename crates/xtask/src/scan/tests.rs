//! What is code, what is comment, and where functions end.

use super::*;

fn named(functions: &[Function]) -> Vec<(&str, usize, usize)> {
    functions.iter().map(|function| (function.name.as_str(), function.line, function.lines)).collect()
}

#[test]
fn comments_and_strings_of_rust_are_not_code() {
    let text = "let a = \"fn x() {\"; // fn y() {\nlet b = r#\"\"fn\"#; /* fn /* z */ { */ let c = b\"\\\"fn\";\n";
    let source = Source::rust(text);
    assert!(!source.code.contains("fn"), "{}", source.code);
    assert!(source.code.contains("let c ="));
    assert!(source.comments.contains("// fn y() {"));
    assert!(source.comments.contains("/* fn /* z */ { */"));
    assert_eq!(source.code.len(), text.len());
    assert_eq!(source.code.matches('\n').count(), 2);
}

#[test]
fn lifetimes_are_not_characters() {
    let source = Source::rust("fn a<'a>(x: &'a str) -> char { let q = '\"'; let b = '\\''; let n = '{'; 'x' } // end");
    assert!(source.comments.contains("// end"));
    assert_eq!(named(&rust_functions(&source.code)), [("a", 1, 1)]);
}

#[test]
fn a_name_that_begins_with_r_is_not_a_raw_string() {
    let source = Source::rust("let r = bar(\"x\"); let br = for_r\"y\"; r#type");
    assert!(source.code.contains("r#type"));
    assert!(!source.code.contains('x'));
}

#[test]
fn functions_of_rust_are_measured_from_name_to_brace() {
    let text = "trait T { fn none(&self); }\nfn one(\n  a: [u8; 3],\n) -> Result<(), E>\nwhere A: Fn(u8) -> u8,\n{\n  let f: fn(u8);\n  fn two() { }\n}\n";
    let functions = rust_functions(&Source::rust(text).code);
    assert_eq!(named(&functions), [("one", 2, 8), ("two", 8, 1)]);
}

#[test]
fn parameters_are_counted_without_the_receiver() {
    let text = "fn a(&self, m: BTreeMap<A, B>, f: impl Fn(A, B) -> C, (x, y): (A, B),) {} fn b() {} fn c(mut self) {}";
    let counts: Vec<_> = rust_functions(text).into_iter().map(|function| function.parameters).collect();
    assert_eq!(counts, [Some(3), Some(0), Some(0)]);
}

#[test]
fn inline_test_modules_do_not_count() {
    let (code, lines) = without_test_modules(
        "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod tests;\n",
    );
    assert_eq!(named(&rust_functions(&code)), [("a", 1, 1), ("c", 6, 1)]);
    assert_eq!(lines, 4);
}

#[test]
fn templates_and_regular_expressions_of_javascript_are_not_code() {
    let text = "const a = `x ${ f({ b: `${1}` }) } } function y() {`; // {\nconst r = /[/}]\\/{/g; const d = a / b / c; /* } */\n";
    let source = Source::javascript(text);
    let open = source.code.matches('{').count();
    assert_eq!(open, source.code.matches('}').count(), "{}", source.code);
    assert!(!source.code.contains("function"));
    assert!(source.code.contains("a / b / c;"));
    assert!(source.comments.contains("/* } */"));
}

#[test]
fn functions_of_javascript_are_found_in_every_form() {
    let text = "\
function one(a, b = {}) {
  if (a) { return; }
}
class K {
  async two() {
    for (const x of y) {
      x.forEach((z) => {
        z();
      });
    }
  }
  get #three() { return 1; }
}
const four = async (a) => {
};
const five = a => { };
";
    let functions = javascript_functions(&Source::javascript(text).code);
    let expected = [
        ("one", 1, 3),
        ("two", 5, 7),
        ("(anonymous)", 7, 3),
        ("three", 12, 1),
        ("(anonymous)", 14, 2),
        ("(anonymous)", 16, 1),
    ];
    assert_eq!(named(&functions), expected);
}

#[test]
fn a_source_cut_short_ends_the_reading_quietly() {
    for text in ["\"", "'", "r#\"", "/*", "fn a(", "fn a() {", "b", "'\\", "`${", "/[", "/", "fn", "fn a() where"] {
        assert_eq!(Source::rust(text).code.len(), text.len(), "{text}");
        assert_eq!(Source::javascript(text).code.len(), text.len(), "{text}");
        rust_functions(text);
        javascript_functions(text);
        without_test_modules(&format!("#[cfg(test)] mod a {{ {text}"));
    }
}

#[test]
fn words_are_found_whole() {
    let found = |code, word| find_words(code, word).collect::<Vec<_>>();
    assert_eq!(found("rand brand rand_core rand", "rand"), [0, 21]);
    assert_eq!(found("\"./kv.js\" './kv.jsx'", "./kv.js"), [1]);
}

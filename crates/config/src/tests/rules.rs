//! Module rules.

use super::config;
use crate::{ModuleType, Rule};

#[test]
fn rules_are_read_in_file_order_and_say_whether_they_were_left_open() {
    let text = r#"{"rules": [
        {"type": "Text", "globs": ["**/*.md", "a"]},
        {"type": "ESModule", "globs": [], "fallthrough": true},
        {"type": "CompiledWasm", "globs": ["b"], "fallthrough": false}
    ]}"#;
    let rule = |module_type, globs: &[&str], fallthrough| Rule {
        module_type,
        globs: globs.iter().map(|glob| (*glob).to_owned()).collect(),
        fallthrough,
    };
    assert_eq!(
        config(text).rules,
        [
            rule(ModuleType::Text, &["**/*.md", "a"], None),
            rule(ModuleType::EsModule, &[], Some(true)),
            rule(ModuleType::CompiledWasm, &["b"], Some(false)),
        ]
    );
}

#[test]
fn every_type_has_the_name_it_is_written_with() {
    for label in ["ESModule", "CommonJS", "CompiledWasm", "Text", "Data", "PythonModule", "PythonRequirement"] {
        let rules = config(&format!(r#"{{"rules": [{{"type": "{label}", "globs": []}}]}}"#)).rules;
        assert_eq!(rules[0].module_type.label(), label);
    }
}

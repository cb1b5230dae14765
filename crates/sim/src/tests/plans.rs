//! The text of plans.

use super::super::{Deviation, Plan, PlanError};

fn plan() -> Plan {
    let stale = Deviation {
        at: "bob/GET /me#2 · KV.get(SESS,s:42)#1".to_owned(),
        verb: "stale".to_owned(),
        to: "version 1".to_owned(),
    };
    let cut = Deviation {
        at: "ada/POST /pay#1 · KV.put(AUDIT,\"1\")#1".to_owned(),
        verb: "cut".to_owned(),
        to: String::new(),
    };
    Plan {
        seed: Some(7411),
        deviations: vec![stale, Deviation::hold("a", "b"), cut],
        without: vec!["ada/GET /#2".to_owned()],
    }
}

#[test]
fn a_plan_has_a_deviation_to_a_line() {
    let text = "{\n  \"edgeemu_plan\": 1,\n  \"seed\": 7411,\n  \"deviations\": [\n    \
        {\"at\":\"bob/GET /me#2 · KV.get(SESS,s:42)#1\",\"do\":\"stale\",\"to\":\"version 1\"},\n    \
        {\"at\":\"a\",\"do\":\"hold\",\"to\":\"b\"},\n    \
        {\"at\":\"ada/POST /pay#1 · KV.put(AUDIT,\\\"1\\\")#1\",\"do\":\"cut\"}\n  ],\n  \
        \"without\": [\"ada/GET /#2\"]\n}\n";
    assert_eq!(plan().render(), text);
    assert_eq!(Plan::parse(text), Ok(plan()));
    assert_eq!(Plan::parse(&Plan::default().render()), Ok(Plan::default()));
}

#[test]
fn what_is_no_plan_is_refused() {
    assert_eq!(Plan::parse("{\"edgeemu_plan\": 2, \"deviations\": []}"), Err(PlanError::Version(2)));
    for text in ["", "[]", "{}", "{\"edgeemu_plan\": 1}", "{\"edgeemu_plan\": 1, \"deviations\": [{\"at\": \"x\"}]}"] {
        assert!(matches!(Plan::parse(text), Err(PlanError::Malformed(_))), "{text}");
    }
}

#[test]
fn a_deviation_reads_like_a_sentence() {
    let told: Vec<String> = plan().deviations.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "bob/GET /me#2 · KV.get(SESS,s:42)#1: stale, version 1",
            "a waits until after b",
            "ada/POST /pay#1 · KV.put(AUDIT,\"1\")#1: cut",
        ]
    );
}

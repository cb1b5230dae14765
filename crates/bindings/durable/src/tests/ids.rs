//! Ids, and what they say about their namespace.

use super::{durable, sqlite, world};
use crate::{Backend, DurableError, Jurisdiction};

#[test]
fn a_name_leads_to_one_id_of_its_namespace() {
    let durable = durable(&world());
    let (first, second) = (sqlite(&durable), durable.namespace("suite-Other", Backend::Sqlite));
    assert_eq!(first.id_from_name("a", None), sqlite(&durable).id_from_name("a", None));
    assert_ne!(first.id_from_name("a", None), first.id_from_name("b", None));
    assert_ne!(first.id_from_name("a", None), second.id_from_name("a", None));
    assert_ne!(first.new_unique_id(None), first.new_unique_id(None));
}

#[test]
fn ids_are_those_that_miniflare_makes() {
    let namespace = durable(&world()).namespace("probe-S", Backend::Sqlite);
    let id = namespace.id_from_name("a", None).to_string();
    assert_eq!(id, "e411914ce6409495a4171a2e71ce1bc4dd2c092c77db839f8b94837e5352b336");
    assert_eq!(
        namespace.id_from_name("", None).to_string(),
        "24b7bc5ff05f2035e97b882268fc755b06d9ceccd9cf4adb01dd3feb00115b08"
    );
}

#[test]
fn an_id_is_checked() {
    let durable = durable(&world());
    let (namespace, other) = (sqlite(&durable), durable.namespace("suite-Other", Backend::Sqlite));
    let id = namespace.id_from_name("a", None);
    assert_eq!(namespace.id_from_string(&id.to_string()).unwrap(), (id, None));
    assert_eq!(namespace.id_from_string(&id.to_string().to_uppercase()).unwrap().0, id);
    let foreign = other.id_from_string(&id.to_string()).unwrap_err();
    assert_eq!(foreign.to_string(), "Durable Object ID is not valid for this namespace.");
    for text in ["", "x", &"g".repeat(64), &"\u{e9}".repeat(32), &"0".repeat(63)] {
        let invalid = namespace.id_from_string(text).unwrap_err();
        assert_eq!(invalid.to_string(), "Invalid Durable Object ID: must be 64 hex digits", "{text}");
    }
    assert!(matches!(namespace.id_from_string(&"0".repeat(64)), Err(DurableError::ForeignId)));
}

#[test]
fn an_id_says_its_jurisdiction() {
    let namespace = sqlite(&durable(&world()));
    for jurisdiction in [Jurisdiction::Eu, Jurisdiction::Fedramp, Jurisdiction::Us] {
        let named = namespace.id_from_name("a", Some(jurisdiction));
        assert_ne!(named, namespace.id_from_name("a", None));
        for id in [named, namespace.new_unique_id(Some(jurisdiction))] {
            assert_eq!(namespace.id_from_string(&id.to_string()).unwrap(), (id, Some(jurisdiction)));
        }
        assert_eq!(Jurisdiction::parse(jurisdiction.as_str()).unwrap(), jurisdiction);
    }
    assert!(Jurisdiction::parse("mars").is_err());
}

//! Listing against a model that looks at every key.

use super::{bucket, put, text};
use crate::{Bucket, HttpMetadata, Include, ListOptions, PutOptions};
use bytes::Bytes;
use edgeemu_world::Rng;
use std::collections::BTreeSet;

type Entries = Vec<String>;

fn pages(bucket: &Bucket, options: &ListOptions) -> Vec<(Entries, Entries)> {
    let mut options = options.clone();
    let mut pages = Vec::new();
    loop {
        let page = bucket.list(&options).unwrap();
        pages.push((page.objects.into_iter().map(|object| object.key).collect(), page.delimited_prefixes));
        options.cursor = page.cursor;
        if options.cursor.is_none() {
            return pages;
        }
        assert!(pages.len() < 1000, "the listing does not end");
    }
}

/// What stands for a key in a listing, once for each group.
fn model(keys: &BTreeSet<String>, options: &ListOptions) -> Vec<(Entries, Entries)> {
    let prefix = options.prefix.as_deref().unwrap_or_default();
    let delimiter = options.delimiter.as_deref().unwrap_or_default();
    let mut entries: Vec<(bool, String)> = Vec::new();
    let after = options.start_after.as_deref();
    for key in keys.iter().filter(|key| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after)) {
        let at = (!delimiter.is_empty()).then(|| key[prefix.len()..].find(delimiter)).flatten();
        let entry = match at {
            Some(at) => (true, key[..prefix.len() + at + delimiter.len()].to_owned()),
            None => (false, key.clone()),
        };
        if entries.last() != Some(&entry) {
            entries.push(entry);
        }
    }
    let limit = usize::try_from(options.limit.unwrap_or(1000)).unwrap();
    let page = |entries: &[(bool, String)]| {
        let of = |group: bool| entries.iter().filter(|entry| entry.0 == group).map(|entry| entry.1.clone()).collect();
        (of(false), of(true))
    };
    if entries.is_empty() { vec![page(&[])] } else { entries.chunks(limit).map(page).collect() }
}

#[test]
fn listings_agree_with_a_model() {
    for seed in 0..60 {
        let rng = Rng::seeded(seed);
        let pick = |from: &[&str]| from[usize::try_from(rng.below(from.len() as u64)).unwrap()].to_owned();
        let (_, bucket) = bucket();
        let mut keys = BTreeSet::new();
        for _ in 0..rng.below(30) {
            let letters = ["a", "b", "/", "//", "\u{e9}", "\u{ffff}", "\u{1f600}", "\0", "-"];
            let key: String = (0..rng.below(6)).map(|_| pick(&letters)).collect();
            put(&bucket, &key, "");
            keys.insert(key);
        }
        for _ in 0..20 {
            let some = |from: &[&str]| (rng.below(2) == 0).then(|| pick(from));
            let options = ListOptions {
                limit: (rng.below(2) == 0).then(|| i64::try_from(rng.below(5)).unwrap() + 1),
                prefix: some(&["", "a", "a/", "b", "\u{e9}", "\u{ffff}"]),
                delimiter: some(&["/", "//", "a", "\u{e9}", ""]),
                start_after: some(&["", "a", "a/", "b/", "zz", "\u{e9}"]),
                ..ListOptions::default()
            };
            assert_eq!(pages(&bucket, &options), model(&keys, &options), "seed {seed}, {options:?}, keys {keys:?}");
        }
    }
}

#[test]
fn a_limit_is_checked() {
    let (_, bucket) = bucket();
    let list = |limit| bucket.list(&ListOptions { limit: Some(limit), ..ListOptions::default() });
    for limit in [0, 1001, -2] {
        assert_eq!(text(list(limit)), "list: MaxKeys params must be positive integer <= 1000. (10022)");
    }
    assert!(list(-1).is_ok());
    assert_eq!(text(Include::parse("foo")), "Unsupported include value foo");
}

#[test]
fn metadata_is_shown_when_asked_for_and_shortens_pages() {
    let (_, bucket) = bucket();
    for number in 0..120 {
        let options = PutOptions {
            http_metadata: HttpMetadata { content_type: Some("a/b".to_owned()), ..HttpMetadata::default() },
            custom_metadata: vec![("n".to_owned(), number.to_string())],
            ..PutOptions::default()
        };
        bucket.put(&format!("{number:04}"), &Bytes::new(), options).unwrap();
    }
    let list = |include: &[Include], limit| {
        bucket.list(&ListOptions { include: include.to_vec(), limit, ..ListOptions::default() }).unwrap()
    };
    let plain = list(&[], None);
    assert_eq!((plain.objects.len(), plain.cursor), (120, None));
    assert_eq!(plain.objects[0].http_metadata, HttpMetadata::default());
    assert!(plain.objects[0].custom_metadata.is_empty());
    let http = list(&[Include::Http], Some(110));
    assert_eq!((http.objects.len(), http.cursor.is_some()), (100, true));
    assert_eq!(http.objects[0].http_metadata.content_type.as_deref(), Some("a/b"));
    assert!(http.objects[0].custom_metadata.is_empty());
    assert_eq!(list(&[Include::Custom], Some(50)).objects[0].custom_metadata.len(), 1);
}

#[test]
fn any_text_is_a_cursor() {
    let (_, bucket) = bucket();
    for key in ["c/1", "c/2", "c/3", "\u{ffff}"] {
        put(&bucket, key, "");
    }
    let keys = |cursor: &str, start_after: Option<&str>| -> Vec<String> {
        let options = ListOptions {
            cursor: Some(cursor.to_owned()),
            start_after: start_after.map(str::to_owned),
            ..ListOptions::default()
        };
        bucket.list(&options).unwrap().objects.into_iter().map(|object| object.key).collect()
    };
    assert_eq!(keys("Yy8x", None).len(), 3);
    assert_eq!(keys("Yy8x", Some("c/2")).len(), 2);
    assert_eq!(keys("Yy8y", Some("c/1")).len(), 2);
    assert_eq!(keys("", None).len(), 4);
    assert_eq!(keys("garbage!", None), ["\u{ffff}"]);
}

//! Tests of cursors.

use super::*;

#[test]
fn a_cursor_comes_back_as_it_was() {
    for position in ["", "a", "\u{1f600}/%?", &"x".repeat(512)] {
        let text = Cursor::at(position).encode("kv");
        assert_eq!(Cursor::decode("kv", &text), Some(Cursor::at(position)));
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{text}");
    }
}

#[test]
fn made_up_text_and_cursors_of_another_kind_are_refused() {
    let text = Cursor::at("position").encode("kv");
    let mut changed = text.clone().into_bytes();
    changed[8] ^= 1;
    let changed = String::from_utf8(changed).unwrap();
    for wrong in ["", "x", "garbage", "AAAAAAAA", "ABC=", &text[1..], &changed] {
        assert_eq!(Cursor::decode("kv", wrong), None, "{wrong}");
    }
    assert_eq!(Cursor::decode("r2", &text), None);
}

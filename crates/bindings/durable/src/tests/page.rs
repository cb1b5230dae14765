//! The page of Durable Objects shows the limits that the code has.

use crate::limits;

#[test]
fn the_page_shows_the_limits() {
    let page = include_str!("../../../../../docs/bindings/durable.md");
    for (row, limit) in [
        ("| Key of a class with key-value storage |", format!("{} bytes", limits::KEY_BYTES)),
        ("| Value of a class with key-value storage |", format!("{} bytes", limits::KV_VALUE_BYTES)),
        ("| Keys of one call, with key-value storage |", limits::KEYS.to_string()),
        ("| Key and value, text, blob or row of a class with SQLite |", format!("{} bytes", limits::VALUE_BYTES)),
        ("| `blockConcurrencyWhile` |", format!("{} s, {} deep", limits::SECTION_SECS, limits::SECTION_DEPTH)),
        ("| Run of an alarm |", format!("{} min", limits::ALARM_SECS / 60)),
        ("| Retries of an alarm |", limits::ALARM_RETRIES.to_string()),
        ("| WebSockets that an object keeps |", limits::SOCKETS.to_string()),
        ("| Tags of one, and bytes of a tag |", format!("{}, {}", limits::TAGS, limits::TAG_BYTES)),
        ("| Text that is answered automatically, and the answer |", format!("{} bytes", limits::AUTO_RESPONSE_BYTES)),
        ("| Time for one event of a WebSocket |", format!("{} ms", limits::EVENT_TIMEOUT_MS)),
        ("| Rest before an object is forgotten |", format!("{} s", limits::IDLE_SECS)),
    ] {
        let line = page.lines().find(|line| line.starts_with(row));
        assert!(line.is_some_and(|line| line.contains(&limit)), "{row} {limit}");
    }
}

//! What is said about WebSockets that objects keep.

use crate::{AutoResponse, distinct_tags, event_timeout, limits};

fn tags(given: &[&str]) -> Result<Vec<String>, String> {
    distinct_tags(given.iter().map(|tag| (*tag).to_owned()).collect()).map_err(|error| error.to_string())
}

#[test]
fn tags_count_once_and_keep_their_order() {
    assert_eq!(tags(&["b", "a", "b", "", "a"]).unwrap(), ["b", "a", ""]);
    assert_eq!(tags(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "8", "9"]).unwrap().len(), limits::TAGS);
    let eleven = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
    assert_eq!(tags(&eleven).unwrap_err(), "a Hibernatable WebSocket cannot have more than 10 tags");
}

#[test]
fn tags_are_measured_in_bytes() {
    let longest = "\u{e4}".repeat(limits::TAG_BYTES / 2);
    assert!(tags(&[&longest]).is_ok());
    let longer = format!("{longest}x");
    let text = format!("\"{longer}\" is longer than the max tag length (256 characters).");
    assert_eq!(tags(&[&longer]).unwrap_err(), text);
}

#[test]
fn automatic_answers_are_short() {
    let pair = |request: usize, response: usize| AutoResponse::new("x".repeat(request), "y".repeat(response));
    assert!(pair(2048, 2048).is_ok());
    let text = "Request cannot be larger than 2048 bytes. A request of size 2049 was provided.";
    assert_eq!(pair(2049, 2049).unwrap_err().to_string(), text);
    let text = "Response cannot be larger than 2048 bytes. A response of size 2049 was provided.";
    assert_eq!(pair(2048, 2049).unwrap_err().to_string(), text);
}

#[test]
fn an_event_has_at_most_a_week() {
    assert_eq!(event_timeout(0).unwrap(), None);
    assert_eq!(event_timeout(limits::EVENT_TIMEOUT_MS).unwrap(), Some(limits::EVENT_TIMEOUT_MS));
    let text = "Event timeout should not exceed 604800000 ms.";
    assert_eq!(event_timeout(limits::EVENT_TIMEOUT_MS + 1).unwrap_err().to_string(), text);
}

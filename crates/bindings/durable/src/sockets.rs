//! What may be said about the WebSockets that an object keeps while it hibernates.

use crate::error::DurableError;
use crate::limits;

/// A text that is answered without waking the object, and the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoResponse {
    request: String,
    response: String,
}

impl AutoResponse {
    /// Answers `request` with `response`.
    ///
    /// # Errors
    /// When one of them is longer than [`limits::AUTO_RESPONSE_BYTES`].
    pub fn new(request: String, response: String) -> Result<AutoResponse, DurableError> {
        if request.len() > limits::AUTO_RESPONSE_BYTES {
            return Err(DurableError::AutoRequestTooLong(request.len()));
        }
        if response.len() > limits::AUTO_RESPONSE_BYTES {
            return Err(DurableError::AutoResponseTooLong(response.len()));
        }
        Ok(AutoResponse { request, response })
    }

    /// The text that is answered.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The answer.
    #[must_use]
    pub fn response(&self) -> &str {
        &self.response
    }
}

/// The tags of a WebSocket, each once and in the order in which they were given.
///
/// # Errors
/// When there are too many, or one is too long.
pub fn distinct_tags(given: Vec<String>) -> Result<Vec<String>, DurableError> {
    let mut tags: Vec<String> = Vec::new();
    for tag in given {
        if tags.len() >= limits::TAGS {
            return Err(DurableError::TooManyTags);
        }
        if tag.len() > limits::TAG_BYTES {
            return Err(DurableError::TagTooLong(tag));
        }
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// The time that a handler of a WebSocket has, in milliseconds; zero is as long as it likes.
///
/// # Errors
/// When it is longer than a week.
pub fn event_timeout(millis: u32) -> Result<Option<u32>, DurableError> {
    if millis > limits::EVENT_TIMEOUT_MS {
        return Err(DurableError::EventTimeoutTooLong);
    }
    Ok((millis > 0).then_some(millis))
}

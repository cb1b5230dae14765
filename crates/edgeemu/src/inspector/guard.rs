//! Who may attach: a page on the internet must not reach a Worker through its visitor's browser.

use http::header::{HOST, ORIGIN, USER_AGENT};
use http::{HeaderMap, StatusCode};
use url::Url;

use super::is_address;

/// Names of this machine.
const LOCAL: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];

/// Where Cloudflare has its DevTools.
const DEVTOOLS: [&str; 3] =
    ["devtools.devprod.cloudflare.dev", "cloudflare-devtools.devprod.workers.dev", "cloudflare-devtools.pages.dev"];

/// How the names of their previews end, before which is one word more.
const PREVIEWS: [&str; 2] = ["-cloudflare-devtools.devprod.workers.dev", ".cloudflare-devtools.pages.dev"];

/// A refusal, in production's words.
pub(super) type Refused = (StatusCode, &'static str);

/// Whether a request was sent to this machine by its name.
pub(super) fn check_host(headers: &HeaderMap, ip: &str) -> Result<(), Refused> {
    let host =
        headers.get(HOST).and_then(|host| host.to_str().ok()).and_then(|host| host_of(&format!("http://{host}")));
    match host {
        None => Err((StatusCode::BAD_REQUEST, "Expected `Host` header")),
        Some(host) if LOCAL.contains(&host.as_str()) || is_address(&host, ip) => Ok(()),
        Some(_) => Err((StatusCode::UNAUTHORIZED, "Disallowed `Host` header")),
    }
}

/// Whether the page that asks may. Programs that are no browsers name neither themselves nor an origin.
pub(super) fn check_origin(headers: &HeaderMap) -> Result<(), Refused> {
    let origin = match headers.get(ORIGIN) {
        None if !headers.contains_key(USER_AGENT) => return Ok(()),
        origin => origin.and_then(|origin| origin.to_str().ok()).and_then(host_of),
    };
    match origin {
        None => Err((StatusCode::BAD_REQUEST, "Expected `Origin` header")),
        Some(host) if is_known(&host) => Ok(()),
        Some(_) => Err((StatusCode::UNAUTHORIZED, "Disallowed `Origin` header")),
    }
}

fn host_of(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

fn is_known(host: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    LOCAL.contains(&host)
        || DEVTOOLS.contains(&host)
        || PREVIEWS.iter().any(|end| host.strip_suffix(end).is_some_and(is_word))
}

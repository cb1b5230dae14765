//! The locations over HTTP: which there are, and a link that takes a browser to one.

use edgeemu_runtime::Body;
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderValue, Method, Response, StatusCode, Uri};
use serde_json::json;

use super::query;
use crate::network::{COLO_COOKIE, Network};
use crate::pages;

/// Which locations there are.
pub(super) fn list(network: &Network) -> Response<Body> {
    let colos: Vec<&str> = network.colos().iter().map(edgeemu_kv::consistency::Colo::as_str).collect();
    let (home, consistency) = (network.home().to_string(), network.consistency().to_string());
    let state = json!({ "colos": colos, "home": home, "kv_consistency": consistency });
    pages::typed(StatusCode::OK, "application/json", state.to_string())
}

/// Tells every location of what was written to KV so far.
pub(super) fn tell(network: &Network, method: &Method) -> Response<Body> {
    if method != Method::POST {
        return pages::plain(StatusCode::METHOD_NOT_ALLOWED, "POST to this address");
    }
    network.tell();
    list(network)
}

/// Sets the cookie that names the location, and goes to `?to=…` or the front page.
pub(super) fn enter(network: &Network, name: &str, uri: &Uri) -> Response<Body> {
    let colo = match network.find(name) {
        Ok(colo) => colo,
        Err(error) => return pages::plain(StatusCode::NOT_FOUND, error.to_string()),
    };
    // Within this server alone: an address that leads elsewhere is not followed.
    let to = query(uri, "to").filter(|to| to.starts_with('/') && !to.starts_with("//") && !to.contains('\\'));
    let cookie = format!("{COLO_COOKIE}={colo}; Path=/; SameSite=Lax");
    let mut response = pages::plain(StatusCode::SEE_OTHER, format!("You are in {colo} now.\n"));
    let to = to.and_then(|to| HeaderValue::try_from(to).ok()).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, to);
    response.headers_mut().extend(HeaderValue::try_from(cookie).ok().map(|cookie| (SET_COOKIE, cookie)));
    response
}

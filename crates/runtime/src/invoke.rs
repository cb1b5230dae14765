//! Invoking a Worker: from an HTTP request or an event to what came of it.

use std::rc::Rc;

use edgeemu_kv::consistency::Place;
use edgeemu_world::Timestamp;

use crate::body::Body;
use crate::context::{Answer, Failure, InboundRequest};
use crate::isolate::{Dispatched, Event, Isolate};
use crate::rpc::Entry;

/// The scheme, host and extras of an incoming request, which its HTTP form does not carry.
#[derive(Default)]
pub struct RequestInfo {
    /// Absolute URL that the Worker sees.
    pub url: String,
    /// Makes `request.cf` as JSON, when the Worker asks for it.
    pub cf: Option<Cf>,
    /// Whether the URL leads to an origin, so that `passThroughOnException` has somewhere to go.
    pub has_origin: bool,
    /// Where the request came in; the place of the isolate if absent.
    pub place: Option<Place>,
    /// The export it is for.
    pub entry: Entry,
    /// How many Workers it has come through.
    pub depth: u32,
    /// Whether another Worker waits for the answer: an exception goes to it as it was thrown.
    pub from_worker: bool,
}

/// Makes `request.cf` as JSON.
pub type Cf = Box<dyn FnOnce() -> String>;

/// A request that got no answer.
pub struct Unanswered {
    /// Why.
    pub failure: Failure,
    /// The request, if the isolate was replaced under it and asking the next one changes nothing: a GET or HEAD.
    pub again: Option<(http::Request<Body>, RequestInfo)>,
}

impl std::fmt::Debug for Unanswered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Unanswered").field("failure", &self.failure).finish_non_exhaustive()
    }
}

impl Isolate {
    /// Calls the Worker's `fetch` handler. Dropping the future means that the client has left.
    ///
    /// # Errors
    /// When the Worker gives no response.
    pub async fn fetch(
        self: &Rc<Self>,
        request: http::Request<Body>,
        info: RequestInfo,
    ) -> Result<http::Response<Body>, Box<Unanswered>> {
        let entry = info.entry.clone();
        let inbound = Box::new(InboundRequest::of(request, info));
        let Dispatched { answer, request } =
            self.dispatch(Event::Fetch { request: inbound, entry: entry.clone() }).await;
        let failure = match answer {
            Answer::Response(response) => return Ok(response),
            Answer::Failed(failure) => failure,
            Answer::Done => Failure::Hung,
        };
        let again =
            request.filter(|_| matches!(failure, Failure::IsolateReplaced)).and_then(|request| request.again(entry));
        Err(Box::new(Unanswered { failure, again }))
    }

    /// Calls the Worker's `scheduled` handler and waits for it and for what it gave to `waitUntil`.
    ///
    /// # Errors
    /// When the handler throws or is missing.
    pub async fn scheduled(self: &Rc<Self>, cron: &str, time: Option<Timestamp>) -> Result<(), Failure> {
        let time = time.unwrap_or_else(|| self.world().clock().now());
        match self.dispatch(Event::Scheduled { cron: cron.to_owned(), time }).await.answer {
            Answer::Failed(failure) => Err(failure),
            Answer::Response(_) | Answer::Done => Ok(()),
        }
    }
}

impl InboundRequest {
    pub(crate) fn of(request: http::Request<Body>, info: RequestInfo) -> InboundRequest {
        let (parts, body) = request.into_parts();
        InboundRequest {
            method: parts.method,
            url: info.url,
            headers: parts.headers,
            cf: info.cf,
            has_origin: info.has_origin,
            place: info.place,
            depth: info.depth,
            from_worker: info.from_worker,
            body: Some(body),
        }
    }

    /// The request as it came, if it only asks.
    fn again(self, entry: Entry) -> Option<(http::Request<Body>, RequestInfo)> {
        if !matches!(self.method, http::Method::GET | http::Method::HEAD) {
            return None;
        }
        let mut request = http::Request::new(self.body.unwrap_or_else(Body::empty));
        *request.method_mut() = self.method;
        *request.headers_mut() = self.headers;
        let info = RequestInfo {
            url: self.url,
            cf: self.cf,
            has_origin: self.has_origin,
            place: self.place,
            entry,
            depth: self.depth,
            from_worker: self.from_worker,
        };
        Some((request, info))
    }
}

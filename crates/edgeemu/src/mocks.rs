//! Prepared answers for the requests that a Worker sends, for tests.

use std::sync::Arc;

use edgeemu_runtime::{Body, Outside};
use http::{Method, Request, Response};

type Answer = Arc<dyn Fn(&Request<()>) -> Response<Vec<u8>> + Send + Sync>;

/// Routes to prepared answers. A request that none is for fails, with the routes that there are.
#[derive(Clone, Default)]
#[must_use]
pub struct Mocks {
    routes: Vec<Route>,
}

#[derive(Clone)]
struct Route {
    method: Method,
    /// The whole URL, or what it begins with before a `*`.
    url: String,
    answer: Answer,
}

impl Mocks {
    /// Without any route: every request fails.
    pub fn new() -> Mocks {
        Mocks::default()
    }

    /// Answers `GET url` with status 200 and this body. A `*` at the end of the URL stands for anything.
    pub fn get(self, url: impl Into<String>, body: impl Into<Vec<u8>>) -> Mocks {
        let body = body.into();
        self.route(Method::GET, url, move |_request| Response::new(body.clone()))
    }

    /// Answers a request by a function, which sees all of it but its body.
    pub fn route(
        mut self,
        method: Method,
        url: impl Into<String>,
        answer: impl Fn(&Request<()>) -> Response<Vec<u8>> + Send + Sync + 'static,
    ) -> Mocks {
        self.routes.push(Route { method, url: url.into(), answer: Arc::new(answer) });
        self
    }

    fn answer(&self, request: Request<Body>) -> Result<Response<Body>, String> {
        let (parts, _body) = request.into_parts();
        let request = Request::from_parts(parts, ());
        let url = request.uri().to_string();
        let found = self.routes.iter().find(|route| route.method == request.method() && route.leads(&url));
        match found {
            Some(route) => Ok((route.answer)(&request).map(|body| Body::from(bytes::Bytes::from(body)))),
            None => Err(format!("no mock answers {} {url}; there are: {}", request.method(), self.names())),
        }
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.routes.iter().map(|route| format!("{} {}", route.method, route.url)).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

impl Route {
    fn leads(&self, url: &str) -> bool {
        self.url.strip_suffix('*').map_or(url == self.url, |start| url.starts_with(start))
    }
}

impl From<Mocks> for Outside {
    fn from(mocks: Mocks) -> Outside {
        Outside::answering(move |request| {
            let answer = mocks.answer(request);
            async move { answer }
        })
    }
}

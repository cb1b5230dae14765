//! What is at the other end of the requests that Workers send: the network, or what a test puts in its place.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::{Request, Response};

use crate::body::Body;

/// What an answer from outside will be; an error is what `fetch` says about it.
pub type OutsideAnswer = Pin<Box<dyn Future<Output = Result<Response<Body>, String>> + Send>>;

type Answerer = Arc<dyn Fn(Request<Body>) -> OutsideAnswer + Send + Sync>;

/// What is outside for a Worker. Cloning shares it.
#[derive(Clone, Default)]
pub enum Outside {
    /// The network.
    #[default]
    Network,
    /// This machine alone: requests to other hosts fail.
    ThisMachine,
    /// Whatever this answers. The request has its whole URL; redirects are followed as from the network.
    Answers(Answerer),
}

impl Outside {
    /// Has a function answer every request.
    pub fn answering<F, A>(answer: F) -> Outside
    where
        F: Fn(Request<Body>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Response<Body>, String>> + Send + 'static,
    {
        Outside::Answers(Arc::new(move |request| Box::pin(answer(request))))
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Outside::Network => "Network",
            Outside::ThisMachine => "ThisMachine",
            Outside::Answers(_) => "Answers",
        })
    }
}

/// Whether a URL leads to the machine it is used on.
pub(crate) fn is_this_machine(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

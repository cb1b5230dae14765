//! Buckets as anybody may read them, as production serves those that are made public.

use crate::body::Body;
use crate::call::Call;
use crate::cors;
use crate::error::{Result, S3Error};
use crate::objects;
use crate::service::S3;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};

impl S3 {
    /// Answers a request for `<prefix>/<bucket>/<key>` that nobody has signed: objects can be read, and nothing else.
    /// Refusals are a status without a document.
    pub fn answer_public<B>(&self, request: Request<B>, prefix: &str) -> Response<Body> {
        let (parts, _) = request.into_parts();
        let answered = Call::in_path(&parts, prefix).and_then(|call| self.serve(call));
        let mut response = answered.unwrap_or_else(|error| refused(error.status()));
        if parts.method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    fn serve(&self, mut call: Call) -> Result<Response<Body>> {
        let bucket = self.bucket(call.bucket()?)?;
        if call.method == Method::OPTIONS {
            return cors::preflight(&bucket, &call);
        }
        call.key().map_err(|_| S3Error::no_such_key())?;
        if call.method != Method::GET && call.method != Method::HEAD {
            return Err(S3Error::unauthorized());
        }
        // Only the S3 API has parameters, and names of its own for what the uploader said.
        call.params.clear();
        let mut response = objects::get(&bucket, &call).unwrap_or_else(|error| refused(error.status()));
        let headers = response.headers_mut();
        let own: Vec<_> = headers.keys().filter(|name| name.as_str().starts_with("x-amz-")).cloned().collect();
        own.iter().for_each(|name| drop(headers.remove(name)));
        cors::allow(&bucket, &call, headers);
        Ok(response)
    }
}

fn refused(status: StatusCode) -> Response<Body> {
    let text = if status == StatusCode::NOT_FOUND { "404 Not Found" } else { "" };
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    if !text.is_empty() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=UTF-8"));
    }
    response
}

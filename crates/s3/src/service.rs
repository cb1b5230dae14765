//! The endpoint: takes requests, verifies them, and leads them to their operation.

use crate::auth::{AccessKey, Verified, Verifier};
use crate::body::Body;
use crate::call::Call;
use crate::error::{Result, S3Error};
use crate::incoming::{self, Incoming};
use crate::route::{self, Operation};
use crate::{buckets, cors, listing, multipart, objects, screen};
use bytes::Bytes;
use edgeemu_r2::{Bucket, R2};
use edgeemu_world::{Clock, Timestamp};
use http::{Request, Response};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What an endpoint is made from.
#[derive(Clone, Debug)]
pub struct S3Options {
    /// The buckets.
    pub r2: R2,
    /// The clock that decides when a signed URL expires, and when something was uploaded.
    pub clock: Clock,
    /// The clock of the machine, by which programs outside of the emulator sign their requests.
    pub wall: Clock,
}

/// Who may ask, and for what.
#[derive(Clone, Debug, Default)]
pub struct S3Access {
    /// Every key opens every bucket.
    pub keys: Vec<AccessKey>,
    /// Buckets that are there even if nothing was ever put into them: those of the configuration.
    pub buckets: BTreeSet<String>,
}

/// An S3 endpoint over the buckets of R2. Cloning shares it.
#[derive(Clone, Debug)]
pub struct S3 {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    options: S3Options,
    access: Mutex<S3Access>,
}

impl S3 {
    /// An endpoint that nobody has a key for.
    #[must_use]
    pub fn new(options: S3Options) -> S3 {
        S3 { parts: Arc::new(Parts { options, access: Mutex::default() }) }
    }

    /// Says who may ask from now on, and which buckets there are in any case.
    pub fn allow(&self, access: S3Access) {
        *self.access() = access;
    }

    fn access(&self) -> MutexGuard<'_, S3Access> {
        self.parts.access.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn r2(&self) -> &R2 {
        &self.parts.options.r2
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts.options.clock.now()
    }

    pub(crate) fn has_bucket(&self, name: &str) -> bool {
        self.access().buckets.contains(name) || self.r2().has_bucket(name)
    }

    pub(crate) fn bucket_names(&self) -> Result<BTreeSet<String>> {
        let mut names = self.access().buckets.clone();
        names.extend(self.r2().bucket_names()?);
        Ok(names)
    }

    pub(crate) fn bucket(&self, name: &str) -> Result<Bucket> {
        if self.has_bucket(name) { Ok(self.r2().bucket(name)) } else { Err(S3Error::no_such_bucket()) }
    }

    /// Answers a request. `prefix` is the part of its path that the endpoint lives under; empty for one with a port of its
    /// own.
    pub async fn answer<B>(&self, request: Request<B>, prefix: &str) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let (parts, body) = request.into_parts();
        let mut response = match Call::new(&parts, prefix) {
            Ok(call) => self.answer_call(&call, body).await,
            Err(error) => error.response(),
        };
        if parts.method == http::Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    async fn answer_call<B>(&self, call: &Call, mut body: B) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let answered = self.run(call, &mut body).await;
        // Who waits for the go-ahead to send a body has sent none of it.
        if answered.is_err() && !call.headers.contains_key("expect") {
            incoming::drain(&mut body).await;
        }
        let mut response = answered.unwrap_or_else(|error| error.response());
        let is_preflight = call.method == http::Method::OPTIONS;
        if let Some(bucket) = call.bucket.as_deref().filter(|name| !is_preflight && self.has_bucket(name)) {
            cors::allow(&self.r2().bucket(bucket), call, response.headers_mut());
        }
        response
    }

    async fn run<B>(&self, call: &Call, body: B) -> Result<Response<Body>>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        if call.method == http::Method::OPTIONS {
            return cors::preflight(&self.bucket(call.bucket()?)?, call);
        }
        if is_form(call) {
            // Production's words, twice the same ones.
            return Err(S3Error::not_implemented("Presigned post requests are not yet implemented"));
        }
        let options = &self.parts.options;
        let keys = self.access().keys.clone();
        let verifier = Verifier { keys: &keys, clock: &options.clock, wall: &options.wall };
        let verified = verifier.verify(call)?;
        let operation = if matches!(call.bucket.as_deref(), Some(name) if !self.has_bucket(name)) {
            let operation = route::detect(call)?;
            if operation != Operation::CreateBucket {
                return Err(S3Error::no_such_bucket());
            }
            operation
        } else {
            route::detect(call)?
        };
        screen::check(call, operation)?;
        self.perform(operation, call, (&verified, body)).await
    }

    async fn perform<B>(
        &self,
        operation: Operation,
        call: &Call,
        (verified, body): (&Verified, B),
    ) -> Result<Response<Body>>
    where
        B: http_body::Body<Data = Bytes> + Unpin,
        B::Error: Display,
    {
        let incoming = Incoming::new(call, verified)?;
        let name = call.bucket.as_deref().unwrap_or_default();
        let bucket = self.r2().bucket(name);
        match operation {
            Operation::ListBuckets => buckets::list(self),
            Operation::HeadBucket | Operation::Nothing => Ok(Response::new(Body::empty())),
            Operation::CreateBucket => buckets::create(self, name, &incoming.document(body).await?),
            Operation::DeleteBucket => buckets::delete(self, name),
            Operation::Constant(question) => buckets::constant(question),
            Operation::GetBucketCors => cors::get(&bucket),
            Operation::PutBucketCors => cors::put(&bucket, &incoming.document(body).await?),
            Operation::DeleteBucketCors => cors::delete(&bucket),
            Operation::ListObjects => listing::list(&bucket, call, false),
            Operation::ListObjectsV2 => listing::list(&bucket, call, true),
            Operation::DeleteObjects => listing::delete_many(&bucket, &incoming.document(body).await?),
            Operation::GetObject | Operation::HeadObject => objects::get(&bucket, call),
            Operation::PutObject => objects::put(&bucket, call, (incoming, body)).await,
            Operation::CopyObject => objects::copy(self, &bucket, call).await,
            Operation::DeleteObject => objects::delete(&bucket, call),
            Operation::CreateMultipartUpload => multipart::create(&bucket, call),
            Operation::UploadPart => multipart::upload(&bucket, call, (incoming, body)).await,
            Operation::UploadPartCopy => multipart::copy(self, &bucket, call).await,
            Operation::CompleteMultipartUpload => multipart::complete(&bucket, call, &incoming.document(body).await?),
            Operation::AbortMultipartUpload => multipart::abort(&bucket, call),
            Operation::ListParts => multipart::list_parts(&bucket, call),
            Operation::ListMultipartUploads => multipart::list_uploads(&bucket, call),
        }
    }
}

/// A form that a browser sends to a bucket, which has its signature in its fields.
fn is_form(call: &Call) -> bool {
    let is_signed = call.headers.contains_key("authorization") || call.has_param("X-Amz-Credential");
    call.method == "POST" && call.key.is_none() && call.bucket.is_some() && !call.has_param("delete") && !is_signed
}

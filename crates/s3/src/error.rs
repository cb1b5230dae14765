//! Why a request was refused, as production's S3 API says it: a status, a code, a text, and an XML document.

use crate::body::Body;
use crate::xml;
use edgeemu_r2::{R2Error, Refusal, StoreError};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

/// What a client gets instead of what it wanted.
#[derive(Debug)]
pub(crate) struct S3Error {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// Further elements of the document.
    more: Vec<(&'static str, String)>,
}

pub(crate) type Result<T> = std::result::Result<T, S3Error>;

impl S3Error {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> S3Error {
        S3Error { status, code, message: message.into(), more: Vec::new() }
    }

    pub(crate) fn with(mut self, more: Vec<(&'static str, String)>) -> S3Error {
        self.more = more;
        self
    }

    pub(crate) fn invalid_argument(message: impl Into<String>) -> S3Error {
        S3Error::new(StatusCode::BAD_REQUEST, "InvalidArgument", message)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> S3Error {
        S3Error::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
    }

    /// `what` that production knows and does not do either, or that only edgeemu does not do.
    pub(crate) fn not_implemented(what: &str) -> S3Error {
        S3Error::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", format!("{what} not implemented"))
    }

    pub(crate) fn header_not_implemented(name: &str, value: &str) -> S3Error {
        S3Error::not_implemented(&format!("Header '{name}' with value '{value}'"))
    }

    pub(crate) fn unauthorized() -> S3Error {
        S3Error::new(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized")
    }

    pub(crate) fn no_such_bucket() -> S3Error {
        S3Error::new(StatusCode::NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist.")
    }

    pub(crate) fn no_such_key() -> S3Error {
        S3Error::new(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.")
    }

    pub(crate) fn no_such_upload() -> S3Error {
        S3Error::new(StatusCode::NOT_FOUND, "NoSuchUpload", Refusal::NoSuchUpload.to_string())
    }

    pub(crate) fn no_route() -> S3Error {
        S3Error::new(StatusCode::NOT_FOUND, "RouteNotFound", "No route matches this url.")
    }

    pub(crate) fn precondition_failed() -> S3Error {
        let message = "At least one of the pre-conditions you specified did not hold.";
        S3Error::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message)
    }

    pub(crate) fn invalid_range() -> S3Error {
        S3Error::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", Refusal::InvalidRange.to_string())
    }

    pub(crate) fn malformed_xml() -> S3Error {
        let message = "The XML you provided was not well formed or did not validate against our published schema.";
        S3Error::new(StatusCode::BAD_REQUEST, "MalformedXML", message)
    }

    pub(crate) fn invalid_digest() -> S3Error {
        let message = "The checksum or Content-MD5 you specified is not valid.";
        S3Error::new(StatusCode::BAD_REQUEST, "InvalidDigest", message)
    }

    pub(crate) fn bad_digest(label: &str, provided: &str, actual: &str) -> S3Error {
        let message = format!(
            "The {label} checksum you specified did not match what we received.\nYou provided a {label} checksum with \
             value: {provided}\nActual {label} was: {actual}"
        );
        S3Error::new(StatusCode::BAD_REQUEST, "BadDigest", message)
    }

    pub(crate) fn incomplete_body() -> S3Error {
        S3Error::new(StatusCode::BAD_REQUEST, "IncompleteBody", Refusal::IncompleteBody.to_string())
    }

    pub(crate) fn missing_length() -> S3Error {
        let message = "You must provide the Content-Length HTTP header.";
        S3Error::new(StatusCode::LENGTH_REQUIRED, "MissingContentLength", message)
    }

    pub(crate) fn internal(reason: &dyn std::fmt::Display) -> S3Error {
        S3Error::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", format!("{} {reason}", Refusal::Internal))
    }

    /// An unknown upload is an internal error of a binding, and a missing upload here.
    pub(crate) fn of_upload(error: R2Error) -> S3Error {
        match error {
            R2Error::Failed { refusal: Refusal::Internal, .. } => S3Error::no_such_upload(),
            other => other.into(),
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The answer. Error documents have no namespace, and their texts are escaped further than those of others.
    pub(crate) fn response(&self) -> Response<Body> {
        let mut document = format!("{}<Error><Code>{}</Code>", xml::DECLARATION, self.code);
        let elements =
            std::iter::once(("Message", &self.message)).chain(self.more.iter().map(|(name, text)| (*name, text)));
        for (name, text) in elements {
            document.push_str(&format!("<{name}>{}</{name}>", quick_xml::escape::escape(text.as_str())));
        }
        document.push_str("</Error>");
        let mut response = Response::new(Body::from(document));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        response
    }
}

impl From<R2Error> for S3Error {
    fn from(error: R2Error) -> S3Error {
        match error {
            R2Error::Failed { refusal, .. } => refusal.into(),
            R2Error::PartNumber(_) => S3Error::new(
                StatusCode::BAD_REQUEST,
                "InvalidPart",
                "One or more of the specified parts could not be found.",
            ),
            R2Error::SsecFormat | R2Error::SsecLength => {
                S3Error::invalid_argument("The secret key was invalid for the specified algorithm.")
            }
            // A header with conditions that says nothing.
            other => S3Error::invalid_argument(other.to_string()),
        }
    }
}

impl From<StoreError> for S3Error {
    fn from(error: StoreError) -> S3Error {
        S3Error::internal(&error)
    }
}

impl From<Refusal> for S3Error {
    fn from(refusal: Refusal) -> S3Error {
        let (status, code) = match &refusal {
            Refusal::InvalidObjectName => (StatusCode::BAD_REQUEST, "InvalidObjectName"),
            Refusal::MetadataTooLarge => (StatusCode::BAD_REQUEST, "MetadataTooLarge"),
            Refusal::EntityTooLarge => (StatusCode::BAD_REQUEST, "EntityTooLarge"),
            Refusal::EntityTooSmall => (StatusCode::BAD_REQUEST, "EntityTooSmall"),
            Refusal::BadDigest { .. } => (StatusCode::BAD_REQUEST, "BadDigest"),
            Refusal::InvalidRange => return S3Error::invalid_range(),
            Refusal::InvalidMaxKeys => (StatusCode::BAD_REQUEST, "InvalidMaxKeys"),
            Refusal::NoSuchUpload => return S3Error::no_such_upload(),
            Refusal::InvalidPart | Refusal::BadUpload => (StatusCode::BAD_REQUEST, "InvalidPart"),
            Refusal::IncompleteBody => return S3Error::incomplete_body(),
            Refusal::InvalidStorageClass(_) => {
                let message = "The storage class specified is not valid.";
                return S3Error::new(StatusCode::BAD_REQUEST, "InvalidStorageClass", message);
            }
            Refusal::SsecKeyNeeded => {
                return S3Error::invalid_request(
                    "The object was stored using a form of Server Side Encryption. The correct parameters must be \
                     provided to retrieve the object.",
                );
            }
            Refusal::SsecKeyWrong => (StatusCode::FORBIDDEN, "AccessDenied"),
            Refusal::TooManyKeys(_) => return S3Error::malformed_xml(),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
        };
        S3Error::new(status, code, refusal.to_string())
    }
}

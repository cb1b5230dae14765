//! A request as the operations see it: bucket, key, parameters and headers.

use crate::error::{Result, S3Error};
use http::request::Parts;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;

/// A request without its body.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The path as it was sent, which is what was signed.
    pub(crate) path: String,
    pub(crate) host: String,
    /// None: the request is about all buckets.
    pub(crate) bucket: Option<String>,
    /// None: the request is about the bucket.
    pub(crate) key: Option<String>,
    /// In the order in which they were sent.
    pub(crate) params: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
}

impl Call {
    /// `prefix`: the part of the path that the endpoint lives under.
    pub(crate) fn new(parts: &Parts, prefix: &str) -> Result<Call> {
        Call::within(parts, prefix, true)
    }

    /// The same, whatever the host is called.
    pub(crate) fn in_path(parts: &Parts, prefix: &str) -> Result<Call> {
        Call::within(parts, prefix, false)
    }

    fn within(parts: &Parts, prefix: &str, looks_at_host: bool) -> Result<Call> {
        let header_host = parts.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        let host =
            header_host.or(parts.uri.authority().map(http::uri::Authority::as_str)).unwrap_or_default().to_owned();
        let path = parts.uri.path().to_owned();
        let below = path.strip_prefix(prefix).unwrap_or(&path);
        // One slash ends the host; all further ones belong to the key.
        let below = below.strip_prefix('/').unwrap_or(below);
        let (bucket, key) = match host_bucket(&host).filter(|_| looks_at_host) {
            Some(bucket) => (Some(bucket), Some(below)),
            None => match below.split_once('/') {
                Some((bucket, key)) => (Some(bucket.to_owned()), Some(key)),
                None => (Some(below.to_owned()), None),
            },
        };
        let key = key.filter(|key| !key.is_empty()).map(decoded).transpose()?;
        let bucket = bucket.filter(|bucket| !bucket.is_empty()).map(|bucket| decoded(&bucket)).transpose()?;
        let query = parts.uri.query().unwrap_or_default();
        let params = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let Parts { method, headers, .. } = parts;
        Ok(Call { method: method.clone(), path, host, bucket, key, params, headers: headers.clone() })
    }

    /// The first parameter with this name.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn has_param(&self, name: &str) -> bool {
        self.param(name).is_some()
    }

    /// The names of all parameters, but those that signatures and clients add.
    pub(crate) fn param_names(&self) -> impl Iterator<Item = &str> {
        self.params.iter().map(|(name, _)| name.as_str()).filter(|name| !name.starts_with("X-Amz-") && *name != "x-id")
    }

    /// The text of a header; several ones of the same name are joined.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let mut values = self.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let first = values.next()?.into_owned();
        Some(values.fold(first, |text, value| format!("{text}, {value}")))
    }

    pub(crate) fn is_head(&self) -> bool {
        self.method == Method::HEAD
    }

    /// The bucket, for operations that have one.
    pub(crate) fn bucket(&self) -> Result<&str> {
        self.bucket.as_deref().ok_or_else(S3Error::no_route)
    }

    /// The key, for operations that have one.
    pub(crate) fn key(&self) -> Result<&str> {
        self.key.as_deref().ok_or_else(S3Error::no_route)
    }
}

fn decoded(text: &str) -> Result<String> {
    let text = percent_decode_str(text).decode_utf8();
    text.map(std::borrow::Cow::into_owned).map_err(|_| S3Error::invalid_argument("Couldn't parse the specified URI."))
}

/// The bucket that a host names before `.localhost`.
fn host_bucket(host: &str) -> Option<String> {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name);
    let bucket = name.strip_suffix(".localhost").filter(|bucket| !bucket.is_empty())?;
    // Clients also put a host of their own below it: `photos.s3.localhost`.
    Some(bucket.strip_suffix(".s3").unwrap_or(bucket).to_owned())
}

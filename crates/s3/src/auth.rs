//! Who sent a request: verifies its signature, in the header or in the URL, in the order and with the texts of
//! production.

use crate::call::Call;
use crate::dates;
use crate::error::{Result, S3Error};
use crate::signature::{ALGORITHM, Computed, Scope, Signed, hex, is_equal};
use edgeemu_world::{Clock, Timestamp};
use http::StatusCode;
use std::time::Duration;

/// How far the clocks of client and server may be apart.
const SKEW: Duration = Duration::from_secs(15 * 60);
/// How long a URL may be good for.
const EXPIRES_SECS_MAX: f64 = 604_800.0;

/// An access key: its id, and the secret that signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// The id that requests name.
    pub id: String,
    /// The secret that nobody sends.
    pub secret: String,
}

/// What a verified request says about its body.
#[derive(Clone, Debug)]
pub(crate) struct Verified {
    /// `x-amz-content-sha256`; none for URLs that were signed before there was a body.
    pub(crate) payload: Option<String>,
    /// What signs the pieces of a body that comes in pieces.
    pub(crate) chain: Chain,
}

/// The signature that the one of the next piece is made with, and the key for it.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) scope: Scope,
    pub(crate) key: Vec<u8>,
    pub(crate) previous: String,
}

/// Which keys there are, and what time it is.
pub(crate) struct Verifier<'a> {
    pub(crate) keys: &'a [AccessKey],
    /// The clock that decides when a URL expires.
    pub(crate) clock: &'a Clock,
    /// The clock of the machine, by which programs outside of the emulator sign.
    pub(crate) wall: &'a Clock,
}

impl Verifier<'_> {
    pub(crate) fn verify(&self, call: &Call) -> Result<Verified> {
        if let Some(authorization) = call.header("authorization") {
            return self.verify_header(call, &authorization);
        }
        if call.has_param("X-Amz-Credential") {
            return self.verify_url(call);
        }
        Err(S3Error::invalid_argument("Authorization"))
    }

    fn verify_header(&self, call: &Call, authorization: &str) -> Result<Verified> {
        let payload = call.header("x-amz-content-sha256");
        let payload = payload.ok_or_else(|| S3Error::invalid_request("Missing x-amz-content-sha256"))?;
        let time = self.header_time(call)?;
        let field = |name: &str| header_field(authorization, name);
        let (Some(credential), Some(headers), Some(signature)) =
            (field("Credential"), field("SignedHeaders"), field("Signature"))
        else {
            return Err(wrong_algorithm());
        };
        let (key, scope) = self.scope(credential, time)?;
        let headers = signed_headers(headers)?;
        let signed = Signed { scope: &scope, headers: &headers, payload: &payload, is_presigned: false };
        let chain = check(&signed.compute(call, &key.secret), signature, key, &scope)?;
        Ok(Verified { payload: Some(payload), chain })
    }

    /// `x-amz-date`, or `date`, if it is near enough to either clock.
    fn header_time(&self, call: &Call) -> Result<String> {
        let named = |name: &'static str| call.header(name).map(|time| (name, time));
        let (name, text) = named("x-amz-date")
            .or_else(|| named("date"))
            .ok_or_else(|| S3Error::invalid_argument("No date provided in x-amz-date nor date header"))?;
        let time = dates::parse_basic(&text).ok_or_else(|| {
            S3Error::invalid_argument(format!("Date provided in '{name}' header ({text}) didn't parse successfully"))
        })?;
        // DIFFERS: A signed request is also taken if its time is that of the machine's clock while the emulator's stands
        // elsewhere.
        if !is_near(self.clock.now(), time) && !is_near(self.wall.now(), time) {
            let message = "The difference between the request time and the server's time is too large.";
            return Err(S3Error::new(StatusCode::FORBIDDEN, "RequestTimeTooSkewed", message));
        }
        Ok(text)
    }

    fn verify_url(&self, call: &Call) -> Result<Verified> {
        let names = ["X-Amz-Algorithm", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"];
        let [Some(algorithm), Some(signature), Some(time), Some(headers), Some(expires)] =
            names.map(|name| call.param(name))
        else {
            let missing: Vec<_> = names.into_iter().filter(|name| !call.has_param(name)).collect();
            let plural = if missing.len() > 1 { "s" } else { "" };
            let missing = missing.join(",  ");
            return Err(S3Error::invalid_argument(format!("Required search parameter{plural} {missing} missing")));
        };
        if algorithm != ALGORITHM {
            return Err(wrong_algorithm());
        }
        let from = dates::parse_basic(time).ok_or_else(|| {
            S3Error::invalid_argument(format!("Date provided in X-Amz-Date ({time}) didn't parse successfully"))
        })?;
        let credential = call.param("X-Amz-Credential").unwrap_or_default();
        let (key, scope) = self.scope(credential, time.to_owned())?;
        self.check_expiry(from, expires)?;
        let headers = signed_headers(headers)?;
        let signed = Signed { scope: &scope, headers: &headers, payload: "UNSIGNED-PAYLOAD", is_presigned: true };
        let chain = check(&signed.compute(call, &key.secret), signature, key, &scope)?;
        Ok(Verified { payload: None, chain })
    }

    fn check_expiry(&self, from: Timestamp, expires: &str) -> Result<()> {
        let secs = expires.trim().parse::<f64>().ok().filter(|secs| !secs.is_nan());
        let secs = secs.ok_or_else(|| S3Error::invalid_argument("X-Amz-Expires should be a number"))?;
        if secs > EXPIRES_SECS_MAX {
            return Err(S3Error::invalid_argument(format!(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less \
                 than {EXPIRES_SECS_MAX} seconds"
            )));
        }
        if secs < 1.0 || self.clock.now() > from + Duration::from_secs_f64(secs) {
            return Err(S3Error::new(StatusCode::FORBIDDEN, "ExpiredRequest", "Request has expired"));
        }
        Ok(())
    }

    /// `<access key id>/<date>/<region>/s3/aws4_request`; the id may have slashes in it.
    fn scope(&self, credential: &str, time: String) -> Result<(&AccessKey, Scope)> {
        let count = credential.split('/').count();
        let parts: Vec<_> = credential.rsplitn(5, '/').collect();
        let [end, service, region, date, id] = parts[..] else {
            let message = format!("Credential sigv4 header should have at least 5 slash-separated parts, not {count}");
            return Err(S3Error::invalid_argument(message));
        };
        if service != "s3" {
            return Err(S3Error::invalid_argument(format!("Credential service should be s3, not {service}")));
        }
        if end != "aws4_request" {
            let message = format!("Credential termination string should be aws4_request, not {end}");
            return Err(S3Error::invalid_argument(message));
        }
        if !time.starts_with(date) {
            let day = time.get(..8).unwrap_or_default();
            let message = format!("Credential signed date {date} does not match {day} from 'x-amz-date' header");
            return Err(S3Error::invalid_argument(message));
        }
        let key = self.keys.iter().find(|key| is_equal(&key.id, id)).ok_or_else(S3Error::unauthorized)?;
        let (date, region, service) = (date.to_owned(), region.to_owned(), service.to_owned());
        Ok((key, Scope { time, date, region, service }))
    }
}

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
fn header_field<'a>(authorization: &'a str, name: &str) -> Option<&'a str> {
    let fields = authorization.strip_prefix(ALGORITHM)?.strip_prefix(' ')?;
    let mut pairs = fields.split(',').filter_map(|field| field.split_once('='));
    pairs.find(|(field, _)| field.trim() == name).map(|(_, value)| value.trim())
}

/// A signature that is not about the host could be sent anywhere.
fn signed_headers(field: &str) -> Result<Vec<String>> {
    let names: Vec<_> = field.split(';').map(str::to_ascii_lowercase).collect();
    if names.iter().any(|name| name == "host") { Ok(names) } else { Err(S3Error::unauthorized()) }
}

fn wrong_algorithm() -> S3Error {
    S3Error::invalid_request(format!("Please use {ALGORITHM}"))
}

fn is_near(now: Timestamp, time: Timestamp) -> bool {
    now - time <= SKEW && time - now <= SKEW
}

fn check(computed: &Computed, provided: &str, key: &AccessKey, scope: &Scope) -> Result<Chain> {
    if is_equal(&computed.signature, provided) {
        let (scope, previous) = (scope.clone(), computed.signature.clone());
        return Ok(Chain { key: scope.key(&key.secret), scope, previous });
    }
    let message = "The request signature we calculated does not match the signature you provided. Check your secret \
                   access key and signing method.";
    Err(S3Error::new(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message).with(vec![
        ("StringToSign", computed.string_to_sign.clone()),
        ("StringToSignBytes", dump(&computed.string_to_sign)),
        ("CanonicalRequest", computed.canonical_request.clone()),
        ("CanonicalRequestBytes", dump(&computed.canonical_request)),
        ("SignatureProvided", provided.to_owned()),
    ]))
}

fn dump(text: &str) -> String {
    text.bytes().map(|byte| hex(&[byte])).collect::<Vec<_>>().join(" ")
}

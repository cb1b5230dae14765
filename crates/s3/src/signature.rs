//! AWS Signature Version 4: what is signed, and with which key.

use crate::call::Call;
use hmac::{Hmac, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Everything but letters, digits and `-._~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// When, where and for what something was signed.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// `20261121T052944Z`.
    pub(crate) time: String,
    /// `20261121`, as the credential says it.
    pub(crate) date: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

/// What a request's signature is made from.
pub(crate) struct Signed<'a> {
    pub(crate) scope: &'a Scope,
    /// In the order in which they were signed, in small letters.
    pub(crate) headers: &'a [String],
    /// The hash of the body, or what stands for it.
    pub(crate) payload: &'a str,
    /// The signature is in a parameter of the URL, and not part of what is signed.
    pub(crate) is_presigned: bool,
}

/// A signature and what it was made from, which a client that signs differently wants to see.
pub(crate) struct Computed {
    pub(crate) signature: String,
    pub(crate) canonical_request: String,
    pub(crate) string_to_sign: String,
}

impl Scope {
    pub(crate) fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }

    /// The key that the secret becomes for this scope.
    pub(crate) fn key(&self, secret: &str) -> Vec<u8> {
        let key = hmac(format!("AWS4{secret}").as_bytes(), &self.date);
        let key = hmac(&hmac(&key, &self.region), &self.service);
        hmac(&key, "aws4_request")
    }
}

impl Signed<'_> {
    pub(crate) fn compute(&self, call: &Call, secret: &str) -> Computed {
        let headers: String =
            self.headers.iter().map(|name| format!("{name}:{}\n", canonical_header(call, name))).collect();
        let canonical_request = [
            call.method.as_str(),
            &call.path,
            &self.canonical_query(call),
            &headers,
            &self.headers.join(";"),
            self.payload,
        ]
        .join("\n");
        let scope = self.scope;
        let string_to_sign =
            [ALGORITHM, &scope.time, &scope.text(), &sha256_hex(canonical_request.as_bytes())].join("\n");
        let signature = hex(&hmac(&scope.key(secret), &string_to_sign));
        Computed { signature, canonical_request, string_to_sign }
    }

    fn canonical_query(&self, call: &Call) -> String {
        let signed = call.params.iter().filter(|(name, _)| !self.is_presigned || name != "X-Amz-Signature");
        let mut pairs: Vec<_> = signed.map(|(name, value)| (uri_encode(name), uri_encode(value))).collect();
        pairs.sort();
        pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }
}

fn canonical_header(call: &Call, name: &str) -> String {
    let values: Vec<_> = call.headers.get_all(name).iter().map(|value| squeezed(value.as_bytes())).collect();
    if values.is_empty() && name == "host" { call.host.clone() } else { values.join(",") }
}

/// Without spaces around, and with one where there were several.
fn squeezed(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// As `UriEncode` of the specification; a slash too.
pub(crate) fn uri_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

pub(crate) fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may have any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Whether two texts are equal, in a time that does not tell where they differ.
pub(crate) fn is_equal(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |found, (one, other)| found | (one ^ other));
    one.len() == other.len() && differences == 0
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

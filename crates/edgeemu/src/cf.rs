//! `request.cf` of a request that no edge has seen: made up, but in production's shape and the same every time.

mod visitor;

use edgeemu_kv::consistency::Colo;
use http::{HeaderValue, Version};
use serde_json::{Value, json};

/// Makes `request.cf` as JSON. `colo`: where the request came in, if somebody asked for locations.
pub(crate) fn describe(version: Version, accept_encoding: Option<&HeaderValue>, colo: Option<Colo>) -> String {
    let mut cf = json!({
        "asOrganization": "",
        "asn": 395_747,
        "botManagement": {
            "corporateProxy": false,
            "detectionIds": [],
            "ja3Hash": "25b4882c2bcb50cd6b469ff28c596742",
            "score": 99,
            "staticResource": false,
            "verifiedBot": false,
        },
        "clientAcceptEncoding": accept_encoding.map_or("", |value| value.to_str().unwrap_or("")),
        "clientTcpRtt": 0,
        "clientTrustScore": 99,
        "edgeRequestKeepAliveStatus": 0,
        "httpProtocol": protocol(version),
        "requestPriority": "weight=192;exclusive=0",
        "tlsCipher": "AEAD-AES128-GCM-SHA256",
        "tlsVersion": "TLSv1.3",
    });
    cf["tlsClientAuth"] = client_certificate();
    let home = Colo::new(*b"DFW");
    let near = visitor::near(colo.unwrap_or(home));
    if near["colo"] == home.as_str() {
        cf["metroCode"] = "635".into();
        cf["postalCode"] = "78701".into();
    }
    for (name, value) in near {
        cf[name] = value;
    }
    cf.to_string()
}

/// What production says of a client that showed no certificate.
fn client_certificate() -> Value {
    let mut fields = serde_json::Map::new();
    for name in [
        "certFingerprintSHA1",
        "certFingerprintSHA256",
        "certIssuerDN",
        "certIssuerDNLegacy",
        "certIssuerDNRFC2253",
        "certIssuerSerial",
        "certIssuerSKI",
        "certNotAfter",
        "certNotBefore",
        "certSerial",
        "certSKI",
        "certSubjectDN",
        "certSubjectDNLegacy",
        "certSubjectDNRFC2253",
    ] {
        fields.insert(name.to_owned(), "".into());
    }
    fields.insert("certPresented".to_owned(), "0".into());
    fields.insert("certRevoked".to_owned(), "0".into());
    fields.insert("certVerified".to_owned(), "NONE".into());
    Value::Object(fields)
}

fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}

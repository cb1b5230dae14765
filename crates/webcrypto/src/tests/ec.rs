//! ECDSA and ECDH.

use super::{MESSAGE, assert_error, hex, import, vector, with_random};
use crate::{CryptoError, Curve, Hash, Key, KeySpec, SignParams, key};

const CURVES: [(&str, Curve); 3] = [("P256", Curve::P256), ("P384", Curve::P384), ("P521", Curve::P521)];

fn load(algorithm: &str, (name, curve): (&str, Curve), format: &str) -> Key {
    import(algorithm, curve.name(), (format, &vector(&format!("{name}.{format}")))).unwrap()
}

fn params(hash: Hash) -> SignParams {
    SignParams { hash: Some(hash), ..Default::default() }
}

#[test]
fn signatures_of_openssl_verify_for_every_curve_and_hash() {
    for curve in CURVES {
        let key = load("ECDSA", curve, "spki");
        for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            let signature = vector(&format!("{}.{hash:?}", curve.0));
            assert_eq!(key.verify(&params(hash), &signature, MESSAGE), Ok(true), "{curve:?} {hash:?}");
            assert_eq!(key.verify(&params(hash), &signature, b"other"), Ok(false));
            assert_eq!(key.verify(&params(hash), &signature[1..], MESSAGE), Ok(false));
        }
    }
}

#[test]
fn our_signatures_verify_for_every_curve_and_hash() {
    for curve in CURVES {
        let key = load("ECDSA", curve, "pkcs8");
        for hash in Hash::ALL {
            let signature = with_random(1, |random| key.sign(&params(hash), MESSAGE, random)).unwrap();
            assert_eq!(signature.len(), 2 * curve.1.field_len());
            assert_eq!(key.public().verify(&params(hash), &signature, MESSAGE), Ok(true), "{curve:?} {hash:?}");
        }
    }
}

#[test]
fn the_signature_of_rfc_6979_verifies() {
    let point = hex(
        "04 60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6 7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
    );
    let signature = hex(
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716 F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    );
    let key = import("ECDSA", "P-256", ("raw", &point)).unwrap();
    assert_eq!(key.verify(&params(Hash::Sha256), &signature, b"sample"), Ok(true));
}

#[test]
fn agreement_is_that_of_openssl() {
    for (name, curve) in CURVES {
        let own = load("ECDH", (name, curve), "pkcs8");
        let peer = import("ECDH", curve.name(), ("spki", &vector(&format!("{name}.peer")))).unwrap();
        let shared = vector(&format!("{name}.shared"));
        assert_eq!(own.agree(&peer, None).unwrap(), shared);
        assert_eq!(own.agree(&peer, Some(128)).unwrap(), &shared[..16]);
        let cut = own.agree(&peer, Some(11)).unwrap();
        assert_eq!(cut, [shared[0], shared[1] & 0b1110_0000], "unused bits are zero");
        let most = curve.field_len() as u32 * 8;
        assert_error(
            own.agree(&peer, Some(most + 1)),
            CryptoError::operation(format!(
                "Derived key length ({} bits) is too long (should be at most {most} bits).",
                most + 1
            )),
        );
    }
}

#[test]
fn agreement_needs_two_halves_of_one_curve() {
    let own = load("ECDH", CURVES[0], "pkcs8");
    assert_error(
        own.agree(&own, None),
        CryptoError::invalid_access("The provided key has type \"private\", not \"public\""),
    );
    assert_error(
        own.public().agree(&own.public(), None),
        CryptoError::invalid_access("The deriveBits operation is only valid for a private key, not \"public\"."),
    );
    assert_error(
        own.agree(&load("ECDH", CURVES[1], "spki"), None),
        CryptoError::invalid_access(
            "Private key for derivation is using curve \"P-256\" while public key is using \"P-384\".",
        ),
    );
    assert_error(
        own.agree(&import("X25519", "", ("spki", &vector("x25519.spki"))).unwrap(), None),
        CryptoError::invalid_access(
            "Base ECDH private key cannot be used to derive a key from a peer X25519 public key",
        ),
    );
    assert_error(
        load("ECDSA", CURVES[0], "pkcs8").agree(&own.public(), None),
        CryptoError::not_supported("The deriveBits operation is not implemented for \"ECDSA\"."),
    );
}

#[test]
fn keys_leave_in_the_form_they_came() {
    for (name, curve) in CURVES {
        let private = load("ECDSA", (name, curve), "pkcs8");
        assert_eq!(private.export("pkcs8").unwrap(), vector(&format!("{name}.pkcs8")));
        let spki = vector(&format!("{name}.spki"));
        assert_eq!(private.public().export("spki").unwrap(), spki);
        let raw = private.public().export("raw").unwrap();
        assert!(spki.ends_with(&raw));
        for point in [raw, vector(&format!("{name}.compressed"))] {
            assert_eq!(import("ECDSA", curve.name(), ("raw", &point)).unwrap().export("spki").unwrap(), spki);
        }
        let bare = import("ECDSA", curve.name(), ("pkcs8", &vector(&format!("{name}.sec1")))).unwrap();
        assert_eq!(bare.export("pkcs8").unwrap(), vector(&format!("{name}.pkcs8")));
        assert_error(
            private.export("raw"),
            CryptoError::invalid_access("Raw export of elliptic curve keys is only allowed for public keys."),
        );
    }
}

#[test]
fn generated_keys_agree_with_each_other() {
    for (name, curve) in CURVES {
        let spec = KeySpec::parse("ECDH", curve.name(), None).unwrap();
        let [left, right] = [1, 2].map(|seed| with_random(seed, |random| key::generate(&spec, None, random)).unwrap());
        assert_eq!(left.agree(&right.public(), None), right.agree(&left.public(), None), "{name}");
    }
}

#[test]
fn the_curve_of_the_data_must_be_the_one_asked_for() {
    let import_p384 = |algorithm, format| import(algorithm, "P-384", (format, &vector(&format!("P256.{format}"))));
    assert_error(
        import_p384("ECDSA", "spki"),
        CryptoError::data(
            "\"algorithm.namedCurve\" \"P-384\" does not match the curve specified by the input key data.",
        ),
    );
    assert_error(
        import_p384("ECDH", "pkcs8"),
        CryptoError::data(
            "\"algorithm.namedCurve\" \"P-384\", does not match the curve specified by the input key data.",
        ),
    );
    assert_error(
        import("ECDSA", "K-256", ("raw", b"")),
        CryptoError::not_supported("Unrecognized or unimplemented EC curve \"K-256\" requested."),
    );
    assert_error(
        import("ECDSA", "P-256", ("spki", &vector("rsa.spki"))),
        CryptoError::data("Input was not an EC key."),
    );
}

#[test]
fn points_off_the_curve_are_no_keys() {
    let mut point = load("ECDSA", CURVES[0], "spki").export("raw").unwrap();
    point[64] ^= 1;
    let expected = CryptoError::data("Failed to import raw EC key data.");
    assert_error(import("ECDSA", "P-256", ("raw", &point)), expected.clone());
    assert_error(import("ECDSA", "P-256", ("raw", &[0])), expected.clone());
    assert_error(import("ECDSA", "P-256", ("raw", b"")), expected);
}

#[test]
fn bytes_after_the_key_are_counted() {
    let mut input = vector("P256.pkcs8");
    input.extend_from_slice(b"123");
    assert_error(
        import("ECDSA", "P-256", ("pkcs8", &input)),
        CryptoError::data("Invalid 3 trailing bytes after PKCS8 input."),
    );
}

#[test]
fn signing_takes_a_hash_and_the_right_half() {
    let key = load("ECDSA", CURVES[0], "pkcs8");
    assert!(matches!(key.public().verify(&SignParams::default(), b"", b""), Err(CryptoError::Type(_))));
    assert_error(
        key.verify(&params(Hash::Sha1), b"", b""),
        CryptoError::invalid_access("Asymmetric verification requires a public key."),
    );
    assert_error(
        with_random(1, |random| load("ECDH", CURVES[0], "pkcs8").sign(&params(Hash::Sha1), b"", random)),
        CryptoError::not_supported("The sign and verify operations are not implemented for \"ECDH\"."),
    );
}

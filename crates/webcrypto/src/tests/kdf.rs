//! HKDF and PBKDF2.

use super::{assert_error, hex, import};
use crate::{CryptoError, Hash, HkdfParams, Pbkdf2Params};

#[test]
fn hkdf_gives_the_answers_of_rfc_5869() {
    let salt = hex("000102030405060708090a0b0c");
    let info = hex("f0f1f2f3f4f5f6f7f8f9");
    let cases = [
        (Hash::Sha256, 22, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        (Hash::Sha1, 11, "085a01ea1b10f36933068b56efa5ad81a4f14b822f5b091568a9cdd4f155fda2c22e422478d305f3f896"),
    ];
    for (hash, length, expected) in cases {
        let key = import("HKDF", "", ("raw", &vec![0x0b; length])).unwrap();
        let output = key.hkdf(&HkdfParams { hash, salt: &salt, info: &info, length: 42 * 8 });
        assert_eq!(output.unwrap(), hex(expected), "{hash:?}");
    }
}

#[test]
fn pbkdf2_gives_the_answers_of_rfc_6070_and_7914() {
    let cases: [(Hash, &[u8], u32, &str); 4] = [
        (Hash::Sha1, b"password", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
        (Hash::Sha1, b"password", 4096, "4b007901b765489abead49d926f721d065a429c1"),
        (
            Hash::Sha256,
            b"passwd",
            1,
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
        ),
        (Hash::Sha512, b"password", 1000, "afe6c5530785b6cc6b1c6453384731bd5ee432ee549fd42fb6695779ad8a1c5b"),
    ];
    for (hash, password, iterations, expected) in cases {
        let key = import("PBKDF2", "", ("raw", password)).unwrap();
        let expected = hex(expected);
        let params = Pbkdf2Params { hash, salt: b"salt", iterations, length: expected.len() as u32 * 8 };
        assert_eq!(key.pbkdf2(&params).unwrap(), expected, "{hash:?} {iterations}");
    }
}

#[test]
fn hkdf_derives_no_more_than_255_digests() {
    let key = import("HKDF", "", ("raw", b"secret")).unwrap();
    let params = |length| HkdfParams { hash: Hash::Sha256, salt: b"", info: b"", length };
    assert_eq!(key.hkdf(&params(255 * 256)).unwrap().len(), 255 * 32);
    assert_error(key.hkdf(&params(255 * 256 + 8)), CryptoError::operation("HKDF deriveBits failed."));
}

#[test]
fn derived_lengths_are_whole_bytes() {
    let key = import("PBKDF2", "", ("raw", b"secret")).unwrap();
    for length in [0, 7, 129] {
        let params = Pbkdf2Params { hash: Hash::Sha1, salt: b"", iterations: 1, length };
        assert_error(
            key.pbkdf2(&params),
            CryptoError::operation(format!(
                "PBKDF2 requires a derived key length that is a non-zero multiple of eight (requested {length})."
            )),
        );
    }
}

#[test]
fn pbkdf2_refuses_more_rounds_than_production() {
    let key = import("PBKDF2", "", ("raw", b"secret")).unwrap();
    let params = |iterations| Pbkdf2Params { hash: Hash::Sha1, salt: b"", iterations, length: 8 };
    assert!(key.pbkdf2(&params(100_000)).is_ok());
    assert_error(
        key.pbkdf2(&params(100_001)),
        CryptoError::not_supported(
            "Pbkdf2 failed: iteration counts above 100000 are not supported (requested 100001).",
        ),
    );
    assert_error(
        key.pbkdf2(&params(0)),
        CryptoError::operation("PBKDF2 requires a positive iteration count (requested 0)."),
    );
}

#[test]
fn secrets_to_derive_from_come_raw_and_never_leave() {
    assert_error(
        import("HKDF", "", ("spki", b"")),
        CryptoError::not_supported("HKDF key must be imported in \"raw\" format (requested \"spki\")"),
    );
    let key = import("PBKDF2", "", ("raw", b"")).unwrap();
    assert_error(
        key.export("raw"),
        CryptoError::not_supported("Unrecognized or unsupported export of \"PBKDF2\" requested."),
    );
}

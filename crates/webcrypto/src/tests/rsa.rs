//! RSA.

use super::{MESSAGE, assert_error, import, vector, with_random};
use crate::{CipherParams, CryptoError, Hash, Key, KeySpec, KeyType, RsaGenerate, RsaScheme, SignParams, key};

fn private(algorithm: &str, hash: Hash) -> Key {
    import(algorithm, hash.name(), ("pkcs8", &vector("rsa.pkcs8"))).unwrap()
}

fn public(algorithm: &str, hash: Hash) -> Key {
    import(algorithm, hash.name(), ("spki", &vector("rsa.spki"))).unwrap()
}

const SHA: [Hash; 4] = [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512];

#[test]
fn pkcs1_signatures_are_those_of_openssl() {
    for hash in SHA {
        let expected = vector(&format!("pkcs1.{hash:?}"));
        let key = private("RSASSA-PKCS1-v1_5", hash);
        let signature = with_random(1, |random| key.sign(&SignParams::default(), MESSAGE, random));
        assert_eq!(signature.unwrap(), expected, "{hash:?}");
        let key = public("RSASSA-PKCS1-v1_5", hash);
        assert_eq!(key.verify(&SignParams::default(), &expected, MESSAGE), Ok(true));
        assert_eq!(key.verify(&SignParams::default(), &expected, b"other"), Ok(false));
        assert_eq!(key.verify(&SignParams::default(), &expected[1..], MESSAGE), Ok(false));
    }
}

#[test]
fn pss_signatures_of_openssl_verify_and_ours_do_too() {
    for hash in SHA {
        for salt in [0, 20, 32] {
            let params = SignParams { salt_length: Some(salt), ..Default::default() };
            let other = SignParams { salt_length: Some(salt + 1), ..Default::default() };
            let theirs = vector(&format!("pss.{hash:?}.{salt}"));
            let key = private("RSA-PSS", hash);
            let ours = with_random(2, |random| key.sign(&params, MESSAGE, random)).unwrap();
            let public = key.public();
            for signature in [theirs, ours] {
                assert_eq!(public.verify(&params, &signature, MESSAGE), Ok(true), "{hash:?} {salt}");
                assert_eq!(public.verify(&params, &signature, b"other"), Ok(false));
                assert_eq!(public.verify(&other, &signature, MESSAGE), Ok(false), "salt of another length");
            }
        }
    }
}

#[test]
fn pss_needs_a_salt_length_that_fits() {
    let key = private("RSA-PSS", Hash::Sha512);
    let sign = |salt_length| {
        with_random(1, |random| key.sign(&SignParams { salt_length, ..Default::default() }, MESSAGE, random))
    };
    assert_error(
        sign(None),
        CryptoError::Type("Failed to provide salt for RSA-PSS key operation which requires a salt".into()),
    );
    assert_error(sign(Some(-1)), CryptoError::data("SaltLength for RSA-PSS must be non-negative (provided -1)."));
    assert!(sign(Some(62)).is_ok());
    assert_error(sign(Some(63)), CryptoError::operation("key too small for signing with given digest and salt length"));
    let huge = SignParams { salt_length: Some(i32::MAX), ..Default::default() };
    assert_eq!(key.public().verify(&huge, &[1; 128], MESSAGE), Ok(false));
}

#[test]
fn oaep_decrypts_what_openssl_encrypted() {
    for hash in [Hash::Sha1, Hash::Sha256] {
        for (name, label) in [("plain", b"".as_slice()), ("label", b"\xff\x00label")] {
            let params = CipherParams { iv: label, ..Default::default() };
            let cipher = vector(&format!("oaep.{hash:?}.{name}"));
            let key = private("RSA-OAEP", hash);
            assert_eq!(key.decrypt(&params, &cipher).unwrap(), b"secret");
            let other = CipherParams { iv: b"other", ..Default::default() };
            assert_error(key.decrypt(&other, &cipher), CryptoError::operation("RSA-OAEP failed encrypt/decrypt."));
        }
    }
}

#[test]
fn oaep_gives_back_messages_of_every_length_that_fits() {
    let (public, private) = (public("RSA-OAEP", Hash::Sha256), private("RSA-OAEP", Hash::Sha256));
    let params = CipherParams { iv: b"label", ..Default::default() };
    for length in [0, 1, 61, 62] {
        let cipher = with_random(3, |random| public.encrypt(&params, &vec![0; length], random)).unwrap();
        assert_eq!(private.decrypt(&params, &cipher).unwrap(), vec![0; length]);
    }
    assert!(with_random(3, |random| public.encrypt(&params, &[0; 63], random)).is_err());
}

#[test]
fn each_half_does_its_own_operations() {
    let (public, private) = (public("RSA-OAEP", Hash::Sha1), private("RSA-OAEP", Hash::Sha1));
    assert_error(
        with_random(1, |random| private.encrypt(&CipherParams::default(), b"", random)),
        CryptoError::invalid_access("Encryption/key wrapping only works with public keys, not \"private\"."),
    );
    assert_error(
        public.decrypt(&CipherParams::default(), b""),
        CryptoError::invalid_access("Decryption/key unwrapping only works with private keys, not \"public\"."),
    );
    assert_error(
        with_random(1, |random| public.sign(&SignParams::default(), b"", random)),
        CryptoError::invalid_access("Asymmetric signing requires a private key."),
    );
    assert_error(
        public.export("pkcs8"),
        CryptoError::invalid_access("Asymmetric pkcs8 export requires private key (not \"public\")."),
    );
    assert_error(public.export("raw"), CryptoError::invalid_access("Cannot export \"RSA-OAEP\" in \"raw\" format."));
}

#[test]
fn keys_leave_in_the_form_they_came() {
    let (public, private) = (public("RSA-PSS", Hash::Sha1), private("RSA-PSS", Hash::Sha1));
    assert_eq!(private.export("pkcs8").unwrap(), vector("rsa.pkcs8"));
    assert_eq!(public.export("spki").unwrap(), vector("rsa.spki"));
    assert_eq!(private.public().export("spki").unwrap(), vector("rsa.spki"));
    assert_eq!((private.bits(), private.public_exponent()), (1024, vec![1, 0, 1]));
    assert_eq!((private.key_type(), public.key_type()), (KeyType::Private, KeyType::Public));
}

#[test]
fn a_bare_pkcs1_key_is_taken_as_production_takes_it() {
    let key = import("RSA-PSS", "SHA-1", ("pkcs8", &vector("rsa.pkcs1"))).unwrap();
    assert_eq!(key.export("pkcs8").unwrap(), vector("rsa.pkcs8"));
}

#[test]
fn raw_signatures_are_the_bare_private_operation() {
    let key = private("RSA-RAW", Hash::Sha256);
    let signature = vector("pkcs1.Sha256");
    // The public operation on a signature gives the padded digest; the raw private one leads back.
    let Key::Rsa(inner) = &key else { panic!("an RSA key") };
    let crate::rsa::RsaHalf::Public(public) = inner.public().half else { panic!("a public key") };
    let padded = rsa::hazmat::rsa_encrypt(&public, &rsa::BigUint::from_bytes_be(&signature)).unwrap();
    let padded = crate::oaep::padded(&padded, 128).unwrap();
    let sign = |data: &[u8]| with_random(1, |random| key.sign(&SignParams::default(), data, random));
    assert_eq!(sign(&padded).unwrap(), signature);
    assert_error(
        sign(&[0; 129]),
        CryptoError::data("Blind Signing requires presigned data (129 bytes) to be smaller than the key (128 bytes)."),
    );
    assert_error(
        import("RSA-RAW", "", ("spki", &vector("rsa.spki"))),
        CryptoError::data("RSA-RAW only supports private keys but requested \"public\"."),
    );
}

#[test]
fn a_generated_key_signs() {
    let params =
        RsaGenerate { scheme: RsaScheme::Pkcs1, hash: Hash::Sha256, modulus_length: 512, public_exponent: &[1, 0, 1] };
    let key = with_random(4, |random| key::generate_rsa(&params, random)).unwrap();
    assert_eq!(key.bits(), 512);
    let signature = with_random(4, |random| key.sign(&SignParams::default(), MESSAGE, random)).unwrap();
    assert_eq!(key.public().verify(&SignParams::default(), &signature, MESSAGE), Ok(true));
}

#[test]
fn generation_refuses_sizes_and_exponents_in_production_words() {
    let generate = |modulus_length, public_exponent| {
        let params = RsaGenerate { scheme: RsaScheme::Pss, hash: Hash::Sha256, modulus_length, public_exponent };
        with_random(1, |random| key::generate_rsa(&params, random))
    };
    assert_error(generate(0, &[3]), CryptoError::operation("modulusLength must be greater than zero (requested 0)."));
    for length in [128, 1001, 16392] {
        assert_error(
            generate(length, &[3]),
            CryptoError::operation(format!(
                "The modulus length must be a multiple of 8 and between 256 and 16k, but {length} was requested."
            )),
        );
    }
    assert_error(
        generate(1032, &[3]),
        CryptoError::operation("Can't generate key: RSA key size is required to be a multiple of 128"),
    );
    assert_error(
        generate(1024, &[5]),
        CryptoError::operation("The \"publicExponent\" must be either 3 or 65537, but got 5."),
    );
    assert_error(
        generate(1024, &[1, 0, 0, 0, 0]),
        CryptoError::operation("The \"publicExponent\" must be either 3 or 65537, but got a number larger than 2^32."),
    );
    assert!(generate(256, &[0, 0, 0, 0, 1, 0, 1]).is_ok(), "leading zeros do not count");
}

#[test]
fn a_key_too_small_for_the_digest_does_not_sign() {
    let params =
        RsaGenerate { scheme: RsaScheme::Pkcs1, hash: Hash::Sha512, modulus_length: 512, public_exponent: &[1, 0, 1] };
    let key = with_random(5, |random| key::generate_rsa(&params, random)).unwrap();
    assert_error(
        with_random(5, |random| key.sign(&SignParams::default(), MESSAGE, random)),
        CryptoError::operation("key too small for signing with given digest, need at least 768bits."),
    );
}

#[test]
fn other_kinds_of_key_are_not_taken_for_rsa() {
    assert_error(
        import("RSA-PSS", "SHA-1", ("pkcs8", &vector("P256.pkcs8"))),
        CryptoError::data("Input was not an RSA key."),
    );
    assert_error(
        import("RSA-PSS", "SHA-1", ("spki", &vector("ed25519.spki"))),
        CryptoError::data("Input was not an RSA key."),
    );
    assert_error(
        import("RSA-PSS", "SHA-1", ("raw", b"")),
        CryptoError::not_supported("Unrecognized key import format \"raw\"."),
    );
    let spec = KeySpec::parse("RSA-PSS", "SHA-1", None).unwrap();
    assert!(with_random(1, |random| key::generate(&spec, None, random)).is_err());
}

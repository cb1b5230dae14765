//! Ed25519 and X25519.

use super::{MESSAGE, assert_error, hex, import, vector, with_random};
use crate::{CryptoError, KeySpec, OkpKey, OkpKind, SignParams, key};

#[test]
fn ed25519_gives_the_signature_of_rfc_8032() {
    let seed = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let key = OkpKey::from_private(OkpKind::Ed25519, seed.try_into().unwrap());
    assert_eq!(key.public.to_vec(), hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    let signature = key.sign(b"").unwrap();
    let expected = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
    assert_eq!(signature, hex(expected));
    assert_eq!(key.public().verify(&signature, b""), Ok(true));
    assert_eq!(key.public().verify(&signature, b"x"), Ok(false));
}

#[test]
fn ed25519_agrees_with_openssl_under_both_of_its_names() {
    for name in ["Ed25519", "NODE-ED25519"] {
        let private = import(name, "", ("pkcs8", &vector("ed25519.pkcs8"))).unwrap();
        let signature = with_random(1, |random| private.sign(&SignParams::default(), MESSAGE, random)).unwrap();
        assert_eq!(signature, vector("ed25519.signature"));
        let public = import(name, "", ("spki", &vector("ed25519.spki"))).unwrap();
        assert_eq!(public.verify(&SignParams::default(), &signature, MESSAGE), Ok(true));
        assert_eq!(private.export("pkcs8").unwrap(), vector("ed25519.pkcs8"));
        assert_eq!(private.public().export("spki").unwrap(), vector("ed25519.spki"));
        assert_error(
            public.verify(&SignParams::default(), &signature[1..], MESSAGE),
            CryptoError::operation(format!("Invalid {name} signature length 63")),
        );
    }
}

#[test]
fn x25519_gives_the_secret_of_rfc_7748() {
    let bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    let bob = OkpKey::from_private(OkpKind::X25519, bob.try_into().unwrap());
    assert_eq!(bob.public.to_vec(), hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
    let alice = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    let alice = OkpKey::import_raw(OkpKind::X25519, &alice).unwrap();
    let shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    assert_eq!(bob.derive_bits(&alice, None).unwrap(), shared);
    assert_eq!(bob.derive_bits(&alice, Some(4)).unwrap(), [shared[0] & 0xf0]);
    assert_error(
        bob.derive_bits(&alice, Some(257)),
        CryptoError::operation("Derived key length (257 bits) is too long (should be at most 256 bits)."),
    );
}

#[test]
fn x25519_agrees_with_openssl() {
    let own = import("X25519", "", ("pkcs8", &vector("x25519.pkcs8"))).unwrap();
    let peer = import("X25519", "", ("spki", &vector("x25519.peer"))).unwrap();
    assert_eq!(own.agree(&peer, None).unwrap(), vector("x25519.shared"));
    assert_eq!(own.public().export("spki").unwrap(), vector("x25519.spki"));
    assert_eq!(own.export("pkcs8").unwrap(), vector("x25519.pkcs8"));
}

#[test]
fn points_of_small_order_give_no_secret() {
    let own = import("X25519", "", ("pkcs8", &vector("x25519.pkcs8"))).unwrap();
    let zero = import("X25519", "", ("raw", &[0; 32])).unwrap();
    assert_error(
        own.agree(&zero, None),
        CryptoError::operation("Detected small order secure curve points, aborting EDDH derivation"),
    );
}

#[test]
fn the_two_uses_of_the_curve_do_not_mix() {
    assert_error(
        import("Ed25519", "", ("pkcs8", &vector("x25519.pkcs8"))),
        CryptoError::data("Input was not an Ed25519 key."),
    );
    let signing = import("Ed25519", "", ("pkcs8", &vector("ed25519.pkcs8"))).unwrap();
    assert_error(
        signing.agree(&signing.public(), None),
        CryptoError::not_supported("The deriveBits operation is not implemented for \"Ed25519\"."),
    );
    let agreeing = import("X25519", "", ("pkcs8", &vector("x25519.pkcs8"))).unwrap();
    assert_error(
        with_random(1, |random| agreeing.sign(&SignParams::default(), b"", random)),
        CryptoError::operation("Not implemented for algorithm \"X25519\"."),
    );
}

#[test]
fn raw_keys_are_public_and_have_32_bytes() {
    assert_error(
        import("Ed25519", "", ("raw", &[0; 31])),
        CryptoError::data("Ed25519 raw keys must be exactly 32-bytes (provided 31)."),
    );
    let spec = KeySpec::parse("Ed25519", "", None).unwrap();
    let key = with_random(1, |random| key::generate(&spec, None, random)).unwrap();
    assert_eq!(key.public().export("raw").unwrap().len(), 32);
    assert_error(
        key.export("raw"),
        CryptoError::invalid_access("Raw export of Ed25519 keys is only allowed for public keys."),
    );
}

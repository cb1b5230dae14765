//! Input that is nearly a key: whatever it is, the answer is a key or an error.

use super::{Dice, MESSAGE, import, vector, with_random};
use crate::{CipherParams, Hash, Jwk, JwkRequest, Key, KeySpec, SignParams, jwk};

const SOURCES: [(&str, &str, &str, &str); 12] = [
    ("RSA-PSS", "SHA-256", "pkcs8", "rsa.pkcs8"),
    ("RSASSA-PKCS1-v1_5", "SHA-1", "pkcs8", "rsa.pkcs1"),
    ("RSA-OAEP", "SHA-256", "spki", "rsa.spki"),
    ("ECDSA", "P-256", "pkcs8", "P256.pkcs8"),
    ("ECDH", "P-384", "pkcs8", "P384.pkcs8"),
    ("ECDSA", "P-521", "pkcs8", "P521.sec1"),
    ("ECDSA", "P-521", "spki", "P521.spki"),
    ("ECDH", "P-256", "raw", "P256.compressed"),
    ("Ed25519", "", "pkcs8", "ed25519.pkcs8"),
    ("Ed25519", "", "spki", "ed25519.spki"),
    ("X25519", "", "pkcs8", "x25519.pkcs8"),
    ("X25519", "", "spki", "x25519.spki"),
];

/// Changes, removes, doubles or adds some bytes.
fn mutate(dice: &mut Dice, data: &mut Vec<u8>) {
    for _ in 0..=dice.below(3) {
        let index = dice.below(data.len());
        match dice.below(6) {
            0 => data.truncate(index),
            1 => data.insert(index, dice.next() as u8),
            2 if !data.is_empty() => drop(data.remove(index)),
            3 if !data.is_empty() => data[index] = [0, 0x7f, 0x80, 0xff][dice.below(4)],
            _ if !data.is_empty() => data[index] ^= 1 << dice.below(8),
            _ => data.push(dice.next() as u8),
        }
    }
}

/// Everything that can be done with a key, with results of no interest.
fn use_up(key: &Key) {
    let params = SignParams { hash: Some(Hash::Sha256), salt_length: Some(20) };
    let cipher = CipherParams { iv: b"label", ..Default::default() };
    with_random(1, |random| {
        let signature = key.sign(&params, MESSAGE, random).unwrap_or_default();
        let _ = key.public().verify(&params, &signature, MESSAGE);
        let text = key.public().encrypt(&cipher, b"text", random).unwrap_or_default();
        let _ = key.decrypt(&cipher, &text);
    });
    let _ = key.agree(&key.public(), Some(100));
    let _ = jwk::export(key);
    for format in ["raw", "pkcs8", "spki"] {
        let _ = key.export(format);
    }
}

#[test]
fn mutated_der_keys_never_panic() {
    let seed = 0x0DD_5EED;
    println!("seed {seed:#x}");
    let mut dice = Dice(seed);
    let mut imported = 0;
    for (algorithm, parameter, format, name) in SOURCES {
        let original = vector(name);
        for _ in 0..400 {
            let mut data = original.clone();
            mutate(&mut dice, &mut data);
            if let Ok(key) = import(algorithm, parameter, (format, &data)) {
                imported += 1;
                // Signing with every survivor of 1024 bits would take the test minutes.
                if imported % 8 == 0 {
                    use_up(&key);
                }
            }
        }
    }
    assert!(imported > 100, "the mutations reach past the parser: {imported}");
}

#[test]
fn every_truncation_of_a_der_key_is_refused() {
    for (algorithm, parameter, format, name) in SOURCES {
        let data = vector(name);
        for length in 0..data.len() {
            assert!(import(algorithm, parameter, (format, &data[..length])).is_err(), "{name} cut to {length}");
        }
    }
}

#[test]
fn mutated_json_keys_never_panic() {
    let seed = 0xBAD_5EED;
    println!("seed {seed:#x}");
    let mut dice = Dice(seed);
    for (algorithm, parameter, format, name) in SOURCES {
        let spec = KeySpec::parse(algorithm, parameter, None).unwrap();
        let key = import(algorithm, parameter, (format, &vector(name))).unwrap();
        let json = serde_json::to_value(jwk::export(&key).unwrap()).unwrap();
        let members = json.as_object().unwrap();
        for _ in 0..100 {
            let mut changed = members.clone();
            let index = dice.below(members.len());
            let (name, value) = members.iter().nth(index).unwrap();
            let mut text = value.as_str().unwrap().as_bytes().to_vec();
            mutate(&mut dice, &mut text);
            match dice.below(8) {
                0 => drop(changed.remove(name)),
                _ => drop(changed.insert(name.clone(), String::from_utf8_lossy(&text).into())),
            }
            let jwk: Jwk = serde_json::from_value(changed.into()).unwrap();
            let request = JwkRequest { usages: &["sign"], extractable: true };
            if let Ok(key) = jwk::import(&spec, &jwk, &request) {
                use_up(&key);
            }
        }
    }
}

#[test]
fn json_that_is_no_key_is_refused() {
    for text in ["", "null", "[]", r#"["oct"]"#, "{}", "{", r#"{"kty":5}"#, r#"{"kty":"oct","k":{}}"#] {
        assert!(Jwk::parse(text).is_err(), "{text}");
    }
}

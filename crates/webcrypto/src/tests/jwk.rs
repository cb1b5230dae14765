//! JSON Web Keys.

use super::{assert_error, import as import_data, vector, with_random};
use crate::{CryptoError, Hash, Jwk, JwkRequest, Key, KeySpec, RsaGenerate, RsaScheme, jwk, key};

fn import(algorithm: &str, parameter: &str, json: &str) -> crate::Result<Key> {
    import_for(algorithm, parameter, (json, &[]))
}

fn import_for(algorithm: &str, parameter: &str, (json, usages): (&str, &[&str])) -> crate::Result<Key> {
    let spec = KeySpec::parse(algorithm, parameter, None)?;
    jwk::import(&spec, &Jwk::parse(json)?, &JwkRequest { usages, extractable: true })
}

/// Exports, imports what came out, and compares by the bytes of the key.
fn round_trip(key: &Key, parameter: &str) -> Jwk {
    let exported = jwk::export(key).unwrap();
    let json = serde_json::to_string(&exported).unwrap();
    let again = import(key.name(), parameter, &json).unwrap();
    let format = ["raw", "pkcs8", "spki"].into_iter().find(|format| key.export(format).is_ok()).unwrap();
    assert_eq!(again.export(format).unwrap(), key.export(format).unwrap(), "{json}");
    exported
}

#[test]
fn every_kind_of_key_comes_back_as_it_left() {
    let symmetric = [("HMAC", "SHA-384", "HS384"), ("AES-GCM", "", "A192GCM"), ("AES-KW", "", "A192KW")];
    for (name, parameter, alg) in symmetric {
        let exported = round_trip(&import_data(name, parameter, ("raw", &[7; 24])).unwrap(), parameter);
        assert_eq!((exported.kty.as_str(), exported.alg.as_deref()), ("oct", Some(alg)));
    }
    let rsa = [
        ("RSASSA-PKCS1-v1_5", "SHA-1", "RS1"),
        ("RSA-PSS", "SHA-256", "PS256"),
        ("RSA-OAEP", "SHA-1", "RSA-OAEP"),
        ("RSA-OAEP", "SHA-512", "RSA-OAEP-512"),
    ];
    for (name, hash, alg) in rsa {
        let key = import_data(name, hash, ("pkcs8", &vector("rsa.pkcs8"))).unwrap();
        assert_eq!(round_trip(&key, hash).alg.as_deref(), Some(alg));
        assert_eq!(round_trip(&key.public(), hash).d, None);
    }
    for (name, curve) in [("P256", "P-256"), ("P384", "P-384"), ("P521", "P-521")] {
        for algorithm in ["ECDSA", "ECDH"] {
            let key = import_data(algorithm, curve, ("pkcs8", &vector(&format!("{name}.pkcs8")))).unwrap();
            assert_eq!(round_trip(&key, curve).crv.as_deref(), Some(curve));
            round_trip(&key.public(), curve);
        }
    }
    for (name, file) in [("Ed25519", "ed25519"), ("NODE-ED25519", "ed25519"), ("X25519", "x25519")] {
        let key = import_data(name, "", ("pkcs8", &vector(&format!("{file}.pkcs8")))).unwrap();
        assert_eq!(round_trip(&key, "").alg.is_some(), name == "Ed25519");
        round_trip(&key.public(), "");
    }
}

#[test]
fn the_hmac_key_of_rfc_7515_is_read() {
    let json =
        r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
    let key = import("HMAC", "SHA-256", json).unwrap();
    assert_eq!(key.bits(), 512);
    let signed = with_random(1, |random| {
        let text = b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        key.sign(&crate::SignParams::default(), text, random)
    });
    use base64::Engine;
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(signed.unwrap());
    assert_eq!(text, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

#[test]
fn both_alphabets_and_padding_are_read() {
    for text in ["-_8", "+/8=", "-/8="] {
        let key = import("HMAC", "SHA-1", &format!(r#"{{"kty":"oct","k":"{text}"}}"#)).unwrap();
        assert_eq!(key.export("raw").unwrap(), [0xfb, 0xff]);
    }
    assert_error(
        import("HMAC", "SHA-1", r#"{"kty":"oct","k":"a b"}"#),
        CryptoError::data("HMAC \"jwk\" key import requires a base64Url encoding of the key"),
    );
}

#[test]
fn kty_and_alg_must_be_those_of_the_algorithm() {
    let k = "AAAAAAAAAAAAAAAAAAAAAA";
    let cases = [
        (
            ("HMAC", "SHA-256", format!(r#"{{"kty":"RSA","k":"{k}"}}"#)),
            "HMAC \"jwk\" key import requires a JSON Web Key with Key Type parameter (\"kty\") equal to \"oct\" (encountered \"RSA\").",
        ),
        (
            ("HMAC", "SHA-256", format!(r#"{{"kty":"oct","k":"{k}","alg":"HS512"}}"#)),
            "HMAC \"jwk\" key import specifies \"alg\" that is incompatible with the hash name (encountered \"HS512\", expected \"HS256\").",
        ),
        (
            ("AES-GCM", "", format!(r#"{{"kty":"oct","k":"{k}","alg":"A128CBC"}}"#)),
            "Symmetric \"jwk\" key contains invalid \"alg\" value \"A128CBC\", expected \"A128GCM\".",
        ),
        (
            ("ECDSA", "P-256", r#"{"kty":"EC","alg":"ES384"}"#.to_owned()),
            "JSON Web Key Algorithm parameter \"alg\" (\"ES384\") does not match requested curve.",
        ),
        (
            ("Ed25519", "", r#"{"kty":"EC"}"#.to_owned()),
            "Ed25519 \"jwk\" key imports requires a JSON Web Key with Key Type parameter \"kty\" (\"EC\") equal to \"OKP\".",
        ),
        (("X25519", "", r#"{"kty":"OKP"}"#.to_owned()), "Missing field \"crv\" for X25519 key."),
        (
            ("RSA-PSS", "SHA-1", r#"{"kty":"RSA","e":"AQAB"}"#.to_owned()),
            "Invalid RSA key in JSON Web Key; missing or invalid Modulus parameter (\"n\").",
        ),
    ];
    for ((algorithm, parameter, json), expected) in cases {
        assert_error(import(algorithm, parameter, &json), CryptoError::data(expected));
    }
    assert_error(
        import("RSA-PSS", "SHA-1", r#"{"kty":"RSA","alg":"RS256"}"#),
        CryptoError::not_supported(
            "Unrecognized or unimplemented algorithm \"RS256\" listed in JSON Web Key Algorithm parameter.",
        ),
    );
}

#[test]
fn use_key_ops_and_ext_must_allow_what_is_asked_for() {
    let aes = |members: &str, usages: &[&str]| {
        let json = format!(r#"{{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA",{members}}}"#);
        import_for("AES-GCM", "", (&json, usages))
    };
    assert!(aes(r#""use":"sig""#, &[]).is_ok(), "nothing is asked for");
    let cases: [(&str, &[&str], &str); 4] = [
        (r#""use":"sig""#, &["encrypt"], "Symmetric \"jwk\" key must have a \"use\" of \"enc\", not \"sig\"."),
        (
            r#""key_ops":["encrypt","encrypt"]"#,
            &["encrypt"],
            "Symmetric \"jwk\" key contains duplicate value \"encrypt\", in \"key_op\".",
        ),
        (r#""key_ops":["encrypt"]"#, &["encrypt", "decrypt"], "\"jwk\" key missing usage \"decrypt\", in \"key_ops\"."),
        (r#""ext":false"#, &["encrypt"], "JWK ext field for \"AES-GCM\" is set to false but extractable is true"),
    ];
    for (members, usages, expected) in cases {
        assert_error(aes(members, usages), CryptoError::data(expected));
    }
}

#[test]
fn use_and_key_ops_of_pairs_must_agree_with_each_other() {
    let ec = |members: &str, usages: &[&str]| {
        let key = import_data("ECDSA", "P-256", ("spki", &vector("P256.spki"))).unwrap();
        let json = serde_json::to_string(&jwk::export(&key).unwrap()).unwrap();
        import_for("ECDSA", "P-256", (&json.replacen('{', &format!("{{{members},"), 1), usages))
    };
    assert!(ec(r#""use":"sig","key_ops":["verify","sign"]"#, &["verify"]).is_ok());
    let texts = [
        (r#""use":"enc""#, "requires a JSON Web Key with Public Key Use parameter \"use\" (\"enc\") equal to \"sig\"."),
        (r#""key_ops":["verify","verify"]"#, "must not contain duplicates."),
        (r#""key_ops":["sign"]"#, "All specified key usages must be present"),
        (r#""use":"sig","key_ops":["verify","encrypt"]"#, "\"sign\" and/or \"verify\" values (not \"encrypt\")."),
    ];
    for (members, expected) in texts {
        let Err(CryptoError::Data(text)) = ec(members, &["verify"]) else { panic!("{members} is refused") };
        assert!(text.contains(expected), "{text}");
    }
}

fn rsa_jwk() -> Jwk {
    jwk::export(&import_data("RSA-PSS", "SHA-256", ("pkcs8", &vector("rsa.pkcs8"))).unwrap()).unwrap()
}

fn import_rsa(jwk: &Jwk) -> crate::Result<Key> {
    let spec = KeySpec::parse("RSA-PSS", "SHA-256", None).unwrap();
    jwk::import(&spec, jwk, &JwkRequest { usages: &[], extractable: true })
}

#[test]
fn the_primes_of_an_rsa_key_are_found_when_they_are_left_out() {
    let whole = rsa_jwk();
    let bare = Jwk { p: None, q: None, dp: None, dq: None, qi: None, ..whole.clone() };
    let found = jwk::export(&import_rsa(&bare).unwrap()).unwrap();
    assert_eq!((found.n, found.d), (whole.n, whole.d));
    assert!(found.p == whole.p || found.p == whole.q);
}

#[test]
fn half_of_the_primes_or_wrong_ones_are_refused() {
    let half = Jwk { qi: None, ..rsa_jwk() };
    let Err(CryptoError::Data(text)) = import_rsa(&half) else { panic!("five factors or none") };
    assert!(text.contains("then they must all be present"), "{text}");
    let whole = rsa_jwk();
    for wrong in [
        Jwk { p: whole.q.clone(), ..whole.clone() },
        Jwk { qi: whole.dp.clone(), ..whole.clone() },
        Jwk { d: whole.dp.clone(), ..whole.clone() },
    ] {
        assert_error(
            import_rsa(&wrong),
            CryptoError::data("Invalid RSA key in JSON Web Key; the numbers do not form a key."),
        );
    }
    let multi = Jwk { oth: Some(serde_json::json!([])), ..whole };
    assert_error(import_rsa(&multi), CryptoError::not_supported("Multi-prime private keys not supported."));
}

#[test]
fn an_exponent_outside_the_safe_list_is_refused() {
    let public = Jwk { d: None, e: Some("BQ".into()), ..rsa_jwk() };
    assert_error(import_rsa(&public), CryptoError::operation("Imported RSA key has invalid publicExponent 5."));
    let tiny = Jwk { d: None, n: Some("_w".into()), ..rsa_jwk() };
    assert_error(
        import_rsa(&tiny),
        CryptoError::operation(
            "The modulus length must be a multiple of 8 and between 256 and 16k, but 8 was requested.",
        ),
    );
}

#[test]
fn coordinates_are_numbers_whatever_their_padding() {
    let key = import_data("ECDSA", "P-256", ("spki", &vector("P256.spki"))).unwrap();
    let exported = jwk::export(&key).unwrap();
    let spec = KeySpec::parse("ECDSA", "P-256", None).unwrap();
    let request = JwkRequest { usages: &[], extractable: true };
    let point = key.export("raw").unwrap();
    use base64::Engine;
    let long = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode([&[0, 0], &point[1..33]].concat());
    let padded = Jwk { x: Some(long), ..exported.clone() };
    assert_eq!(jwk::import(&spec, &padded, &request).unwrap().export("raw").unwrap(), point);
    let swapped = Jwk { x: exported.y.clone(), y: exported.x.clone(), ..exported };
    assert_error(
        jwk::import(&spec, &swapped, &request),
        CryptoError::operation("Invalid EC key; public key coordinates \"x\" and \"y\" are invalid."),
    );
}

#[test]
fn a_private_number_that_is_not_of_the_point_is_refused() {
    let own = jwk::export(&import_data("ECDH", "P-256", ("pkcs8", &vector("P256.pkcs8"))).unwrap()).unwrap();
    let peer = jwk::export(&import_data("ECDH", "P-256", ("spki", &vector("P256.peer"))).unwrap()).unwrap();
    let mixed = Jwk { d: own.d, ..peer };
    let json = serde_json::to_string(&mixed).unwrap();
    assert_error(import("ECDH", "P-256", &json), CryptoError::data("Invalid EC key in JSON Web Key."));
}

#[test]
fn md5_keys_have_no_json_form() {
    let key = import_data("HMAC", "MD5", ("raw", b"key")).unwrap();
    assert_error(
        jwk::export(&key),
        CryptoError::not_supported("Unimplemented JWK key export format for key algorithm \"MD5\"."),
    );
    let params =
        RsaGenerate { scheme: RsaScheme::Pss, hash: Hash::Md5, modulus_length: 512, public_exponent: &[1, 0, 1] };
    let key = with_random(1, |random| key::generate_rsa(&params, random)).unwrap();
    assert_error(jwk::export(&key), CryptoError::not_supported("JWK export not supported for hash algorithm \"MD5\"."));
}

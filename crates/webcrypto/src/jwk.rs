//! JSON Web Keys: reading, checking and writing them.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};

use crate::error::{CryptoError, Result};
use crate::rsa::NumbersError;
use crate::{
    AesKey, AesMode, Curve, EcKey, EcKind, Hash, HmacKey, Key, KeySpec, OkpKey, OkpKind, RsaKey, RsaScheme, rsa,
};
use ::rsa::BigUint;

/// Lenient about padding and stray bits, as production is; the alphabet is made standard before.
const DECODER: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A JSON Web Key (RFC 7517, 7518, 8037): the members WebCrypto knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the members are named and explained by the RFCs")]
pub struct Jwk {
    pub kty: String,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub use_: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_ops: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ext: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub d: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dq: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oth: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k: Option<String>,
}

impl Jwk {
    /// Reads a key from JSON text.
    ///
    /// # Errors
    /// `DataError` when the text is no JSON object with members of the right types.
    pub fn parse(json: &str) -> Result<Self> {
        let corrupt = || CryptoError::data("Missing \"kty\" field or corrupt JSON unwrapping key?");
        // By way of a map: the derived reader would also take an array of members.
        let members: serde_json::Map<_, _> = serde_json::from_str(json).map_err(|_| corrupt())?;
        if !members.contains_key("kty") {
            return Err(corrupt());
        }
        serde_json::from_value(members.into()).map_err(|_| corrupt())
    }
}

/// What the key is imported for.
#[derive(Clone, Copy, Debug)]
pub struct JwkRequest<'a> {
    /// The usages the script asks for, already known to fit the algorithm.
    pub usages: &'a [&'a str],
    /// Whether the key may be exported again.
    pub extractable: bool,
}

/// Imports a JSON Web Key.
///
/// # Errors
/// `DataError` or `NotSupportedError` in production's words when the key, its `kty`, `alg`, `use`, `key_ops` or `ext`
/// do not fit what is asked for.
pub fn import(spec: &KeySpec, jwk: &Jwk, request: &JwkRequest<'_>) -> Result<Key> {
    if jwk.ext == Some(false) && request.extractable {
        return Err(CryptoError::data(format!(
            "JWK ext field for \"{}\" is set to false but extractable is true",
            spec.name()
        )));
    }
    match *spec {
        KeySpec::Hmac(hash, length) => import_hmac(jwk, hash, length),
        KeySpec::Aes(mode) => import_aes(jwk, mode, request),
        KeySpec::Rsa(scheme, hash) => {
            check_asymmetric(jwk, spec.name(), request)?;
            import_rsa(jwk, scheme, hash)
        }
        KeySpec::Ec(kind, curve) => {
            check_asymmetric(jwk, spec.name(), request)?;
            import_ec(jwk, kind, curve)
        }
        KeySpec::Okp(kind) => {
            check_asymmetric(jwk, spec.name(), request)?;
            import_okp(jwk, kind)
        }
        KeySpec::Kdf(kind) => Err(crate::key::kdf_needs_raw(kind, "jwk")),
    }
}

fn import_hmac(jwk: &Jwk, hash: Hash, length: Option<u32>) -> Result<Key> {
    if jwk.kty != "oct" {
        return Err(CryptoError::data(format!(
            "HMAC \"jwk\" key import requires a JSON Web Key with Key Type parameter (\"kty\") equal to \"oct\" \
             (encountered \"{}\").",
            jwk.kty
        )));
    }
    let bytes = decode(&jwk.k, "HMAC \"jwk\" key import requires a base64Url encoding of the key")?;
    if let Some(alg) = &jwk.alg {
        let Some(number) = hash.sha_number() else {
            return Err(CryptoError::not_supported(format!(
                "Unrecognized or unimplemented hash algorithm requested{alg}"
            )));
        };
        if *alg != format!("HS{number}") {
            return Err(CryptoError::data(format!(
                "HMAC \"jwk\" key import specifies \"alg\" that is incompatible with the hash name (encountered \
                 \"{alg}\", expected \"HS{number}\")."
            )));
        }
    }
    HmacKey::import(hash, bytes, length).map(Key::Hmac)
}

fn import_aes(jwk: &Jwk, mode: AesMode, request: &JwkRequest<'_>) -> Result<Key> {
    if jwk.kty != "oct" {
        return Err(CryptoError::data(format!(
            "Symmetric \"jwk\" key import requires a JSON Web Key with Key Type parameter \"kty\" equal to \"oct\" \
             (encountered \"{}\").",
            jwk.kty
        )));
    }
    let bytes = decode(&jwk.k, "Symmetric \"jwk\" key import requires a base64Url encoding of the key.")?;
    let key = AesKey::import(mode, bytes)?;
    let expected = key.jwk_algorithm();
    if let Some(alg) = jwk.alg.as_ref().filter(|alg| **alg != expected) {
        return Err(CryptoError::data(format!(
            "Symmetric \"jwk\" key contains invalid \"alg\" value \"{alg}\", expected \"{expected}\"."
        )));
    }
    check_symmetric(jwk, request)?;
    Ok(Key::Aes(key))
}

fn check_symmetric(jwk: &Jwk, request: &JwkRequest<'_>) -> Result<()> {
    if let Some(purpose) = jwk.use_.as_ref().filter(|purpose| *purpose != "enc" && !request.usages.is_empty()) {
        return Err(CryptoError::data(format!(
            "Symmetric \"jwk\" key must have a \"use\" of \"enc\", not \"{purpose}\"."
        )));
    }
    let Some(ops) = &jwk.key_ops else { return Ok(()) };
    if let Some(twice) = duplicate(ops) {
        return Err(CryptoError::data(format!(
            "Symmetric \"jwk\" key contains duplicate value \"{twice}\", in \"key_op\"."
        )));
    }
    match request.usages.iter().find(|usage| !ops.iter().any(|op| op == *usage)) {
        None => Ok(()),
        Some(missing) => Err(CryptoError::data(format!("\"jwk\" key missing usage \"{missing}\", in \"key_ops\"."))),
    }
}

/// `oth`, `use` and `key_ops` of keys that come in pairs.
fn check_asymmetric(jwk: &Jwk, name: &str, request: &JwkRequest<'_>) -> Result<()> {
    if jwk.d.is_some() && jwk.oth.is_some() {
        return Err(CryptoError::not_supported("Multi-prime private keys not supported."));
    }
    let (expected_use, allowed) = match name {
        "RSA-OAEP" => ("enc", Some(["encrypt", "wrapKey"])),
        "ECDH" | "X25519" => ("enc", None),
        _ => ("sig", Some(["sign", "verify"])),
    };
    if let Some(purpose) = jwk.use_.as_ref().filter(|purpose| *purpose != expected_use && !request.usages.is_empty()) {
        return Err(CryptoError::data(format!(
            "Asymmetric \"jwk\" key import with usages requires a JSON Web Key with Public Key Use parameter \"use\" \
             (\"{purpose}\") equal to \"sig\"."
        )));
    }
    let Some(ops) = &jwk.key_ops else { return Ok(()) };
    if duplicate(ops).is_some() {
        return Err(CryptoError::data(
            "A JSON Web Key's Key Operations parameter (\"key_ops\") must not contain duplicates.",
        ));
    }
    if let Some(purpose) = &jwk.use_ {
        check_use_against_ops((purpose, ops), (expected_use, allowed), name)?;
    }
    if request.usages.iter().any(|usage| !ops.iter().any(|op| op == usage)) {
        return Err(CryptoError::data(
            "All specified key usages must be present in the JSON Web Key's Key Operations parameter (\"key_ops\").",
        ));
    }
    Ok(())
}

fn check_use_against_ops(
    (purpose, ops): (&str, &[String]),
    (expected_use, allowed): (&str, Option<[&str; 2]>),
    name: &str,
) -> Result<()> {
    const EITHER: &str = "A JSON Web Key should have either a Public Key Use parameter (\"use\") or a Key Operations \
                          parameter (\"key_ops\"); otherwise, the parameters must be consistent with each other.";
    if purpose != expected_use {
        return Err(CryptoError::data(format!(
            "Asymmetric \"jwk\" import requires a JSON Web Key with Public Key Use \"use\" (\"{purpose}\") equal to \
             \"{expected_use}\"."
        )));
    }
    let Some([first, second]) = allowed else {
        if ops.is_empty() {
            return Ok(());
        }
        return Err(CryptoError::data(format!(
            "{EITHER} For public {name} keys, there are no valid usages,so keys with a non-empty \"key_ops\" parameter \
             are not allowed."
        )));
    };
    match ops.iter().find(|op| *op != first && *op != second) {
        None => Ok(()),
        Some(op) => Err(CryptoError::data(format!(
            "{EITHER} A Public Key Use for {name} would allow a Key Operations array with only \"{first}\" and/or \
             \"{second}\" values (not \"{op}\")."
        ))),
    }
}

fn import_rsa(jwk: &Jwk, scheme: RsaScheme, hash: Hash) -> Result<Key> {
    if jwk.kty != "RSA" {
        let name = if scheme == RsaScheme::Raw { "RSA-RAW" } else { "RSASSA-PKCS1-v1_5" };
        return Err(CryptoError::data(format!(
            "{name} \"jwk\" key import requires a JSON Web Key with Key Type parameter \"kty\" (\"{}\") equal to \
             \"RSA\".",
            jwk.kty
        )));
    }
    if let Some(alg) = &jwk.alg {
        check_rsa_algorithm(alg, scheme, hash)?;
    }
    let n = number(&jwk.n, "Invalid RSA key in JSON Web Key; missing or invalid Modulus parameter (\"n\").")?;
    let e = number(&jwk.e, "Invalid RSA key in JSON Web Key; missing or invalid Exponent parameter (\"e\").")?;
    let key = if jwk.d.is_some() {
        private_rsa(jwk, scheme, hash, (n, e))?
    } else {
        RsaKey::from_public_numbers(scheme, hash, (n, e)).map_err(broken_rsa)?
    };
    if scheme == RsaScheme::Raw && jwk.d.is_none() {
        return Err(raw_needs_private());
    }
    Ok(Key::Rsa(key))
}

/// RSA-RAW keys are private keys.
pub(crate) fn raw_needs_private() -> CryptoError {
    CryptoError::data("RSA-RAW only supports private keys but requested \"public\".")
}

fn private_rsa(jwk: &Jwk, scheme: RsaScheme, hash: Hash, (n, e): (BigUint, BigUint)) -> Result<RsaKey> {
    let d = number(&jwk.d, "Invalid RSA key in JSON Web Key; missing or invalid Private Exponent parameter (\"d\").")?;
    let factors = [&jwk.p, &jwk.q, &jwk.dp, &jwk.dq, &jwk.qi];
    let present = factors.iter().filter(|factor| factor.is_some()).count();
    if present == 0 {
        return RsaKey::from_private_numbers(scheme, hash, (n, e, d, Vec::new())).map_err(broken_rsa);
    }
    if present < factors.len() {
        return Err(CryptoError::data(
            "Invalid RSA private key in JSON Web Key; if one Prime Factor or CRT Exponent/Coefficient parameter is \
             present, then they must all be present (\"p\", \"q\", \"dp\", \"dq\", \"qi\").",
        ));
    }
    let mut numbers = Vec::with_capacity(factors.len());
    let names = [
        "First Prime Factor parameter (\"p\")",
        "Second Prime Factor parameter (\"q\")",
        "First Factor CRT Exponent parameter (\"dp\")",
        "Second Factor CRT Exponent parameter (\"dq\")",
        "First CRT Coefficient parameter (\"qi\")",
    ];
    for (factor, name) in factors.into_iter().zip(names) {
        numbers.push(number(factor, &format!("Invalid RSA key in JSON Web Key; invalid {name}."))?);
    }
    let given = numbers.split_off(2);
    let key = RsaKey::from_private_numbers(scheme, hash, (n, e, d, numbers)).map_err(broken_rsa)?;
    let rsa::RsaHalf::Private(private) = &key.half else { return Ok(key) };
    match rsa::private_numbers(private) {
        Some([_, _, _, computed @ ..]) if given == computed => Ok(key),
        _ => Err(broken_rsa(NumbersError::Broken)),
    }
}

fn broken_rsa(error: NumbersError) -> CryptoError {
    match error {
        NumbersError::Refused(error) => error,
        NumbersError::Broken => CryptoError::data("Invalid RSA key in JSON Web Key; the numbers do not form a key."),
    }
}

fn check_rsa_algorithm(alg: &str, scheme: RsaScheme, hash: Hash) -> Result<()> {
    let found = Hash::ALL.into_iter().find(|hash| rsa_algorithm(scheme, *hash).as_deref() == Some(alg));
    let Some(named) = found else {
        return Err(unknown_algorithm(alg));
    };
    if named != hash && scheme != RsaScheme::Raw {
        return Err(CryptoError::data(format!(
            "JSON Web Key Algorithm parameter \"alg\" (\"{alg}\") does not match requested hash algorithm \"{alg}\"."
        )));
    }
    Ok(())
}

fn rsa_algorithm(scheme: RsaScheme, hash: Hash) -> Option<String> {
    let number = hash.sha_number()?;
    Some(match scheme {
        RsaScheme::Pkcs1 | RsaScheme::Raw => format!("RS{number}"),
        RsaScheme::Pss => format!("PS{number}"),
        RsaScheme::Oaep if hash == Hash::Sha1 => "RSA-OAEP".to_owned(),
        RsaScheme::Oaep => format!("RSA-OAEP-{number}"),
    })
}

fn unknown_algorithm(alg: &str) -> CryptoError {
    CryptoError::not_supported(format!(
        "Unrecognized or unimplemented algorithm \"{alg}\" listed in JSON Web Key Algorithm parameter."
    ))
}

fn import_ec(jwk: &Jwk, kind: EcKind, curve: Curve) -> Result<Key> {
    if jwk.kty != "EC" {
        return Err(CryptoError::data(format!(
            "Elliptic curve \"jwk\" key import requires a JSON Web Key with Key Type parameter \"kty\" (\"{}\") equal \
             to \"EC\".",
            jwk.kty
        )));
    }
    if let Some(alg) = jwk.alg.as_ref().filter(|_| kind == EcKind::Ecdsa) {
        check_ec_algorithm(alg, curve)?;
    }
    if jwk.crv.as_deref().is_some_and(|crv| crv != curve.name()) {
        return Err(CryptoError::data(format!(
            "\"algorithm.namedCurve\" \"{}\" does not match the curve specified by the input key data.",
            curve.name()
        )));
    }
    let x = decode(&jwk.x, "Invalid EC key in JSON Web Key; missing \"x\".")?;
    let y = decode(&jwk.y, "Invalid EC key in JSON Web Key; missing \"y\".")?;
    let bad_point = || CryptoError::operation("Invalid EC key; public key coordinates \"x\" and \"y\" are invalid.");
    let point = point(curve, &x, &y).ok_or_else(bad_point)?;
    let public = EcKey::import_raw(kind, curve, &point).map_err(|_| bad_point())?;
    if jwk.d.is_none() {
        return Ok(Key::Ec(public));
    }
    let d = decode(&jwk.d, "Invalid EC key in JSON Web Key; missing or invalid private key component (\"d\").")?;
    let private = EcKey::from_private(kind, curve, (&d, Some(&point)));
    private.map(Key::Ec).ok_or_else(|| CryptoError::data("Invalid EC key in JSON Web Key."))
}

fn check_ec_algorithm(alg: &str, curve: Curve) -> Result<()> {
    let named = match alg {
        "ES256" => Curve::P256,
        "ES384" => Curve::P384,
        "ES512" => Curve::P521,
        _ => return Err(unknown_algorithm(alg)),
    };
    if named != curve {
        return Err(CryptoError::data(format!(
            "JSON Web Key Algorithm parameter \"alg\" (\"{alg}\") does not match requested curve."
        )));
    }
    Ok(())
}

/// Two coordinates as an uncompressed point; `None` when one is too large for the curve.
fn point(curve: Curve, x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    let mut point = vec![4];
    for coordinate in [x, y] {
        let significant = &coordinate[coordinate.iter().take_while(|byte| **byte == 0).count()..];
        let padding = curve.field_len().checked_sub(significant.len())?;
        point.resize(point.len() + padding, 0);
        point.extend_from_slice(significant);
    }
    Some(point)
}

fn import_okp(jwk: &Jwk, kind: OkpKind) -> Result<Key> {
    let curve = kind.curve();
    if jwk.kty != "OKP" {
        return Err(CryptoError::data(format!(
            "{curve} \"jwk\" key imports requires a JSON Web Key with Key Type parameter \"kty\" (\"{}\") equal to \
             \"OKP\".",
            jwk.kty
        )));
    }
    let Some(crv) = &jwk.crv else {
        return Err(CryptoError::data(format!("Missing field \"crv\" for {curve} key.")));
    };
    if crv != curve {
        return Err(CryptoError::not_supported(format!("Only {curve} is supported but \"{crv}\" was requested.")));
    }
    if let Some(alg) = jwk.alg.as_ref().filter(|alg| kind != OkpKind::X25519 && *alg != "EdDSA") {
        return Err(CryptoError::data(format!(
            "JSON Web Key Algorithm parameter \"alg\" (\"{alg}\") does not match requested Ed25519 curve."
        )));
    }
    let x = decode(
        &jwk.x,
        &format!("Invalid {curve} key in JSON WebKey; missing or invalid public key component (\"x\")."),
    )?;
    let public = exactly_32(&x, "public")?;
    if jwk.d.is_none() {
        return Ok(Key::Okp(OkpKey::from_public(kind, public)));
    }
    let d = decode(
        &jwk.d,
        &format!("Invalid {curve} key in JSON Web Key; missing or invalid private key component (\"d\")."),
    )?;
    Ok(Key::Okp(OkpKey::from_private(kind, exactly_32(&d, "private")?)))
}

fn exactly_32(bytes: &[u8], half: &str) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|_| CryptoError::data(format!("Invalid length {} for {half} key", bytes.len())))
}

/// Exports a key; `key_ops` and `ext` are for the caller, who knows the usages.
///
/// # Errors
/// `NotSupportedError` for keys that have no such form.
pub fn export(key: &Key) -> Result<Jwk> {
    match key {
        Key::Hmac(key) => Ok(Jwk {
            kty: "oct".into(),
            k: Some(encode(&key.bytes)),
            alg: Some(key.jwk_algorithm()?),
            ..Jwk::default()
        }),
        Key::Aes(key) => {
            Ok(Jwk { kty: "oct".into(), k: Some(encode(&key.bytes)), alg: Some(key.jwk_algorithm()), ..Jwk::default() })
        }
        Key::Rsa(key) => export_rsa(key),
        Key::Ec(key) => Ok(export_ec(key)),
        Key::Okp(key) => Ok(Jwk {
            kty: "OKP".into(),
            crv: Some(key.kind.curve().into()),
            alg: (key.kind == OkpKind::Ed25519).then(|| "EdDSA".into()),
            x: Some(encode(&key.public)),
            d: key.private.as_ref().map(|private| encode(private)),
            ..Jwk::default()
        }),
        Key::Kdf(key) => Err(crate::key::no_export(key.kind.name())),
    }
}

fn export_rsa(key: &RsaKey) -> Result<Jwk> {
    use ::rsa::traits::PublicKeyParts;
    let alg = rsa_algorithm(key.scheme, key.hash).ok_or_else(|| {
        CryptoError::not_supported(format!("JWK export not supported for hash algorithm \"{}\".", key.hash.name()))
    })?;
    let integer = |value: &BigUint| Some(encode(&value.to_bytes_be()));
    let mut jwk = Jwk { kty: "RSA".into(), alg: Some(alg), ..Jwk::default() };
    match &key.half {
        rsa::RsaHalf::Public(public) => (jwk.n, jwk.e) = (integer(public.n()), integer(public.e())),
        rsa::RsaHalf::Private(private) => {
            let numbers = rsa::private_numbers(private);
            let numbers = numbers.ok_or_else(|| CryptoError::operation("Private key export failed."))?;
            (jwk.n, jwk.e) = (integer(private.n()), integer(private.e()));
            [jwk.d, jwk.p, jwk.q, jwk.dp, jwk.dq, jwk.qi] = numbers.each_ref().map(integer);
        }
    }
    Ok(jwk)
}

fn export_ec(key: &EcKey) -> Jwk {
    let point = key.point(false);
    let (x, y) = point[1..].split_at(key.curve().field_len());
    Jwk {
        kty: "EC".into(),
        crv: Some(key.curve().name().into()),
        x: Some(encode(x)),
        y: Some(encode(y)),
        d: key.private_bytes().map(|private| encode(&private)),
        ..Jwk::default()
    }
}

fn encode(bytes: &[u8]) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(member: &Option<String>, message: &str) -> Result<Vec<u8>> {
    let failed = || CryptoError::data(message);
    let text = member.as_ref().ok_or_else(failed)?;
    DECODER.decode(text.replace('-', "+").replace('_', "/")).map_err(|_| failed())
}

fn number(member: &Option<String>, message: &str) -> Result<BigUint> {
    decode(member, message).map(|bytes| BigUint::from_bytes_be(&bytes))
}

fn duplicate(values: &[String]) -> Option<&String> {
    let twice = |(index, value)| values[..index].contains(value).then_some(value);
    values.iter().enumerate().find_map(twice)
}

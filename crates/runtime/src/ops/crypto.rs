//! `crypto.subtle` below its JavaScript: each op unpacks, calls `edgeemu-webcrypto` and hands the bytes back.

use std::cell::RefCell;
use std::ffi::CStr;

use deno_core::{GarbageCollected, OpState, op2, v8};
use edgeemu_webcrypto::{
    CipherParams, CryptoError, Digester, Hash, HkdfParams, Jwk, JwkRequest, Key, KeySpec, Pbkdf2Params, Random,
    RsaGenerate, SignParams, jwk, key, timing_safe_equal,
};

use super::host;

deno_core::extension!(
    edgeemu_crypto,
    ops = [
        op_crypto_agree,
        op_crypto_decrypt,
        op_crypto_digest,
        op_crypto_digest_finish,
        op_crypto_digest_start,
        op_crypto_digest_update,
        op_crypto_encrypt,
        op_crypto_export,
        op_crypto_export_jwk,
        op_crypto_generate,
        op_crypto_generate_rsa,
        op_crypto_hkdf,
        op_crypto_import,
        op_crypto_import_jwk,
        op_crypto_key_bits,
        op_crypto_key_exponent,
        op_crypto_pbkdf2,
        op_crypto_public_half,
        op_crypto_sign,
        op_crypto_timing_safe_equal,
        op_crypto_verify,
    ],
);

/// Every op of WebCrypto.
pub(crate) fn extension() -> deno_core::Extension {
    edgeemu_crypto::init()
}

/// "Not given" where an op takes a 32-bit integer: `ABSENT` of `runtime-js/web/convert.js`.
const ABSENT: i32 = i32::MIN;

/// Key material that lives as long as its `CryptoKey`. Scripts hold the `CryptoKey` and never see this.
pub(crate) struct KeyHandle(Key);

// SAFETY: a key refers to nothing that the collector manages.
unsafe impl GarbageCollected for KeyHandle {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static CStr {
        c"KeyHandle"
    }
}

/// A digest in progress; empty once it is finished.
pub(crate) struct DigestHandle(RefCell<Option<Digester>>);

// SAFETY: a digest refers to nothing that the collector manages.
unsafe impl GarbageCollected for DigestHandle {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static CStr {
        c"DigestHandle"
    }
}

/// Runs `body` with the randomness of the world.
fn with_random<T>(state: &OpState, body: impl FnOnce(&mut Random<'_>) -> T) -> T {
    let host = host(state);
    let mut fill = |bytes: &mut [u8]| host.random(0).fill(bytes);
    body(&mut Random::new(&mut fill))
}

/// A key specification in its form on the boundary: name, parameter and length in bits on a line each.
fn parse_spec(text: &str) -> Result<KeySpec, CryptoError> {
    let mut parts = text.split('\n');
    let (name, parameter) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    // A negative length is as wrong as none at all, and is refused as such.
    let length = parts.next().and_then(|length| length.parse::<i64>().ok());
    KeySpec::parse(name, parameter, length.map(|length| u32::try_from(length).unwrap_or(0)))
}

#[op2]
#[arraybuffer]
pub(crate) fn op_crypto_digest(#[smi] hash: u32, #[anybuffer] data: &[u8]) -> Result<Vec<u8>, CryptoError> {
    Ok(Hash::from_index(hash)?.digest(data))
}

#[op2]
#[cppgc]
pub(crate) fn op_crypto_digest_start(#[string] name: &str) -> Result<DigestHandle, CryptoError> {
    Ok(DigestHandle(RefCell::new(Some(Digester::new(name)?))))
}

/// Gives the number of bytes added.
#[op2]
pub(crate) fn op_crypto_digest_update(#[cppgc] digest: &DigestHandle, #[anybuffer] data: &[u8]) -> f64 {
    if let Some(digester) = digest.0.borrow_mut().as_mut() {
        digester.update(data);
    }
    #[allow(clippy::cast_precision_loss, reason = "no buffer has 2^53 bytes")]
    let added = data.len() as f64;
    added
}

/// The digest; a second call gives nothing.
#[op2]
#[arraybuffer]
pub(crate) fn op_crypto_digest_finish(#[cppgc] digest: &DigestHandle) -> Vec<u8> {
    digest.0.borrow_mut().take().map(Digester::finish).unwrap_or_default()
}

#[op2]
pub(crate) fn op_crypto_timing_safe_equal(
    #[anybuffer] left: &[u8],
    #[anybuffer] right: &[u8],
) -> Result<bool, CryptoError> {
    timing_safe_equal(left, right)
}

/// Makes a secret or private key; the length is part of the specification.
#[op2]
#[cppgc]
pub(crate) fn op_crypto_generate(
    state: &mut OpState,
    #[string] spec: &str,
    #[smi] length: i32,
) -> Result<KeyHandle, CryptoError> {
    let spec = parse_spec(spec)?;
    let length = (length != ABSENT).then(|| u32::try_from(length).unwrap_or(0));
    with_random(state, |random| key::generate(&spec, length, random)).map(KeyHandle)
}

#[op2]
#[cppgc]
pub(crate) fn op_crypto_generate_rsa(
    state: &mut OpState,
    #[string] spec: &str,
    #[smi] modulus_length: u32,
    #[anybuffer] public_exponent: &[u8],
) -> Result<Option<KeyHandle>, CryptoError> {
    let KeySpec::Rsa(scheme, hash) = parse_spec(spec)? else { return Ok(None) };
    let params = RsaGenerate { scheme, hash, modulus_length, public_exponent };
    with_random(state, |random| key::generate_rsa(&params, random)).map(|key| Some(KeyHandle(key)))
}

#[op2]
#[cppgc]
pub(crate) fn op_crypto_public_half(#[cppgc] private: &KeyHandle) -> KeyHandle {
    KeyHandle(private.0.public())
}

#[op2]
#[cppgc]
pub(crate) fn op_crypto_import(
    #[string] spec: &str,
    #[string] format: &str,
    #[anybuffer] data: &[u8],
) -> Result<KeyHandle, CryptoError> {
    key::import(&parse_spec(spec)?, format, data).map(KeyHandle)
}

/// `usages` are the names the script gave, separated by commas.
#[op2]
#[cppgc]
pub(crate) fn op_crypto_import_jwk(
    #[string] spec: &str,
    #[string] json: &str,
    #[string] usages: &str,
    extractable: bool,
) -> Result<KeyHandle, CryptoError> {
    let usages: Vec<&str> = usages.split(',').filter(|usage| !usage.is_empty()).collect();
    let request = JwkRequest { usages: &usages, extractable };
    jwk::import(&parse_spec(spec)?, &Jwk::parse(json)?, &request).map(KeyHandle)
}

#[op2]
#[arraybuffer]
pub(crate) fn op_crypto_export(#[cppgc] key: &KeyHandle, #[string] format: &str) -> Result<Vec<u8>, CryptoError> {
    key.0.export(format)
}

/// JSON without `key_ops` and `ext`, which the caller knows.
#[op2]
#[string]
pub(crate) fn op_crypto_export_jwk(#[cppgc] key: &KeyHandle) -> Result<String, CryptoError> {
    let jwk = jwk::export(&key.0)?;
    serde_json::to_string(&jwk).map_err(|error| CryptoError::operation(error.to_string()))
}

#[op2(fast)]
#[smi]
pub(crate) fn op_crypto_key_bits(#[cppgc] key: &KeyHandle) -> u32 {
    key.0.bits()
}

#[op2]
#[arraybuffer]
pub(crate) fn op_crypto_key_exponent(#[cppgc] key: &KeyHandle) -> Vec<u8> {
    key.0.public_exponent()
}

/// `parameter` is the hash for ECDSA and the salt length for RSA-PSS.
fn sign_params(key: &Key, parameter: i32) -> Result<SignParams, CryptoError> {
    match (key, parameter) {
        (_, ABSENT) => Ok(SignParams::default()),
        (Key::Ec(_), index) => {
            let hash = Hash::from_index(u32::try_from(index).unwrap_or(u32::MAX))?;
            Ok(SignParams { hash: Some(hash), salt_length: None })
        }
        (_, salt) => Ok(SignParams { hash: None, salt_length: Some(salt) }),
    }
}

#[op2]
#[arraybuffer]
pub(crate) fn op_crypto_sign(
    state: &mut OpState,
    #[cppgc] key: &KeyHandle,
    #[smi] parameter: i32,
    #[anybuffer] data: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let params = sign_params(&key.0, parameter)?;
    with_random(state, |random| key.0.sign(&params, data, random))
}

#[op2]
pub(crate) fn op_crypto_verify(
    #[cppgc] key: &KeyHandle,
    #[smi] parameter: i32,
    #[anybuffer] signature: &[u8],
    #[anybuffer] data: &[u8],
) -> Result<bool, CryptoError> {
    key.0.verify(&sign_params(&key.0, parameter)?, signature, data)
}

// An op has no cheap way to take a structure, so the parameters of a cipher and of a derivation come one by one.

#[op2]
#[arraybuffer]
pub(crate) fn op_crypto_encrypt(
    state: &mut OpState,
    #[cppgc] key: &KeyHandle,
    #[anybuffer] iv: &[u8],
    #[anybuffer] additional_data: &[u8],
    #[smi] length: i32,
    #[anybuffer] data: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let params = CipherParams { iv, additional_data, length };
    with_random(state, |random| key.0.encrypt(&params, data, random))
}

#[op2]
#[arraybuffer]
pub(crate) fn op_crypto_decrypt(
    #[cppgc] key: &KeyHandle,
    #[anybuffer] iv: &[u8],
    #[anybuffer] additional_data: &[u8],
    #[smi] length: i32,
    #[anybuffer] data: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    key.0.decrypt(&CipherParams { iv, additional_data, length }, data)
}

#[op2]
#[arraybuffer]
pub(crate) fn op_crypto_hkdf(
    #[cppgc] key: &KeyHandle,
    #[smi] hash: u32,
    #[anybuffer] salt: &[u8],
    #[anybuffer] info: &[u8],
    #[smi] length: u32,
) -> Result<Vec<u8>, CryptoError> {
    key.0.hkdf(&HkdfParams { hash: Hash::from_index(hash)?, salt, info, length })
}

#[op2]
#[arraybuffer]
pub(crate) fn op_crypto_pbkdf2(
    #[cppgc] key: &KeyHandle,
    #[smi] hash: u32,
    #[anybuffer] salt: &[u8],
    #[smi] iterations: u32,
    #[smi] length: u32,
) -> Result<Vec<u8>, CryptoError> {
    key.0.pbkdf2(&Pbkdf2Params { hash: Hash::from_index(hash)?, salt, iterations, length })
}

#[op2]
#[arraybuffer]
pub(crate) fn op_crypto_agree(
    #[cppgc] private: &KeyHandle,
    #[cppgc] public: &KeyHandle,
    #[smi] length: i32,
) -> Result<Vec<u8>, CryptoError> {
    private.0.agree(&public.0, u32::try_from(length).ok())
}

//! The cryptography behind `crypto.subtle`: key material, algorithms, key formats and production's error texts.
//!
//! Nothing here knows V8, tells the time or asks the operating system for randomness; callers lend a [`Random`].
//! Every operation is synchronous, as it is in production's runtime.

mod aes;
mod agreement;
mod container;
mod crc;
mod digest;
mod ec;
mod error;
mod gcm;
mod hmac;
/// JSON Web Keys.
pub mod jwk;
mod kdf;
/// Keys of any algorithm.
pub mod key;
/// What `node:crypto` needs besides.
pub mod node;
mod oaep;
mod okp;
mod random;
mod rsa;

#[cfg(test)]
mod tests;

pub use aes::{AesKey, AesMode};
pub use digest::{Digester, Hash, timing_safe_equal};
pub use ec::{Curve, EcKey, EcKind};
pub use error::{CryptoError, Result};
pub use hmac::HmacKey;
pub use jwk::{Jwk, JwkRequest};
pub use kdf::{HkdfParams, KdfKey, KdfKind, PBKDF2_MAX_ITERATIONS, Pbkdf2Params};
pub use key::{Key, KeySpec, KeyType, SignParams};
pub use okp::{OkpKey, OkpKind};
pub use random::Random;
pub use rsa::{RsaGenerate, RsaKey, RsaScheme};

/// Parameters of a cipher; each algorithm reads what it needs.
#[derive(Clone, Copy, Debug, Default)]
pub struct CipherParams<'a> {
    /// The initialization vector, the counter block, or the label of RSA-OAEP.
    pub iv: &'a [u8],
    /// What AES-GCM authenticates besides the text.
    pub additional_data: &'a [u8],
    /// Bits of the AES-GCM tag or of the AES-CTR counter.
    pub length: i32,
}

//! What ECDH and X25519 have in common: who may agree with whom, and how the secret is cut.

use crate::error::{CryptoError, Result};

/// The key is for something else.
pub(crate) fn not_implemented(algorithm: &str) -> CryptoError {
    CryptoError::not_supported(format!("The deriveBits operation is not implemented for \"{algorithm}\"."))
}

/// The own key is a public one.
pub(crate) fn needs_private() -> CryptoError {
    CryptoError::invalid_access("The deriveBits operation is only valid for a private key, not \"public\".")
}

/// Checks that the other key is a public one of the same algorithm.
pub(crate) fn check_peer((own, peer): (&str, &str), peer_is_private: bool) -> Result<()> {
    if peer_is_private {
        return Err(CryptoError::invalid_access("The provided key has type \"private\", not \"public\""));
    }
    if own != peer {
        return Err(CryptoError::invalid_access(format!(
            "Private key for derivation is using \"{own}\" while public key is using \"{peer}\"."
        )));
    }
    Ok(())
}

/// Checks that a secret of `available` bytes has the bits that are asked for.
pub(crate) fn check_length(length: Option<u32>, available: usize) -> Result<()> {
    let (length, available) = (length.unwrap_or(0) as usize, available * 8);
    if length > available {
        return Err(CryptoError::operation(format!(
            "Derived key length ({length} bits) is too long (should be at most {available} bits)."
        )));
    }
    Ok(())
}

/// Cuts a secret to its first `length` bits; bits that fill up the last byte are zero.
pub(crate) fn truncate(mut secret: Vec<u8>, length: Option<u32>) -> Result<Vec<u8>> {
    check_length(length, secret.len())?;
    let Some(length) = length else { return Ok(secret) };
    secret.truncate(length.div_ceil(8) as usize);
    if let (Some(last), used @ 1..) = (secret.last_mut(), length % 8) {
        *last &= 0xFFu8 << (8 - used);
    }
    Ok(secret)
}

//! HMAC keys and signatures.

use hmac::{Mac, SimpleHmac};

use crate::digest::with_hash;
use crate::error::{CryptoError, Result};
use crate::{Hash, Random};

/// An HMAC key: bytes and the hash that is fixed at import.
#[derive(Clone, Debug)]
pub struct HmacKey {
    pub(crate) hash: Hash,
    pub(crate) bytes: Vec<u8>,
    pub(crate) bits: u32,
}

impl HmacKey {
    /// Takes raw bytes. `length` is the key length in bits; `None` means all of them.
    ///
    /// # Errors
    /// `DataError` when the length is zero or does not fit the bytes.
    pub fn import(hash: Hash, mut bytes: Vec<u8>, length: Option<u32>) -> Result<Self> {
        let available = u32::try_from(bytes.len().saturating_mul(8)).unwrap_or(u32::MAX);
        let bits = length.unwrap_or(available);
        if bits == 0 || bits > available || available - bits >= 8 {
            return Err(CryptoError::data(format!(
                "Imported HMAC key length ({bits}) must be a non-zero value up to 7 bits less than, and no greater \
                 than, the bit length of the raw key data ({available})."
            )));
        }
        clear_trailing_bits(&mut bytes, bits);
        Ok(Self { hash, bytes, bits })
    }

    /// Makes a key of `length` bits; `None` means one input block of the hash.
    ///
    /// # Errors
    /// `OperationError` when the length is zero.
    pub fn generate(hash: Hash, length: Option<u32>, random: &mut Random<'_>) -> Result<Self> {
        let bits = length.unwrap_or(hash.block_len() as u32 * 8);
        if bits == 0 {
            return Err(CryptoError::operation(
                "HMAC key length must be a non-zero unsigned long integer (requested 0).",
            ));
        }
        let mut bytes = random.bytes(bits.div_ceil(8) as usize);
        clear_trailing_bits(&mut bytes, bits);
        Ok(Self { hash, bytes, bits })
    }

    /// The authentication code of `data`.
    pub fn sign(&self, data: &[u8]) -> Vec<u8> {
        with_hash!(self.hash, D => {
            let mut mac = SimpleHmac::<D>::new_from_slice(&self.bytes).expect("HMAC takes a key of any length");
            mac.update(data);
            mac.finalize().into_bytes().to_vec()
        })
    }

    /// Whether `signature` is the whole authentication code of `data`, compared in constant time.
    pub fn verify(&self, signature: &[u8], data: &[u8]) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.sign(data).as_slice(), signature).into()
    }

    /// The `alg` of this key as a JSON Web Key.
    ///
    /// # Errors
    /// `NotSupportedError` for MD5, which has no such name.
    pub(crate) fn jwk_algorithm(&self) -> Result<String> {
        let name = self.hash.name();
        let number = self.hash.sha_number().ok_or_else(|| {
            CryptoError::not_supported(format!("Unimplemented JWK key export format for key algorithm \"{name}\"."))
        })?;
        Ok(format!("HS{number}"))
    }
}

/// Clears the bits of the last byte that are beyond the key length: the most significant bits count.
fn clear_trailing_bits(bytes: &mut [u8], bits: u32) {
    let used = bits % 8;
    if let (Some(last), 1..) = (bytes.last_mut(), used) {
        *last &= 0xFFu8 << (8 - used);
    }
}

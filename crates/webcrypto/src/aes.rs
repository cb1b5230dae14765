//! AES keys: CTR, CBC and KW here, GCM in [`crate::gcm`].

use aes::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit, StreamCipher, block_padding::Pkcs7};
use aes::{Aes128, Aes192, Aes256};

use crate::error::{CryptoError, Result};
use crate::{CipherParams, Random, gcm};

/// Runs an expression with a type alias bound to the AES block cipher that fits a key of this many bytes.
macro_rules! with_aes {
    ($length:expr, $aes:ident => $body:expr) => {
        match $length {
            16 => {
                type $aes = Aes128;
                $body
            }
            24 => {
                type $aes = Aes192;
                $body
            }
            _ => {
                type $aes = Aes256;
                $body
            }
        }
    };
}
pub(crate) use with_aes;

const BLOCK: usize = 16;

/// How an AES key is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AesMode {
    /// Counter mode.
    Ctr,
    /// Cipher block chaining with PKCS #7 padding.
    Cbc,
    /// Galois/counter mode.
    Gcm,
    /// Key wrapping (RFC 3394).
    Kw,
}

impl AesMode {
    /// The standard algorithm name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ctr => "AES-CTR",
            Self::Cbc => "AES-CBC",
            Self::Gcm => "AES-GCM",
            Self::Kw => "AES-KW",
        }
    }
}

/// An AES key of 16, 24 or 32 bytes.
#[derive(Clone, Debug)]
pub struct AesKey {
    pub(crate) mode: AesMode,
    pub(crate) bytes: Vec<u8>,
}

impl AesKey {
    /// Takes raw bytes.
    ///
    /// # Errors
    /// `DataError` unless the key has 128, 192 or 256 bits.
    pub fn import(mode: AesMode, bytes: Vec<u8>) -> Result<Self> {
        if !matches!(bytes.len(), 16 | 24 | 32) {
            let bits = bytes.len().saturating_mul(8);
            return Err(CryptoError::data(format!(
                "Imported AES key length must be 128, 192, or 256 bits but provided {bits}."
            )));
        }
        Ok(Self { mode, bytes })
    }

    /// Makes a key of `length` bits.
    ///
    /// # Errors
    /// `OperationError` unless the length is 128, 192 or 256.
    pub fn generate(mode: AesMode, length: u32, random: &mut Random<'_>) -> Result<Self> {
        if !matches!(length, 128 | 192 | 256) {
            return Err(CryptoError::operation(format!(
                "Generated AES key length must be 128, 192, or 256 bits but requested {length}."
            )));
        }
        Ok(Self { mode, bytes: random.bytes(length as usize / 8) })
    }

    /// Encrypts; [`AesMode::Kw`] wraps.
    ///
    /// # Errors
    /// `OperationError` for parameters or data that do not fit the mode.
    pub fn encrypt(&self, params: &CipherParams<'_>, data: &[u8]) -> Result<Vec<u8>> {
        match self.mode {
            AesMode::Ctr => self.counter_mode(params, data),
            AesMode::Cbc => self.cbc_encrypt(params.iv, data),
            AesMode::Gcm => gcm::encrypt(&self.bytes, params, data),
            AesMode::Kw => self.wrap(data),
        }
    }

    /// Decrypts; [`AesMode::Kw`] unwraps.
    ///
    /// # Errors
    /// `OperationError` for parameters or data that do not fit the mode, or data that fails its check.
    pub fn decrypt(&self, params: &CipherParams<'_>, data: &[u8]) -> Result<Vec<u8>> {
        match self.mode {
            AesMode::Ctr => self.counter_mode(params, data),
            AesMode::Cbc => self.cbc_decrypt(params.iv, data),
            AesMode::Gcm => gcm::decrypt(&self.bytes, params, data),
            AesMode::Kw => self.unwrap(data),
        }
    }

    /// The `alg` of this key as a JSON Web Key: `A256GCM` and the like.
    pub(crate) fn jwk_algorithm(&self) -> String {
        format!("A{}{}", self.bytes.len() * 8, &self.mode.name()[4..])
    }

    fn cbc_encrypt(&self, iv: &[u8], data: &[u8]) -> Result<Vec<u8>> {
        check_cbc_iv(iv)?;
        Ok(with_aes!(self.bytes.len(), Aes => {
            cbc::Encryptor::<Aes>::new(self.bytes.as_slice().into(), iv.into()).encrypt_padded_vec_mut::<Pkcs7>(data)
        }))
    }

    fn cbc_decrypt(&self, iv: &[u8], data: &[u8]) -> Result<Vec<u8>> {
        check_cbc_iv(iv)?;
        with_aes!(self.bytes.len(), Aes => {
            cbc::Decryptor::<Aes>::new(self.bytes.as_slice().into(), iv.into()).decrypt_padded_vec_mut::<Pkcs7>(data)
        })
        .map_err(|_| decryption_failed("AES-CBC", data.len()))
    }

    /// Counter mode is its own inverse. Only the low `params.length` bits of the block count, so the key stream is
    /// made in two parts when the counter runs over: the rest of the block must stay as it was.
    fn counter_mode(&self, params: &CipherParams<'_>, data: &[u8]) -> Result<Vec<u8>> {
        let counter = counter_block(params.iv)?;
        let Some(bits @ 1..=128) = u32::try_from(params.length).ok() else {
            return Err(CryptoError::operation(format!("Invalid counter of {} bits length provided.", params.length)));
        };
        let mask = u128::MAX >> (128 - bits);
        let blocks = data.len().div_ceil(BLOCK) as u128;
        // Below 2^128 values the count fits; at 128 bits no buffer can use up the counter.
        if bits < 128 && blocks > mask + 1 {
            return Err(CryptoError::operation("Counter block values will repeat."));
        }
        let before_wrap = (mask - (counter & mask)).saturating_add(1).min(blocks);
        let split = usize::try_from(before_wrap).map_or(data.len(), |blocks| (blocks * BLOCK).min(data.len()));
        let mut output = data.to_vec();
        let (first, second) = output.split_at_mut(split);
        self.key_stream(counter, first);
        self.key_stream(counter & !mask, second);
        Ok(output)
    }

    fn key_stream(&self, counter: u128, data: &mut [u8]) {
        with_aes!(self.bytes.len(), Aes => {
            ctr::Ctr128BE::<Aes>::new(self.bytes.as_slice().into(), &counter.to_be_bytes().into()).apply_keystream(data);
        });
    }

    fn wrap(&self, data: &[u8]) -> Result<Vec<u8>> {
        if !data.len().is_multiple_of(8) {
            return Err(CryptoError::operation(format!(
                "Unwrapped key bit length must be a multiple of 64 bits but unwrapped key has a length of {} bits.",
                data.len() * 8
            )));
        }
        if data.len() < 16 {
            return Err(CryptoError::operation(format!(
                "Unwrapped key has length {} bytes but it should be greater than or equal to 16 and less than or \
                 equal to {}",
                data.len(),
                u64::MAX - 8
            )));
        }
        with_aes!(self.bytes.len(), Aes => aes_kw::Kek::<Aes>::new(self.bytes.as_slice().into()).wrap_vec(data))
            .map_err(|_| CryptoError::operation("AES-KW key wrapping failed."))
    }

    fn unwrap(&self, data: &[u8]) -> Result<Vec<u8>> {
        let bits = data.len() * 8;
        if !bits.is_multiple_of(64) {
            return Err(CryptoError::operation(format!(
                "Provided a wrapped key to unwrap that is {bits} bits which isn't a multiple of 64 bits."
            )));
        }
        if bits < 192 {
            return Err(CryptoError::operation(format!(
                "Provided a wrapped key to unwrap this is {bits} bits that is less than the minimal length of 192 bits."
            )));
        }
        with_aes!(self.bytes.len(), Aes => aes_kw::Kek::<Aes>::new(self.bytes.as_slice().into()).unwrap_vec(data))
            .map_err(|_| CryptoError::operation("AES-KW key unwrapping failed."))
    }
}

/// Production's answer to cipher text that does not decrypt.
pub(crate) fn decryption_failed(algorithm: &str, input: usize) -> CryptoError {
    // CBC has held the last block back when the padding is looked at; GCM has produced everything.
    let output = if algorithm == "AES-CBC" { (input / BLOCK).saturating_sub(1) * BLOCK } else { input };
    CryptoError::operation(format!(
        "Decryption failed. This could be due to a ciphertext authentication failure, bad padding, incorrect CryptoKey, \
         or another algorithm-specific reason. Input length was {input}, output length expected to be {output} for \
         {algorithm}"
    ))
}

fn check_cbc_iv(iv: &[u8]) -> Result<()> {
    if iv.len() != BLOCK {
        return Err(CryptoError::operation(format!("AES-CBC IV must be 16 bytes long (provided {} bytes).", iv.len())));
    }
    Ok(())
}

fn counter_block(bytes: &[u8]) -> Result<u128> {
    let block = <[u8; BLOCK]>::try_from(bytes).map_err(|_| {
        CryptoError::operation(format!("Counter must have length of 16 bytes (provided {}).", bytes.len()))
    })?;
    Ok(u128::from_be_bytes(block))
}

//! AES-GCM as NIST SP 800-38D defines it, with nonces and tags of every length the standard allows.
//!
//! The ready-made `aes-gcm` crate fixes both lengths at compile time and has no tags under 96 bits; WebCrypto takes any
//! nonce and tags from 32 bits up, so the mode is put together here from AES, counter mode and GHASH.

use aes::cipher::{BlockEncrypt, KeyInit, KeyIvInit, StreamCipher};
use aes::{Aes128, Aes192, Aes256};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;

use crate::CipherParams;
use crate::aes::{decryption_failed, with_aes};
use crate::error::{CryptoError, Result};

const BLOCK: usize = 16;

/// Encrypts and puts the tag of `params.length` bits behind the cipher text.
pub(crate) fn encrypt(key: &[u8], params: &CipherParams<'_>, data: &[u8]) -> Result<Vec<u8>> {
    let tag_len = check(params)?;
    // The limit of the standard, 2^39 - 256 bits, is beyond what memory holds; the counter cannot repeat.
    let mut output = Vec::with_capacity(data.len() + tag_len);
    output.extend_from_slice(data);
    let start = start(key, params.iv);
    let pad = apply_key_stream(key, start.counter, &mut output);
    let tag = tag(&start.ghash, params.additional_data, &output, &pad);
    output.extend_from_slice(&tag[..tag_len]);
    Ok(output)
}

/// Checks the tag at the end of `data` and decrypts the rest.
pub(crate) fn decrypt(key: &[u8], params: &CipherParams<'_>, data: &[u8]) -> Result<Vec<u8>> {
    let tag_len = check(params)?;
    let Some(text_len) = data.len().checked_sub(tag_len) else {
        return Err(CryptoError::operation(format!(
            "Ciphertext length of {} bits must be greater than or equal to the size of the AES-GCM tag length of {} \
             bits.",
            data.len() * 8,
            params.length
        )));
    };
    let (text, given_tag) = data.split_at(text_len);
    let start = start(key, params.iv);
    let mut output = text.to_vec();
    let pad = apply_key_stream(key, start.counter, &mut output);
    let tag = tag(&start.ghash, params.additional_data, text, &pad);
    if !bool::from(subtle::ConstantTimeEq::ct_eq(&tag[..tag_len], given_tag)) {
        return Err(decryption_failed("AES-GCM", text_len));
    }
    Ok(output)
}

/// The tag length in bytes.
fn check(params: &CipherParams<'_>) -> Result<usize> {
    if params.iv.is_empty() {
        return Err(CryptoError::operation("AES-GCM IV must not be empty."));
    }
    match params.length {
        32 | 64 | 96 | 104 | 112 | 120 | 128 => Ok(params.length as usize / 8),
        other => Err(CryptoError::operation(format!("Invalid AES-GCM tag length {other}."))),
    }
}

/// What a key and a nonce give: the keyed hash, and the first counter block.
struct Start {
    ghash: GHash,
    counter: [u8; BLOCK],
}

fn start(key: &[u8], nonce: &[u8]) -> Start {
    let mut hash_key = [0; BLOCK].into();
    with_aes!(key.len(), Aes => {
        Aes::new(key.into()).encrypt_block(&mut hash_key);
    });
    let ghash = GHash::new(&hash_key);
    let mut counter = [0; BLOCK];
    if nonce.len() == 12 {
        counter[..12].copy_from_slice(nonce);
        counter[15] = 1;
    } else {
        let mut hash = ghash.clone();
        hash.update_padded(nonce);
        hash.update(&[lengths(0, nonce.len()).into()]);
        counter = hash.finalize().into();
    }
    Start { ghash, counter }
}

/// Encrypts `data` in place and returns the block that masks the tag: the key stream's first block.
fn apply_key_stream(key: &[u8], counter: [u8; BLOCK], data: &mut [u8]) -> [u8; BLOCK] {
    let mut pad = [0; BLOCK];
    with_aes!(key.len(), Aes => {
        let mut stream = ctr::Ctr32BE::<Aes>::new(key.into(), &counter.into());
        stream.apply_keystream(&mut pad);
        stream.apply_keystream(data);
    });
    pad
}

fn tag(ghash: &GHash, additional_data: &[u8], text: &[u8], pad: &[u8; BLOCK]) -> [u8; BLOCK] {
    let mut hash = ghash.clone();
    hash.update_padded(additional_data);
    hash.update_padded(text);
    hash.update(&[lengths(additional_data.len(), text.len()).into()]);
    let mut tag: [u8; BLOCK] = hash.finalize().into();
    for (byte, mask) in tag.iter_mut().zip(pad) {
        *byte ^= mask;
    }
    tag
}

/// Two lengths, given in bytes, as the block of two 64-bit bit counts that ends the hash input.
fn lengths(first: usize, second: usize) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..8].copy_from_slice(&(first as u64 * 8).to_be_bytes());
    block[8..].copy_from_slice(&(second as u64 * 8).to_be_bytes());
    block
}

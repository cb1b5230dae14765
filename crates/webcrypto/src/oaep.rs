//! RSA-OAEP padding (RFC 8017, section 7.1) with labels of arbitrary bytes.
//!
//! The `rsa` crate takes labels as text only; WebCrypto labels are bytes.

use rsa::traits::PublicKeyParts;
use rsa::{BigUint, RsaPrivateKey, RsaPublicKey, hazmat};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::{Hash, Random};

/// Encrypts; `None` when the message is too long for the key.
pub(crate) fn encrypt(
    key: &RsaPublicKey,
    (hash, label): (Hash, &[u8]),
    message: &[u8],
    random: &mut Random<'_>,
) -> Option<Vec<u8>> {
    let (size, hash_len) = (key.size(), hash.output_len());
    if message.len() + 2 * hash_len + 2 > size {
        return None;
    }
    let mut seed = random.bytes(hash_len);
    let mut block = hash.digest(label);
    block.resize(size - hash_len - 2 - message.len(), 0);
    block.push(1);
    block.extend_from_slice(message);
    mask(hash, &seed, &mut block);
    mask(hash, &block, &mut seed);
    let mut encoded = vec![0];
    encoded.extend_from_slice(&seed);
    encoded.extend_from_slice(&block);
    let cipher = hazmat::rsa_encrypt(key, &BigUint::from_bytes_be(&encoded)).ok()?;
    padded(&cipher, size)
}

/// Decrypts; `None` when the text was not made for this key, hash and label.
pub(crate) fn decrypt(key: &RsaPrivateKey, (hash, label): (Hash, &[u8]), cipher: &[u8]) -> Option<Vec<u8>> {
    let (size, hash_len) = (key.size(), hash.output_len());
    if cipher.len() != size || size < 2 * hash_len + 2 {
        return None;
    }
    let value = BigUint::from_bytes_be(cipher);
    if value >= *key.n() {
        return None;
    }
    let encoded = padded(&hazmat::rsa_decrypt_and_check(key, None::<&mut Random<'_>>, &value).ok()?, size)?;
    let (first, rest) = encoded.split_at(1);
    let (mut seed, mut block) = (rest[..hash_len].to_vec(), rest[hash_len..].to_vec());
    mask(hash, &block, &mut seed);
    mask(hash, &seed, &mut block);
    // One verdict over everything, so that the time does not say which part was wrong.
    let (label_hash, tail) = block.split_at(hash_len);
    let intact = first[0].ct_eq(&0) & label_hash.ct_eq(&hash.digest(label));
    let (found, index) = separator(tail);
    bool::from(intact & found).then(|| tail[index as usize + 1..].to_vec())
}

/// Where the run of zero bytes ends in a one.
fn separator(tail: &[u8]) -> (Choice, u32) {
    let (mut looking, mut bad, mut index) = (Choice::from(1), Choice::from(0), 0u32);
    for (position, byte) in tail.iter().enumerate() {
        let (zero, one) = (byte.ct_eq(&0), byte.ct_eq(&1));
        index.conditional_assign(&(position as u32), looking & one);
        bad |= looking & !zero & !one;
        looking &= zero;
    }
    (!looking & !bad, index)
}

/// The mask generation function MGF1, applied in place.
fn mask(hash: Hash, seed: &[u8], data: &mut [u8]) {
    let mut input = seed.to_vec();
    for (counter, chunk) in (0u32..).zip(data.chunks_mut(hash.output_len())) {
        input.truncate(seed.len());
        input.extend_from_slice(&counter.to_be_bytes());
        for (byte, mask) in chunk.iter_mut().zip(hash.digest(&input)) {
            *byte ^= mask;
        }
    }
}

/// A number as exactly `size` big-endian bytes; `None` when it does not fit.
pub(crate) fn padded(value: &BigUint, size: usize) -> Option<Vec<u8>> {
    let bytes = value.to_bytes_be();
    let mut output = vec![0; size.checked_sub(bytes.len())?];
    output.extend_from_slice(&bytes);
    Some(output)
}

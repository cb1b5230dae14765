//! What `node:crypto` knows and WebCrypto does not: more hashes, passwords without a limit of rounds, scrypt.

use sha2::Digest;

use crate::error::{CryptoError, Result};

/// A digest by one of Node's names, fed piece by piece.
#[derive(Clone)]
pub struct NodeDigest(State);

#[derive(Clone)]
enum State {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha224(sha2::Sha224),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
    Sha512Half(sha2::Sha512_256),
}

/// Calls a macro's body with the state inside, whichever it is.
macro_rules! with_state {
    ($state:expr, $inner:ident => $body:expr) => {
        match $state {
            State::Md5($inner) => $body,
            State::Sha1($inner) => $body,
            State::Sha224($inner) => $body,
            State::Sha256($inner) => $body,
            State::Sha384($inner) => $body,
            State::Sha512($inner) => $body,
            State::Sha512Half($inner) => $body,
        }
    };
}

impl NodeDigest {
    /// Starts a digest: `md5`, `sha1`, `sha224`, `sha256`, `sha384`, `sha512`, `sha512-256`, letter case and the names of
    /// signatures with them aside; nothing for other names.
    pub fn new(name: &str) -> Option<NodeDigest> {
        let name = name.to_ascii_lowercase();
        let plain = name.strip_prefix("rsa-").unwrap_or(&name);
        Some(NodeDigest(match plain {
            "md5" => State::Md5(md5::Md5::new()),
            "sha1" | "sha-1" => State::Sha1(sha1::Sha1::new()),
            "sha224" | "sha-224" => State::Sha224(sha2::Sha224::new()),
            "sha256" | "sha-256" => State::Sha256(sha2::Sha256::new()),
            "sha384" | "sha-384" => State::Sha384(sha2::Sha384::new()),
            "sha512" | "sha-512" => State::Sha512(sha2::Sha512::new()),
            "sha512-256" => State::Sha512Half(sha2::Sha512_256::new()),
            _ => return None,
        }))
    }

    /// Adds bytes.
    pub fn update(&mut self, data: &[u8]) {
        with_state!(&mut self.0, state => Digest::update(state, data));
    }

    /// The digest of everything added so far.
    pub fn finish(self) -> Vec<u8> {
        with_state!(self.0, state => state.finalize().to_vec())
    }

    /// Bytes that the hash takes at once, which an HMAC has to know.
    pub fn block_len(&self) -> usize {
        match self.0 {
            State::Md5(_) | State::Sha1(_) | State::Sha224(_) | State::Sha256(_) => 64,
            State::Sha384(_) | State::Sha512(_) | State::Sha512Half(_) => 128,
        }
    }
}

/// A password, its salt, and how many bytes are wanted of them.
#[derive(Clone, Copy, Debug)]
pub struct Password<'a> {
    /// The password.
    pub password: &'a [u8],
    /// The salt.
    pub salt: &'a [u8],
    /// Bytes wanted.
    pub length: usize,
}

/// PBKDF2 with any number of rounds.
///
/// # Errors
/// `NotSupportedError` for a hash that is not known.
pub fn pbkdf2(hash: &str, rounds: u32, input: &Password<'_>) -> Result<Vec<u8>> {
    let digest = NodeDigest::new(hash).ok_or_else(|| CryptoError::not_supported(format!("Invalid digest: {hash}")))?;
    let mut output = vec![0; input.length];
    let Password { password, salt, .. } = *input;
    match digest.0 {
        State::Md5(_) => pbkdf2::pbkdf2_hmac::<md5::Md5>(password, salt, rounds, &mut output),
        State::Sha1(_) => pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, salt, rounds, &mut output),
        State::Sha224(_) => pbkdf2::pbkdf2_hmac::<sha2::Sha224>(password, salt, rounds, &mut output),
        State::Sha256(_) => pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, rounds, &mut output),
        State::Sha384(_) => pbkdf2::pbkdf2_hmac::<sha2::Sha384>(password, salt, rounds, &mut output),
        State::Sha512(_) => pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, rounds, &mut output),
        State::Sha512Half(_) => pbkdf2::pbkdf2_hmac::<sha2::Sha512_256>(password, salt, rounds, &mut output),
    }
    Ok(output)
}

/// What scrypt costs.
#[derive(Clone, Copy, Debug)]
pub struct ScryptCost {
    /// `N`, as the power of two that it is.
    pub log_n: u8,
    /// `r`, the size of a block.
    pub block: u32,
    /// `p`, how often.
    pub parallel: u32,
}

/// scrypt.
///
/// # Errors
/// `OperationError` for a cost that cannot be.
pub fn scrypt(cost: ScryptCost, input: &Password<'_>) -> Result<Vec<u8>> {
    let mut output = vec![0; input.length];
    if output.is_empty() {
        return Ok(output);
    }
    // The length here is only checked against a limit of password hashes, and not used.
    let params = scrypt::Params::new(cost.log_n, cost.block, cost.parallel, 32);
    let params = params.map_err(|_| CryptoError::operation("Invalid scrypt params"))?;
    let done = scrypt::scrypt(input.password, input.salt, &params, &mut output);
    done.map_err(|_| CryptoError::operation("Invalid scrypt params"))?;
    Ok(output)
}

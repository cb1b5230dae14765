//! What the `node:` modules ask of the host: hashes, keys of passwords, compression.

mod zlib;

use std::cell::RefCell;

use deno_core::{GarbageCollected, OpState, op2, v8};
use edgeemu_webcrypto::node::{self, NodeDigest, Password, ScryptCost};
use edgeemu_webcrypto::{CryptoError, timing_safe_equal};

deno_core::extension!(
    edgeemu_node_ops,
    ops = [
        op_node_context_is_open,
        op_node_crc32,
        op_node_hash_copy,
        op_node_hash_finish,
        op_node_hash_new,
        op_node_hash_update,
        op_node_pbkdf2,
        op_node_scrypt,
        op_node_timing_safe_equal,
        zlib::op_node_zlib_new,
        zlib::op_node_zlib_write,
    ],
);

/// Every op of the `node:` modules.
pub(crate) fn extension() -> deno_core::Extension {
    edgeemu_node_ops::init()
}

/// A digest under way; none once it has ended.
pub(crate) struct NodeHash(RefCell<Option<NodeDigest>>);

// SAFETY: it holds no reference into V8's heap.
unsafe impl GarbageCollected for NodeHash {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"NodeHash"
    }
}

/// Whether the invocation with this id still runs, so that what belongs to it is kept.
#[op2(fast)]
pub(crate) fn op_node_context_is_open(state: &OpState, #[smi] io: u32) -> bool {
    super::host(state).context(io).is_some()
}

/// A digest by Node's name of it.
#[op2]
#[cppgc]
pub(crate) fn op_node_hash_new(#[string] name: &str) -> Result<NodeHash, CryptoError> {
    let digest = NodeDigest::new(name).ok_or_else(|| CryptoError::operation("Digest method not supported"))?;
    Ok(NodeHash(RefCell::new(Some(digest))))
}

/// Adds bytes.
#[op2]
pub(crate) fn op_node_hash_update(#[cppgc] hash: &NodeHash, #[anybuffer] data: &[u8]) {
    if let Some(digest) = hash.0.borrow_mut().as_mut() {
        digest.update(data);
    }
}

/// The digest; nothing the second time.
#[op2]
#[buffer]
pub(crate) fn op_node_hash_finish(#[cppgc] hash: &NodeHash) -> Vec<u8> {
    hash.0.borrow_mut().take().map(NodeDigest::finish).unwrap_or_default()
}

/// Another digest that has taken the same bytes.
#[op2]
#[cppgc]
pub(crate) fn op_node_hash_copy(#[cppgc] hash: &NodeHash) -> NodeHash {
    NodeHash(RefCell::new(hash.0.borrow().clone()))
}

#[op2]
#[buffer]
pub(crate) fn op_node_pbkdf2(
    #[string] hash: &str,
    #[anybuffer] password: &[u8],
    #[anybuffer] salt: &[u8],
    #[smi] rounds: u32,
    #[smi] length: u32,
) -> Result<Vec<u8>, CryptoError> {
    node::pbkdf2(hash, rounds, &Password { password, salt, length: length as usize })
}

/// `cost` is the power of two that is `N`, then `r` and `p`.
#[op2]
#[buffer]
pub(crate) fn op_node_scrypt(
    #[anybuffer] password: &[u8],
    #[anybuffer] salt: &[u8],
    #[serde] cost: (u8, u32, u32),
    #[smi] length: u32,
) -> Result<Vec<u8>, CryptoError> {
    let cost = ScryptCost { log_n: cost.0, block: cost.1, parallel: cost.2 };
    node::scrypt(cost, &Password { password, salt, length: length as usize })
}

#[op2]
pub(crate) fn op_node_timing_safe_equal(
    #[anybuffer] left: &[u8],
    #[anybuffer] right: &[u8],
) -> Result<bool, CryptoError> {
    timing_safe_equal(left, right)
}

/// The checksum of gzip, continued from `seed`.
#[op2]
#[smi]
pub(crate) fn op_node_crc32(#[anybuffer] data: &[u8], #[smi] seed: u32) -> u32 {
    zlib::crc32(seed, data)
}

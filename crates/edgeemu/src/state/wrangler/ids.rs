//! How the names of files are made of names.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::state::archive::StateKind;

/// How many bytes of a hash count.
const HALF: usize = 16;

/// What keeps a kind of data.
pub(super) struct Simulator {
    pub(super) kind: StateKind,
    /// The name of its class, which is the name of the folder and the key of the hash.
    pub(super) class: &'static str,
}

impl Simulator {
    pub(super) const ALL: [Simulator; 3] = [
        Simulator { kind: StateKind::Kv, class: "miniflare-KVNamespaceObject" },
        Simulator { kind: StateKind::D1, class: "miniflare-D1DatabaseObject" },
        Simulator { kind: StateKind::R2, class: "miniflare-R2BucketObject" },
    ];

    /// The name of the file for `name`: the first half is a keyed hash of the name, the second one of the first half.
    pub(super) fn object_id(&self, name: &str) -> String {
        let key = Sha256::digest(self.class.as_bytes());
        let hash = |bytes: &[u8]| {
            let mut hash = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length will do");
            hash.update(bytes);
            hash.finalize().into_bytes()
        };
        let first = &hash(name.as_bytes())[..HALF];
        let second = &hash(first)[..HALF];
        first.iter().chain(second).map(|byte| format!("{byte:02x}")).collect()
    }
}

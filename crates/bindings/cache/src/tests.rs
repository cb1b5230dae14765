//! Each rule of the caches, in a world whose clock is moved by hand.

mod answers;
mod storing;

use bytes::Bytes;
use edgeemu_world::World;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{Cache, Caches, Stored};

const KEY: &str = "https://example.com/a";

fn cache() -> (World, Cache) {
    let world = World::simulated(1);
    let cache = Caches::new(&world).open("FRA", None).unwrap();
    (world, cache)
}

fn headers(list: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    list.iter().map(pair).collect()
}

fn response(status: u16, list: &[(&str, &str)]) -> Stored {
    Stored { status, headers: headers(list), body: Bytes::from_static(b"0123456789"), sized: true }
}

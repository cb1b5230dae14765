//! What the caches cost: reads of a namespace itself, while caches are only watched, and while they answer.
//! `cargo run --release -p edgeemu-kv --example overhead -- 200000`

use bytes::Bytes;
use edgeemu_kv::consistency::{Boring, Colo, Colos, Place, Profile, Settings};
use edgeemu_kv::{GetOptions, Kv, PutOptions};
use edgeemu_storage::Storage;
use edgeemu_world::{Clock, World};
use std::error::Error;
use std::hint::black_box;
use std::io::Write;

const COLOS: [Colo; 2] = [Colo::new(*b"FRA"), Colo::new(*b"SFO")];
/// How often each is measured; the quickest time counts.
const ROUNDS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let reads: usize = std::env::args().nth(1).and_then(|reads| reads.parse().ok()).unwrap_or(100_000);
    let world = World::real();
    let kv = Kv::open(&Storage::memory(&world))?;
    let keys: Vec<String> = (0..100).map(|number| format!("key:{number}")).collect();
    let mut best = [f64::MAX; 3];
    for _ in 0..ROUNDS {
        for (index, profile) in [Profile::Strong, Profile::Dev, Profile::Documented].into_iter().enumerate() {
            let namespace = kv.namespace(&profile.to_string());
            for key in &keys {
                namespace.put(key, Bytes::from(vec![b'x'; 200]), &PutOptions::default())?;
            }
            let colos = match profile {
                Profile::Strong => Colos::direct(namespace),
                profile => Colos::new(namespace, Settings::of(profile, &COLOS), Box::new(Boring)),
            };
            let before = Clock::real().now();
            for key in keys.iter().cycle().take(reads) {
                let site = colos.at(Place::of(COLOS[0]));
                black_box(site.get(black_box(key), &GetOptions::default())?);
            }
            let nanos = (Clock::real().now() - before).as_secs_f64() * 1e9 / reads as f64;
            best[index] = best[index].min(nanos);
        }
    }
    let mut out = std::io::stdout();
    for (name, nanos) in ["strong", "dev", "documented"].iter().zip(best) {
        writeln!(out, "{name:<11} {nanos:>8.0} ns a read, {:>6.0} ns more than strong", nanos - best[0])?;
    }
    Ok(())
}

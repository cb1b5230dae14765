//! Measures a storage on disk: many puts, gets and a reopening.
//!
//! `cargo run --release -p edgeemu-storage --example endurance -- <folder> [puts] [bytes of each value]`
#![allow(clippy::print_stdout, reason = "a program that reports to the person who runs it")]
#![allow(clippy::disallowed_methods, reason = "it reads its arguments and starts no emulator")]

use bytes::Bytes;
use edgeemu_storage::{Row, Rows, Span, Storage};
use edgeemu_world::{Disk, World};
use std::path::{Path, PathBuf};
use std::time::Duration;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: endurance <folder> [puts] [bytes]")?);
    let puts: u64 = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let bytes: usize = arguments.next().map_or(Ok(1024), |text| text.parse())?;
    let world = World::real();
    write(&world, &folder, puts, bytes)?;
    println!("on disk: {} MiB", size(world.disk(), &folder)? / (1024 * 1024));
    read(&world, &folder, puts)
}

fn write(world: &World, folder: &Path, puts: u64, bytes: usize) -> Result<(), Failure> {
    let storage = Storage::open(world, folder)?;
    let rows = storage.rows("table")?;
    let mut latencies = Vec::new();
    let all = world.stopwatch();
    for number in 0..puts {
        let mut body = vec![0; bytes];
        world.rng().fill(&mut body);
        let one = world.stopwatch();
        rows.put(&key(number), Row { head: Bytes::from_static(b"head"), body: body.into() })?;
        latencies.push(one.elapsed());
    }
    report("put", &mut latencies, all.elapsed());
    let closing = world.stopwatch();
    drop((rows, storage));
    println!("close: {:?}", closing.elapsed());
    Ok(())
}

fn read(world: &World, folder: &Path, puts: u64) -> Result<(), Failure> {
    let opening = world.stopwatch();
    let storage = Storage::open(world, folder)?;
    let rows: Rows = storage.rows("table")?;
    println!("reopen: {:?}; notices: {:?}", opening.elapsed(), storage.notices());
    let mut latencies = Vec::new();
    let all = world.stopwatch();
    for _ in 0..puts.min(200_000) {
        let one = world.stopwatch();
        rows.get(&key(world.rng().below(puts)))?.ok_or("a row is missing")?;
        latencies.push(one.elapsed());
    }
    report("get", &mut latencies, all.elapsed());
    let scanning = world.stopwatch();
    let found = rows.scan(Span::all()).filter_map(Result::ok).count() as u64;
    println!("scan of {found}: {:?}", scanning.elapsed());
    if found == puts { Ok(()) } else { Err(format!("rows are missing: {}", puts - found).into()) }
}

/// Spread over the table, each number under its own key.
fn key(number: u64) -> [u8; 8] {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()
}

fn report(what: &str, latencies: &mut [Duration], all: Duration) {
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
    let count = latencies.len();
    println!(
        "{what}: {count} in {all:?}; median {:?}, 99 % {:?}, 99.99 % {:?}, worst {:?}",
        at(0.5),
        at(0.99),
        at(0.9999),
        at(1.0)
    );
}

fn size(disk: &Disk, folder: &Path) -> Result<u64, Failure> {
    let mut total = 0;
    for entry in disk.list(folder)? {
        total += if entry.is_dir { size(disk, &entry.path)? } else { disk.metadata(&entry.path)?.len };
    }
    Ok(total)
}

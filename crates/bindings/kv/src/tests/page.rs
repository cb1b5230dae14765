//! The user's page shows the limits this crate enforces.

use crate::limits;
use edgeemu_world::Disk;
use std::path::Path;

#[test]
fn the_limits_in_the_page_are_the_limits_in_the_code() {
    // Tests run in the folder of their package.
    let path = Path::new("../../../docs/bindings/kv.md");
    let page = Disk::real().read_to_string(path).unwrap();
    let rows: Vec<(&str, &str)> = page
        .lines()
        .skip_while(|line| *line != "## Limits")
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter(|line| line.starts_with('|'))
        // The heading and the rule below it.
        .skip(2)
        .map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    let wanted = [
        ("Key, and prefix to list", format!("{} bytes of UTF-8", limits::KEY_BYTES)),
        ("Value", format!("{} bytes", limits::VALUE_BYTES)),
        ("Metadata, as JSON", format!("{} bytes", limits::METADATA_BYTES)),
        ("`expirationTtl`, and lead of `expiration`", format!("at least {} s", limits::EXPIRATION_LEAD_SECS)),
        ("`cacheTtl`", format!("at least {} s", limits::CACHE_TTL_SECS)),
        ("Keys on a page of `list`", format!("{}, which is the default too", limits::LIST_KEYS)),
        ("Keys in one bulk `get`", format!("1 to {}", limits::BULK_GET_KEYS)),
        ("Values in one bulk `get`", format!("{} bytes together", limits::BULK_GET_BYTES)),
    ];
    let wanted: Vec<(&str, &str)> = wanted.iter().map(|(name, limit)| (*name, limit.as_str())).collect();
    assert_eq!(rows, wanted);
}

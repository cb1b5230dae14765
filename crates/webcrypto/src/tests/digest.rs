//! Digests and checksums.

use super::{assert_error, hex};
use crate::{CryptoError, Digester, Hash, timing_safe_equal};

const ABC: [(&str, &str); 5] = [
    ("MD5", "900150983cd24fb0d6963f7d28e17f72"),
    ("sha-1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("Sha-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("SHA-384", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"),
    (
        "SHA-512",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
];

#[test]
fn digests_of_abc_are_those_of_the_standards() {
    for (name, expected) in ABC {
        let hash = Hash::parse(name).unwrap();
        assert_eq!(hash.digest(b"abc"), hex(expected), "{name}");
        assert_eq!(hash.output_len(), expected.len() / 2);
    }
}

#[test]
fn a_digest_fed_in_pieces_is_the_digest_of_the_whole() {
    for (name, expected) in ABC {
        let mut digester = Digester::new(name).unwrap();
        digester.update(b"a");
        digester.update(b"");
        digester.update(b"bc");
        assert_eq!(digester.finish(), hex(expected), "{name}");
    }
}

#[test]
fn checksums_have_their_catalogued_check_values() {
    for (name, expected) in [("crc32", "cbf43926"), ("crc32c", "e3069283"), ("crc64nvme", "ae8b14860a799888")] {
        let mut digester = Digester::new(name).unwrap();
        digester.update(b"12345");
        digester.update(b"6789");
        assert_eq!(digester.finish(), hex(expected), "{name}");
    }
}

#[test]
fn an_unknown_digest_is_not_supported() {
    let expected = CryptoError::not_supported("Unrecognized or unimplemented digest algorithm requested.");
    assert_error(Hash::parse("SHA-224"), expected.clone());
    assert_error(Hash::from_index(5), expected.clone());
    assert!(Digester::new("CRC32").is_err(), "checksum names are lower case");
}

#[test]
fn timing_safe_equal_compares_content_and_refuses_other_lengths() {
    assert_eq!(timing_safe_equal(b"same", b"same"), Ok(true));
    assert_eq!(timing_safe_equal(b"same", b"sane"), Ok(false));
    assert_error(
        timing_safe_equal(b"same", b"longer"),
        CryptoError::Type("Input buffers must have the same byte length.".into()),
    );
}

//! AES in its four modes.

use super::{Dice, assert_error, hex, import, with_random};
use crate::{CipherParams, CryptoError, Key};

const KEY_128: &str = "2b7e151628aed2a6abf7158809cf4f3c";
const KEY_192: &str = "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b";
const KEY_256: &str = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
/// The first two blocks of the examples of NIST SP 800-38A.
const BLOCKS: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";

fn aes(mode: &str, key: &str) -> Key {
    import(mode, "", ("raw", &hex(key))).unwrap()
}

fn encrypt(key: &Key, params: &CipherParams<'_>, data: &[u8]) -> crate::Result<Vec<u8>> {
    with_random(1, |random| key.encrypt(params, data, random))
}

#[test]
fn cbc_gives_the_answers_of_sp_800_38a() {
    let iv = hex("000102030405060708090a0b0c0d0e0f");
    let params = CipherParams { iv: &iv, ..Default::default() };
    let cases = [
        (KEY_128, "7649abac8119b246cee98e9b12e9197d"),
        (KEY_192, "4f021db243bc633d7178183a9fa071e8"),
        (KEY_256, "f58c4c04d6e5f1ba779eabfb5f7bfbd6"),
    ];
    for (key, expected) in cases {
        let key = aes("AES-CBC", key);
        let cipher = encrypt(&key, &params, &hex(BLOCKS)[..16]).unwrap();
        assert_eq!(&cipher[..16], hex(expected));
        assert_eq!(cipher.len(), 32, "a whole block of padding");
        assert_eq!(key.decrypt(&params, &cipher).unwrap(), &hex(BLOCKS)[..16]);
    }
}

#[test]
fn cbc_tells_bad_padding_and_lengths_in_production_words() {
    let key = aes("AES-CBC", KEY_128);
    let params = CipherParams { iv: &[0; 16], ..Default::default() };
    for length in [0, 15, 32] {
        let output = if length == 32 { 16 } else { 0 };
        assert_error(
            key.decrypt(&params, &vec![7; length]),
            CryptoError::operation(format!(
                "Decryption failed. This could be due to a ciphertext authentication failure, bad padding, incorrect \
                 CryptoKey, or another algorithm-specific reason. Input length was {length}, output length expected to \
                 be {output} for AES-CBC"
            )),
        );
    }
    assert_error(
        key.decrypt(&CipherParams { iv: &[0; 12], ..Default::default() }, b""),
        CryptoError::operation("AES-CBC IV must be 16 bytes long (provided 12 bytes)."),
    );
}

#[test]
fn ctr_gives_the_answers_of_sp_800_38a() {
    let counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    let params = CipherParams { iv: &counter, length: 128, ..Default::default() };
    let cases = [
        (KEY_128, "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"),
        (KEY_192, "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"),
        (KEY_256, "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"),
    ];
    for (key, expected) in cases {
        let key = aes("AES-CTR", key);
        assert_eq!(encrypt(&key, &params, &hex(BLOCKS)).unwrap(), hex(expected));
        assert_eq!(key.decrypt(&params, &hex(expected)[..21]).unwrap(), &hex(BLOCKS)[..21]);
    }
}

/// Block by block, with the counter advanced by hand, against the two runs of the implementation.
#[test]
fn a_counter_runs_over_within_its_bits_and_leaves_the_rest_alone() {
    let key = aes("AES-CTR", KEY_128);
    for (bits, start) in [(3, 0xffff_u128), (4, 0x0e), (9, 0x1_01fe), (64, u128::from(u64::MAX)), (128, u128::MAX)] {
        let mask = u128::MAX >> (128 - bits);
        let block = |index: u128| {
            let counter = (start & !mask) | (start.wrapping_add(index) & mask);
            encrypt(&key, &CipherParams { iv: &counter.to_be_bytes(), length: 128, ..Default::default() }, &[0; 16])
        };
        let expected: Vec<u8> = (0..5).flat_map(|index| block(index).unwrap()).collect();
        let params = CipherParams { iv: &start.to_be_bytes(), length: bits, ..Default::default() };
        assert_eq!(encrypt(&key, &params, &[0; 80]).unwrap(), expected, "{bits} bits");
    }
}

#[test]
fn a_counter_that_would_repeat_is_refused() {
    let key = aes("AES-CTR", KEY_128);
    let params = CipherParams { iv: &[0; 16], length: 2, ..Default::default() };
    assert!(encrypt(&key, &params, &[0; 64]).is_ok());
    assert_error(encrypt(&key, &params, &[0; 65]), CryptoError::operation("Counter block values will repeat."));
    for length in [0, 129, -1] {
        assert_error(
            encrypt(&key, &CipherParams { length, ..params }, b""),
            CryptoError::operation(format!("Invalid counter of {length} bits length provided.")),
        );
    }
}

const GCM_KEY: &str = "feffe9928665731c6d6a8f9467308308";
const GCM_TEXT: &str = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
const GCM_DATA: &str = "feedfacedeadbeeffeedfacedeadbeefabaddad2";

#[test]
fn gcm_gives_the_answers_of_its_specification_for_every_kind_of_nonce() {
    // Test cases 4 (96-bit nonce), 5 (64-bit nonce) and 16 (256-bit key).
    let cases = [
        (
            GCM_KEY.to_owned(),
            "cafebabefacedbaddecaf888",
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
            "5bc94fbc3221a5db94fae95ae7121a47",
        ),
        (
            GCM_KEY.to_owned(),
            "cafebabefacedbad",
            "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c742373806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598",
            "3612d2e79e3b0785561be14aaca2fccb",
        ),
        (
            GCM_KEY.repeat(2),
            "cafebabefacedbaddecaf888",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b",
        ),
    ];
    for (key, nonce, text, tag) in cases {
        let (key, nonce, data) = (aes("AES-GCM", &key), hex(nonce), hex(GCM_DATA));
        for length in [32, 64, 96, 104, 112, 120, 128] {
            let params = CipherParams { iv: &nonce, additional_data: &data, length };
            let mut expected = hex(text);
            expected.extend_from_slice(&hex(tag)[..length as usize / 8]);
            assert_eq!(encrypt(&key, &params, &hex(GCM_TEXT)).unwrap(), expected, "{length}");
            assert_eq!(key.decrypt(&params, &expected).unwrap(), hex(GCM_TEXT));
        }
    }
}

#[test]
fn gcm_notices_any_change() {
    let key = aes("AES-GCM", GCM_KEY);
    let params = CipherParams { iv: &[1; 12], additional_data: b"data", length: 128 };
    let cipher = encrypt(&key, &params, b"text").unwrap();
    for index in 0..cipher.len() {
        let mut changed = cipher.clone();
        changed[index] ^= 1;
        assert!(key.decrypt(&params, &changed).is_err(), "byte {index}");
    }
    assert!(key.decrypt(&CipherParams { additional_data: b"date", ..params }, &cipher).is_err());
    assert!(key.decrypt(&CipherParams { iv: &[2; 12], ..params }, &cipher).is_err());
}

#[test]
fn gcm_refuses_parameters_in_production_words() {
    let key = aes("AES-GCM", GCM_KEY);
    let params = CipherParams { iv: &[1; 12], additional_data: b"", length: 128 };
    assert_error(
        encrypt(&key, &CipherParams { iv: b"", ..params }, b""),
        CryptoError::operation("AES-GCM IV must not be empty."),
    );
    assert_error(
        encrypt(&key, &CipherParams { length: 100, ..params }, b""),
        CryptoError::operation("Invalid AES-GCM tag length 100."),
    );
    assert_error(
        key.decrypt(&params, &[0; 15]),
        CryptoError::operation(
            "Ciphertext length of 120 bits must be greater than or equal to the size of the AES-GCM tag length of 128 \
             bits.",
        ),
    );
}

#[test]
fn key_wrap_gives_the_answers_of_rfc_3394() {
    let params = CipherParams::default();
    let cases = [
        (
            "000102030405060708090a0b0c0d0e0f",
            "00112233445566778899aabbccddeeff",
            "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5",
        ),
        (
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
            "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
        ),
    ];
    for (key, data, expected) in cases {
        let key = aes("AES-KW", key);
        let wrapped = encrypt(&key, &params, &hex(data)).unwrap();
        assert_eq!(wrapped, hex(expected));
        assert_eq!(key.decrypt(&params, &wrapped).unwrap(), hex(data));
        assert_error(key.decrypt(&params, &[0; 24]), CryptoError::operation("AES-KW key unwrapping failed."));
    }
}

#[test]
fn key_wrap_takes_whole_half_blocks_alone() {
    let key = aes("AES-KW", KEY_128);
    let params = CipherParams::default();
    assert_error(
        encrypt(&key, &params, &[0; 17]),
        CryptoError::operation(
            "Unwrapped key bit length must be a multiple of 64 bits but unwrapped key has a length of 136 bits.",
        ),
    );
    assert!(encrypt(&key, &params, &[0; 8]).is_err());
    assert_error(
        key.decrypt(&params, &[0; 16]),
        CryptoError::operation(
            "Provided a wrapped key to unwrap this is 128 bits that is less than the minimal length of 192 bits.",
        ),
    );
}

#[test]
fn every_mode_gives_back_what_it_was_given() {
    let seed = 0x5EED;
    let mut dice = Dice(seed);
    for length in 0..70 {
        let mut data = vec![0; length];
        dice.fill(&mut data);
        for (mode, iv, bits) in [("AES-CBC", 16, 0), ("AES-CTR", 16, 64), ("AES-GCM", 12, 128), ("AES-GCM", 33, 96)] {
            let key = aes(mode, KEY_192);
            let params = CipherParams { iv: &vec![3; iv], additional_data: b"data", length: bits };
            let cipher = encrypt(&key, &params, &data).unwrap();
            assert_eq!(key.decrypt(&params, &cipher).unwrap(), data, "seed {seed:#x}, {mode}, {length} bytes");
        }
    }
}

#[test]
fn keys_have_128_192_or_256_bits() {
    assert_error(
        import("AES-GCM", "", ("raw", &[0; 20])),
        CryptoError::data("Imported AES key length must be 128, 192, or 256 bits but provided 160."),
    );
    assert_error(
        import("AES-GCM", "", ("pkcs8", &[0; 16])),
        CryptoError::not_supported("Unrecognized key import format \"pkcs8\"."),
    );
    assert_error(
        aes("AES-CTR", KEY_128).export("spki"),
        CryptoError::not_supported("AES-CTR key only supports exporting \"raw\" & \"jwk\", not \"spki\"."),
    );
}

//! HMAC.

use super::{assert_error, hex, import, with_random};
use crate::{CryptoError, Hash, HmacKey, KeyType, SignParams};

#[test]
fn the_first_test_case_of_rfc_4231_and_2202_holds() {
    let cases = [
        (Hash::Md5, 16, "9294727a3638bb1c13f48ef8158bfc9d"),
        (Hash::Sha1, 20, "b617318655057264e28bc0b6fb378c8ef146be00"),
        (Hash::Sha256, 20, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            Hash::Sha384,
            20,
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
        ),
        (
            Hash::Sha512,
            20,
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
        ),
    ];
    for (hash, length, expected) in cases {
        let key = HmacKey::import(hash, vec![0x0b; length], None).unwrap();
        let signature = key.sign(b"Hi There");
        assert_eq!(signature, hex(expected), "{hash:?}");
        assert!(key.verify(&signature, b"Hi There"));
        assert!(!key.verify(&signature, b"Hi There!"));
        assert!(!key.verify(&signature[1..], b"Hi There"), "a shortened signature does not match");
    }
}

#[test]
fn a_key_longer_than_a_block_is_hashed_first() {
    let key = HmacKey::import(Hash::Sha256, vec![0xaa; 131], None).unwrap();
    let signature = key.sign(b"Test Using Larger Than Block-Size Key - Hash Key First");
    assert_eq!(signature, hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
}

#[test]
fn a_length_that_is_no_multiple_of_eight_clears_the_rest_of_the_last_byte() {
    let key = HmacKey::import(Hash::Sha1, vec![0xff, 0xff], Some(13)).unwrap();
    assert_eq!((key.bytes.as_slice(), key.bits), ([0xff, 0xf8].as_slice(), 13));
}

#[test]
fn lengths_that_do_not_fit_the_bytes_are_refused() {
    for length in [0, 8, 17] {
        assert_error(
            HmacKey::import(Hash::Sha1, vec![0xff, 0xff], Some(length)),
            CryptoError::data(format!(
                "Imported HMAC key length ({length}) must be a non-zero value up to 7 bits less than, and no greater \
                 than, the bit length of the raw key data (16)."
            )),
        );
    }
    assert!(HmacKey::import(Hash::Sha1, vec![], None).is_err(), "an empty key has no bits");
}

#[test]
fn a_generated_key_has_one_block_unless_a_length_is_given() {
    with_random(1, |random| {
        assert_eq!(HmacKey::generate(Hash::Sha512, None, random).unwrap().bits, 1024);
        assert_eq!(HmacKey::generate(Hash::Sha256, Some(9), random).unwrap().bytes.len(), 2);
        assert!(HmacKey::generate(Hash::Sha256, Some(0), random).is_err());
    });
}

#[test]
fn a_key_is_a_secret_that_does_not_encrypt() {
    let key = import("HMAC", "SHA-256", ("raw", b"key")).unwrap();
    assert_eq!((key.key_type(), key.bits(), key.name()), (KeyType::Secret, 24, "HMAC"));
    assert_eq!(key.export("raw").unwrap(), b"key");
    assert_error(key.export("spki"), CryptoError::not_supported("Unimplemented key export format \"spki\"."));
    assert_error(
        key.decrypt(&crate::CipherParams::default(), b""),
        CryptoError::not_supported("The decrypt operation is not implemented for \"HMAC\"."),
    );
    assert!(key.verify(&SignParams::default(), b"", b"").is_ok_and(|matches| !matches));
}

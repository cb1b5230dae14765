//! The cyclic redundancy checks that `crypto.DigestStream` accepts next to the hash functions.

/// Which check: all three are reflected, start from all ones and end inverted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Polynomial {
    /// CRC-32 of zip and gzip.
    Crc32,
    /// CRC-32C (Castagnoli).
    Crc32c,
    /// CRC-64/NVME.
    Crc64Nvme,
}

impl Polynomial {
    /// The check of this name, which is case-sensitive as in production.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "crc32" => Some(Self::Crc32),
            "crc32c" => Some(Self::Crc32c),
            "crc64nvme" => Some(Self::Crc64Nvme),
            _ => None,
        }
    }

    /// The polynomial with its bits reversed, in the low bits.
    const fn reflected(self) -> u64 {
        match self {
            Self::Crc32 => 0xEDB8_8320,
            Self::Crc32c => 0x82F6_3B78,
            Self::Crc64Nvme => 0x9A6C_9329_AC4B_C9B5,
        }
    }

    const fn mask(self) -> u64 {
        match self {
            Self::Crc32 | Self::Crc32c => 0xFFFF_FFFF,
            Self::Crc64Nvme => u64::MAX,
        }
    }

    fn table(self) -> &'static [u64; 256] {
        static CRC32: [u64; 256] = table(Polynomial::Crc32.reflected());
        static CRC32C: [u64; 256] = table(Polynomial::Crc32c.reflected());
        static CRC64NVME: [u64; 256] = table(Polynomial::Crc64Nvme.reflected());
        match self {
            Self::Crc32 => &CRC32,
            Self::Crc32c => &CRC32C,
            Self::Crc64Nvme => &CRC64NVME,
        }
    }
}

const fn table(reflected: u64) -> [u64; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut value = index as u64;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ reflected } else { value >> 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
}

/// A check in progress.
#[derive(Clone)]
pub(crate) struct Crc {
    polynomial: Polynomial,
    value: u64,
}

impl Crc {
    pub(crate) fn new(polynomial: Polynomial) -> Self {
        Self { polynomial, value: polynomial.mask() }
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        let table = self.polynomial.table();
        for byte in data {
            let index = (self.value ^ u64::from(*byte)) & 0xFF;
            self.value = (self.value >> 8) ^ table[index as usize];
        }
    }

    /// The check value, big-endian, in 4 or 8 bytes.
    pub(crate) fn finish(self) -> Vec<u8> {
        let value = self.value ^ self.polynomial.mask();
        match self.polynomial {
            Polynomial::Crc32 | Polynomial::Crc32c => value.to_be_bytes()[4..].to_vec(),
            Polynomial::Crc64Nvme => value.to_be_bytes().to_vec(),
        }
    }
}

//! Ranges of `get`.

use crate::error::{R2Error, Refusal};
use crate::object::ByteRange;

/// The part of an object that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RangeOption {
    /// From an offset on, so many bytes; without an offset from the start, without a length to the end.
    Bytes {
        /// The first byte.
        offset: Option<u64>,
        /// How many.
        length: Option<u64>,
    },
    /// The last bytes.
    Suffix(u64),
    /// A `Range` header; one that cannot be satisfied with one range counts as none.
    Header(String),
}

impl RangeOption {
    /// The range of an option, whose numbers are JavaScript's.
    ///
    /// # Errors
    /// For negative numbers, fractions, and a suffix beside anything else.
    pub fn parse(offset: Option<f64>, length: Option<f64>, suffix: Option<f64>) -> Result<RangeOption, R2Error> {
        let start = offset.map(|offset| whole("Starting offset", offset)).transpose()?;
        let count = length.map(|length| whole("Length", length)).transpose()?;
        let Some(suffix) = suffix else { return Ok(RangeOption::Bytes { offset: start, length: count }) };
        if offset.is_some() {
            return Err(R2Error::SuffixWith("offset"));
        }
        if length.is_some() {
            return Err(R2Error::SuffixWith("length"));
        }
        if !is_natural(suffix) {
            return Err(R2Error::SuffixNegative(shown(suffix)));
        }
        Ok(RangeOption::Suffix(whole("Suffix", suffix)?))
    }

    /// What it means for an object of `size` bytes; `None` is all of it.
    pub(crate) fn resolve(&self, size: u64) -> Result<Option<ByteRange>, Refusal> {
        let range = match self {
            RangeOption::Header(text) => return Ok(from_header(text, size)),
            RangeOption::Suffix(0) => return Err(Refusal::InvalidRange),
            RangeOption::Suffix(suffix) => {
                let length = size.min(*suffix);
                ByteRange { offset: size - length, length }
            }
            RangeOption::Bytes { offset, length } => {
                let offset = offset.unwrap_or(0);
                let left = size.checked_sub(offset).ok_or(Refusal::InvalidRange)?;
                ByteRange { offset, length: length.unwrap_or(left).min(left) }
            }
        };
        if range.length == 0 { Err(Refusal::InvalidRange) } else { Ok(Some(range)) }
    }
}

/// Not negative and not NaN.
fn is_natural(number: f64) -> bool {
    number >= 0.0
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative; huge numbers saturate")]
fn whole(what: &'static str, number: f64) -> Result<u64, R2Error> {
    if !is_natural(number) {
        return Err(R2Error::RangeNegative { what, value: shown(number) });
    }
    if number.is_finite() && number.fract() != 0.0 {
        return Err(R2Error::RangeFraction { what, value: shown(number) });
    }
    Ok(number as u64)
}

/// A number as production's messages write it.
fn shown(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number == 0.0 || (1e-4..1e15).contains(&number.abs()) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}e{sign}{exponent:0>2}")
}

/// The one range of a header, if it is well-formed, alone and within the object.
fn from_header(text: &str, size: u64) -> Option<ByteRange> {
    let unit = text.trim_start_matches(' ');
    let after = unit.get(..5).filter(|unit| unit.eq_ignore_ascii_case("bytes")).map(|_| &unit[5..])?;
    let spec = after.trim_start_matches(' ').strip_prefix('=')?.trim_matches(' ');
    let (first, last) = spec.split_once('-')?;
    let (first, last) = (first.trim_end_matches(' '), last.trim_start_matches(' '));
    if first.is_empty() {
        let length = number(last)?.min(size);
        return (length > 0).then_some(ByteRange { offset: size - length, length });
    }
    let offset = number(first)?;
    let end = if last.is_empty() { u64::MAX } else { number(last)? };
    if offset >= size || end < offset {
        return None;
    }
    Some(ByteRange { offset, length: end.min(size - 1) - offset + 1 })
}

fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than fit are more bytes than there are.
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

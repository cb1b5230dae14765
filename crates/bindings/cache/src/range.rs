//! `Range`: which bytes are wanted.

/// What of a body is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it.
    Whole,
    /// From the first byte to the last, both included.
    Parts(Vec<(usize, usize)>),
    /// Nothing that it has.
    Impossible,
}

/// Reads the header for a body of `length` bytes.
pub(crate) fn wanted(header: &str, length: usize) -> Wanted {
    let unit = header.split_once('=').filter(|(unit, _)| unit.trim().eq_ignore_ascii_case("bytes"));
    let Some((_, list)) = unit else { return Wanted::Impossible };
    if list.trim().is_empty() {
        return Wanted::Whole;
    }
    let mut parts = Vec::new();
    for range in list.split(',') {
        let Some((start, end)) = range.split_once('-') else { return Wanted::Impossible };
        match (number(start), number(end)) {
            (Ok(Some(start)), Ok(end)) => {
                if start >= length || end.is_some_and(|end| start > end) {
                    return Wanted::Impossible;
                }
                parts.push((start, end.unwrap_or(length).min(length - 1)));
            }
            (Ok(None), Ok(Some(suffix))) if suffix >= length => return Wanted::Whole,
            (Ok(None), Ok(Some(0))) => {}
            (Ok(None), Ok(Some(suffix))) => parts.push((length - suffix, length - 1)),
            _ => return Wanted::Impossible,
        }
    }
    if parts.is_empty() { Wanted::Whole } else { Wanted::Parts(parts) }
}

fn number(text: &str) -> Result<Option<usize>, ()> {
    match text.trim() {
        "" => Ok(None),
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Some(text.parse().unwrap_or(usize::MAX))),
        _ => Err(()),
    }
}

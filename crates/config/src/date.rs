//! Calendar dates as the configuration writes them.

/// What is wrong with a compatibility date, in production's words; `None` when it is a date.
pub(crate) fn complaint(field: &str, text: &str) -> Option<String> {
    if text.contains(['–', '—']) {
        return Some(format!(
            "\"{field}\" field should use ISO-8601 accepted hyphens (-) rather than en-dashes (–) or em-dashes (—)."
        ));
    }
    let json = serde_json::Value::from(text);
    (!is_date(text)).then(|| format!("\"{field}\" field should be a valid ISO-8601 date (YYYY-MM-DD), but got {json}."))
}

/// Whether a text is a day of the calendar written `YYYY-MM-DD`.
pub(crate) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() });
    if !shape {
        return false;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

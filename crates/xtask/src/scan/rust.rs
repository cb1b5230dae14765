//! Rust as far as the house rules need it: raw strings, nested comments, lifetimes, and functions by their braces.

use super::{Function, LineIndex, Source, Splitter, blank, closing, find_words, is_word, name_at};

pub(super) fn split(text: &str) -> Source {
    let mut s = Splitter::new(text);
    while let Some(byte) = s.peek(0) {
        match byte {
            b'/' if s.peek(1) == Some(b'/') => s.line_comment(),
            b'/' if s.peek(1) == Some(b'*') => block_comment(&mut s),
            b'"' => s.quoted(b'"'),
            b'\'' => character(&mut s),
            b'r' | b'b' | b'c' if !previous_is_word(&s) => prefixed(&mut s),
            _ => s.code(),
        }
    }
    s.finish()
}

fn previous_is_word(s: &Splitter) -> bool {
    s.at > 0 && is_word(s.bytes[s.at - 1])
}

fn block_comment(s: &mut Splitter) {
    let mut depth = 0usize;
    while !s.rest().is_empty() {
        if s.rest().starts_with(b"/*") {
            depth += 1;
            s.comment();
        } else if s.rest().starts_with(b"*/") {
            depth -= 1;
            s.comment();
        }
        s.comment();
        if depth == 0 {
            return;
        }
    }
}

/// A character literal, unless the quote opens a lifetime.
fn character(s: &mut Splitter) {
    let is_literal = match s.peek(1) {
        Some(b'\\') => true,
        Some(byte) if byte >= 0x80 => s.rest()[1..].iter().take(6).any(|byte| *byte == b'\''),
        Some(_) => s.peek(2) == Some(b'\''),
        None => false,
    };
    if is_literal { s.quoted(b'\'') } else { s.code() }
}

/// `r"…"`, `r#"…"#`, `b"…"`, `br#"…"#`, `c"…"`, or just a name that begins with such a letter.
fn prefixed(s: &mut Splitter) {
    let mut ahead = 1;
    while ahead < 3 && matches!(s.peek(ahead), Some(b'r' | b'b' | b'c')) {
        ahead += 1;
    }
    let raw = s.rest()[..ahead].contains(&b'r');
    let hashes = if raw { s.rest()[ahead..].iter().take_while(|byte| **byte == b'#').count() } else { 0 };
    if s.peek(ahead + hashes) != Some(b'"') {
        return s.code();
    }
    for _ in 0..ahead + hashes {
        s.code();
    }
    if raw { raw_string(s, hashes) } else { s.quoted(b'"') }
}

fn raw_string(s: &mut Splitter, hashes: usize) {
    s.code();
    let end = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    while !s.rest().is_empty() && !s.rest().starts_with(&end) {
        s.skip();
    }
    for _ in 0..end.len().min(s.rest().len()) {
        s.code();
    }
}

/// Every function with a body, in order.
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let lines = LineIndex::new(code);
    find_words(code, "fn").filter_map(|at| function(code, at, &lines)).collect()
}

fn function(code: &str, at: usize, lines: &LineIndex) -> Option<Function> {
    let name = name_at(code, at + 2);
    if name.is_empty() {
        return None; // `fn(u32) -> u32` is a type
    }
    let bytes = code.as_bytes();
    let parameters = at + code[at..].find('(')?;
    let parameters_end = closing(bytes, parameters)?;
    let body = body_start(bytes, parameters_end + 1)?;
    let end = closing(bytes, body)?;
    let (line, last) = (lines.line(at), lines.line(end));
    let parameters = count_parameters(&code[parameters + 1..parameters_end]);
    Some(Function { name: name.to_owned(), line, lines: last - line + 1, parameters: Some(parameters) })
}

/// The brace that opens the body; a semicolon first means there is none.
fn body_start(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'{' => return Some(at),
            b';' => return None,
            b'(' | b'[' => at = closing(bytes, at)?,
            _ => {}
        }
        at += 1;
    }
    None
}

fn count_parameters(list: &str) -> usize {
    let bytes = list.as_bytes();
    let (mut depth, mut pieces, mut start) = (0i32, Vec::new(), 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b'>' if at > 0 && bytes[at - 1] == b'-' => {}
            b')' | b']' | b'}' | b'>' => depth -= 1,
            b',' if depth == 0 => {
                pieces.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&list[start..]);
    let is_parameter = |piece: &&str| !piece.trim().is_empty() && find_words(piece, "self").next().is_none();
    pieces.into_iter().filter(is_parameter).count()
}

/// The code with inline `#[cfg(test)] mod … { }` blanked out, so that sizes speak of the program alone, and the number
/// of lines that took away.
pub(crate) fn without_test_modules(code: &str) -> (String, usize) {
    let mut bytes = code.as_bytes().to_vec();
    let mut lines = 0;
    for (at, attribute) in code.match_indices("#[cfg(test)]") {
        let rest = code[at + attribute.len()..].trim_start();
        let module = code.len() - rest.len();
        if !rest.starts_with("mod ") {
            continue;
        }
        let Some(open) = body_start(code.as_bytes(), module) else { continue };
        let end = closing(code.as_bytes(), open).map_or(code.len(), |end| end + 1);
        lines += code[at..end].lines().count();
        bytes[at..end].iter_mut().for_each(|byte| *byte = blank(*byte));
    }
    (String::from_utf8_lossy(&bytes).into_owned(), lines)
}

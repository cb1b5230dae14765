//! JavaScript as far as the house rules need it: templates, regular expressions, and functions by their braces.

use super::{Function, LineIndex, Source, Splitter, is_word};

/// Words after which a slash begins a regular expression and a parenthesis belongs to a statement.
const STATEMENT_WORDS: [&str; 14] = [
    "if", "for", "while", "switch", "catch", "with", "return", "typeof", "case", "in", "of", "await", "yield", "delete",
];

pub(super) fn split(text: &str) -> Source {
    let mut s = Splitter::new(text);
    // Template literals nest: each entry is the number of braces open inside one `${ … }`.
    let mut holes: Vec<usize> = Vec::new();
    while let Some(byte) = s.peek(0) {
        match byte {
            b'/' if s.peek(1) == Some(b'/') => s.line_comment(),
            b'/' if s.peek(1) == Some(b'*') => block_comment(&mut s),
            b'/' if expects_operand(&s.code) => regular_expression(&mut s),
            b'"' | b'\'' => s.quoted(byte),
            b'`' => template(&mut s, &mut holes),
            b'{' => {
                holes.last_mut().into_iter().for_each(|open| *open += 1);
                s.code();
            }
            b'}' if holes.last() == Some(&0) => {
                holes.pop();
                template(&mut s, &mut holes);
            }
            b'}' => {
                holes.last_mut().into_iter().for_each(|open| *open -= 1);
                s.code();
            }
            _ => s.code(),
        }
    }
    s.finish()
}

fn block_comment(s: &mut Splitter) {
    while !s.rest().is_empty() && !s.rest().starts_with(b"*/") {
        s.comment();
    }
    for _ in 0..s.rest().len().min(2) {
        s.comment();
    }
}

/// From an opening backtick, or the brace that closes a hole, up to the next hole or the closing backtick.
fn template(s: &mut Splitter, holes: &mut Vec<usize>) {
    s.code();
    while let Some(byte) = s.peek(0) {
        match byte {
            b'`' => return s.code(),
            b'$' if s.peek(1) == Some(b'{') => {
                s.skip();
                s.code();
                holes.push(0);
                return;
            }
            b'\\' if s.peek(1).is_some() => s.skip(),
            _ => {}
        }
        s.skip();
    }
}

fn regular_expression(s: &mut Splitter) {
    s.code();
    let mut in_class = false;
    while let Some(byte) = s.peek(0) {
        match byte {
            b'\n' => return,
            b'/' if !in_class => return s.code(),
            b'\\' if s.peek(1).is_some() => s.skip(),
            b'[' => in_class = true,
            b']' => in_class = false,
            _ => {}
        }
        s.skip();
    }
}

/// Whether a slash here would begin an operand rather than divide one.
fn expects_operand(code: &[u8]) -> bool {
    let Some(last) = code.iter().rposition(|byte| !byte.is_ascii_whitespace()) else { return true };
    match code[last] {
        b')' | b']' | b'}' | b'"' | b'\'' | b'`' | b'/' => false,
        byte if is_word(byte) => STATEMENT_WORDS.contains(&word_ending_at(code, last)),
        _ => true,
    }
}

fn word_ending_at(code: &[u8], last: usize) -> &str {
    let start = code[..=last].iter().rposition(|byte| !is_word(*byte)).map_or(0, |at| at + 1);
    std::str::from_utf8(&code[start..=last]).unwrap_or_default()
}

/// Every function, method and arrow with a braced body, in order of their bodies.
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let bytes = code.as_bytes();
    let lines = LineIndex::new(code);
    let mut open: Vec<(u8, usize)> = Vec::new();
    // The opening parenthesis of the group that ended last, and where it ended.
    let mut last_group = (0, 0);
    let mut bodies: Vec<(usize, Option<usize>)> = Vec::new();
    let mut found = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' => open.push((*byte, at)),
            b'{' => {
                open.push((*byte, at));
                bodies.push((at, head_of(bytes, at, last_group)));
            }
            b')' | b']' => {
                if let Some((b'(', start)) = open.pop() {
                    last_group = (start, at);
                }
            }
            b'}' => {
                open.pop();
                if let Some((_, Some(head))) = bodies.pop() {
                    let line = lines.line(head);
                    let name = name_before(bytes, head);
                    found.push(Function { name, line, lines: lines.line(at) - line + 1, parameters: None });
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|function| function.line);
    found
}

/// Where the head of the function whose body opens at `brace` begins; `None` for any other block.
fn head_of(bytes: &[u8], brace: usize, (group_start, group_end): (usize, usize)) -> Option<usize> {
    let last = bytes[..brace].iter().rposition(|byte| !byte.is_ascii_whitespace())?;
    if last > 0 && &bytes[last - 1..=last] == b"=>" {
        return Some(if group_end > 0 && bytes[group_end + 1..last - 1].iter().all(u8::is_ascii_whitespace) {
            group_start
        } else {
            last - 1
        });
    }
    if bytes[last] != b')' || last != group_end {
        return None;
    }
    let before = bytes[..group_start].iter().rposition(|byte| !byte.is_ascii_whitespace())?;
    let is_name = is_word(bytes[before]) || bytes[before] == b']' || bytes[before] == b'"' || bytes[before] == b'*';
    let is_statement = is_word(bytes[before]) && STATEMENT_WORDS.contains(&word_ending_at(bytes, before));
    (is_name && !is_statement).then_some(group_start)
}

fn name_before(bytes: &[u8], head: usize) -> String {
    if bytes[head] == b'=' {
        return "(anonymous)".to_owned(); // `a => { … }`: the word before the arrow is a parameter
    }
    let name = bytes[..head]
        .iter()
        .rposition(|byte| !byte.is_ascii_whitespace())
        .filter(|last| is_word(bytes[*last]))
        .map_or("", |last| word_ending_at(bytes, last));
    if matches!(name, "" | "function" | "async") { "(anonymous)".to_owned() } else { name.to_owned() }
}

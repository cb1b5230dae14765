//! The globs of module rules.

enum Token {
    /// This very byte.
    Byte(u8),
    /// `*`: anything but `/`.
    Star,
    /// `**/`: any number of whole directories.
    Directories,
    /// `**` elsewhere: anything.
    Anything,
}

/// Whether a glob matches a whole path. `?`, brackets and braces stand for themselves.
pub(crate) fn matches(glob: &str, path: &str) -> bool {
    let path = path.as_bytes();
    // `reach[at]`: the tokens read so far can match the first `at` bytes. Linear in both lengths, whatever the glob.
    let mut reach = vec![false; path.len() + 1];
    reach[0] = true;
    for token in tokens(glob.as_bytes()) {
        reach = step(&token, &reach, path);
    }
    reach[path.len()]
}

fn tokens(mut glob: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    while let Some(first) = glob.first() {
        let at_segment = matches!(tokens.last(), None | Some(Token::Byte(b'/') | Token::Directories));
        let (token, length) = match glob {
            [b'*', b'*', b'/', ..] if at_segment => (Token::Directories, 3),
            [b'*', b'*', ..] => (Token::Anything, 2),
            [b'*', ..] => (Token::Star, 1),
            _ => (Token::Byte(*first), 1),
        };
        tokens.push(token);
        glob = &glob[length..];
    }
    tokens
}

fn step(token: &Token, reach: &[bool], path: &[u8]) -> Vec<bool> {
    let mut next = vec![false; reach.len()];
    let mut begun = false;
    for at in 0..reach.len() {
        let before = at.checked_sub(1).map(|index| path[index]);
        next[at] = match token {
            Token::Byte(byte) => before == Some(*byte) && reach[at - 1],
            Token::Star => {
                begun = reach[at] || (begun && before != Some(b'/'));
                begun
            }
            Token::Anything => {
                begun |= reach[at];
                begun
            }
            Token::Directories => {
                let ends_segment = begun && before == Some(b'/');
                begun |= reach[at];
                reach[at] || ends_segment
            }
        };
    }
    next
}

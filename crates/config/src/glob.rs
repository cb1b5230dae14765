//! The globs of module rules and of migrations: `*` is the only special character besides letters.

/// How far a `*` reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Any number of `*` matches anything, `/` included: how import specifiers are matched.
    Anything,
    /// `*` stays within a folder and `**` between slashes spans folders: how paths are matched.
    Folders,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(char),
    /// Any text.
    Any,
    /// Any text without `/`.
    Within,
    /// Nothing, or whole folders with their `/`, or everything up to the end.
    FoldersDeep,
}

/// A glob made ready for matching: `*` and `**` match as far as [`Reach`] says, everything else is itself.
#[derive(Clone, Debug)]
pub struct Glob {
    tokens: Vec<Token>,
    /// What every match ends with. Most imports of a Worker are told apart from most rules by it.
    ending: String,
}

impl Glob {
    /// Reads `pattern`. Every text is a valid glob.
    pub fn new(pattern: &str, reach: Reach) -> Glob {
        let chars: Vec<char> = pattern.chars().collect();
        let mut tokens = Vec::with_capacity(chars.len());
        let mut at = 0;
        while at < chars.len() {
            if chars[at] != '*' {
                tokens.push(Token::Literal(chars[at]));
                at += 1;
                continue;
            }
            let stars = chars[at..].iter().take_while(|c| **c == '*').count();
            let after = chars.get(at + stars).copied();
            let alone = (at == 0 || chars[at - 1] == '/') && matches!(after, None | Some('/'));
            at += stars;
            match reach {
                Reach::Anything => tokens.push(Token::Any),
                Reach::Folders if stars > 1 && alone => {
                    tokens.push(Token::FoldersDeep);
                    at += usize::from(after.is_some());
                }
                Reach::Folders => tokens.push(Token::Within),
            }
        }
        // The slash behind `**` goes with the folders, of which there may be none.
        let ending = pattern.rsplit('*').next().unwrap_or_default().trim_start_matches('/').to_owned();
        Glob { tokens, ending }
    }

    /// Whether the glob matches all of `text`. The time is the product of both lengths at worst.
    pub fn matches(&self, text: &str) -> bool {
        if !text.ends_with(&self.ending) {
            return false;
        }
        let chars: Vec<char> = text.chars().collect();
        // reachable[i]: the tokens so far can have consumed exactly the first i characters.
        let mut reachable = vec![false; chars.len() + 1];
        reachable[0] = true;
        for token in &self.tokens {
            reachable = step(token, &reachable, &chars);
        }
        reachable[chars.len()]
    }
}

fn step(token: &Token, from: &[bool], chars: &[char]) -> Vec<bool> {
    let mut to = vec![false; from.len()];
    match token {
        Token::Literal(c) => {
            for at in 0..chars.len() {
                to[at + 1] = from[at] && chars[at] == *c;
            }
        }
        Token::Any => {
            let mut open = false;
            for at in 0..from.len() {
                open |= from[at];
                to[at] = open;
            }
        }
        Token::Within => {
            let mut open = false;
            for at in 0..from.len() {
                open = from[at] || (open && at > 0 && chars[at - 1] != '/');
                to[at] = open;
            }
        }
        Token::FoldersDeep => {
            let mut open = false;
            for at in 0..from.len() {
                let whole = at > 0 && (chars[at - 1] == '/' || at == chars.len());
                to[at] = from[at] || (open && whole);
                open |= from[at];
            }
        }
    }
    to
}

#[cfg(test)]
mod tests;

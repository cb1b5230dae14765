//! Where one statement ends and the next begins, in a text that holds several.

/// The statement that `sql` begins with, its semicolon included, and what comes after it.
///
/// A semicolon ends a statement unless it is quoted, in a comment, or inside of the body of a trigger, which ends with
/// `END;`.
#[must_use]
pub fn first_statement(sql: &str) -> (&str, &str) {
    sql.split_at(statement_end(sql).unwrap_or(sql.len()))
}

/// Where the statement ends that `sql` begins with, behind its semicolon; `None` if that is not in `sql`.
pub(super) fn statement_end(sql: &str) -> Option<usize> {
    let mut end = Ending::default();
    Tokens::new(sql).find(|(token, _)| end.is_reached(*token)).map(|(_, after)| after)
}

/// Every statement of `sql` that has more in it than blanks, comments and a semicolon, trimmed.
#[must_use]
pub fn split_statements(sql: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let mut rest = sql;
    while !rest.is_empty() {
        let (statement, after) = first_statement(rest);
        if !is_blank(statement) {
            statements.push(statement.trim());
        }
        rest = after;
    }
    statements
}

/// Whether there is no statement in `sql`: blanks, comments and semicolons alone.
#[must_use]
pub fn is_blank(sql: &str) -> bool {
    Tokens::new(sql).all(|(token, _)| token == Token::Semicolon)
}

/// Whether the last statement of `sql` has its semicolon, so that nothing is missing.
#[must_use]
pub fn is_complete(sql: &str) -> bool {
    let mut rest = sql;
    while let Some(end) = statement_end(rest) {
        rest = &rest[end..];
    }
    is_blank(rest)
}

/// Whether more than one statement may be in `sql`: something comes after a semicolon.
pub(super) fn may_be_several(sql: &str) -> bool {
    let body = sql.trim_end();
    let body = body.strip_suffix(';').unwrap_or(body);
    body.contains(';') && !first_statement(sql).1.trim().is_empty()
}

/// The new name of a table in `ALTER TABLE … RENAME TO …`, without its quotes.
pub(super) fn new_table_name(sql: &str) -> Option<&str> {
    let mut tokens = Tokens::new(sql);
    let is = |token: Option<(Token<'_>, usize)>, word: &str| {
        token.is_some_and(|(token, _)| matches!(token, Token::Word(found) if found.eq_ignore_ascii_case(word)))
    };
    if !is(tokens.next(), "alter") {
        return None;
    }
    while !is(Some(tokens.next()?), "rename") {}
    let (_, to) = tokens.next()?;
    let (_, end) = tokens.next()?;
    let is_table = sql[..to].len() >= 2 && sql[to - 2..to].eq_ignore_ascii_case("to");
    is_table.then(|| sql[to..end].trim().trim_matches(['"', '\'', '`', '[', ']']))
}

/// What matters of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Semicolon,
    Word(&'a str),
    Other,
}

/// Follows the tokens of a statement until it ends.
#[derive(Default)]
struct Ending {
    state: State,
}

#[derive(Default, PartialEq, Eq)]
enum State {
    /// Nothing but `EXPLAIN [QUERY PLAN]` yet.
    #[default]
    Start,
    /// `CREATE [TEMP]`.
    Create,
    /// In the body of a trigger.
    Trigger,
    /// After a semicolon there.
    TriggerSemicolon,
    /// After the `END` behind it.
    TriggerEnd,
    /// Anything else.
    Plain,
}

impl Ending {
    fn is_reached(&mut self, token: Token<'_>) -> bool {
        let is = |word: &str| matches!(token, Token::Word(found) if found.eq_ignore_ascii_case(word));
        let next = match (&self.state, token) {
            (State::Start | State::Create | State::Plain | State::TriggerEnd, Token::Semicolon) => return true,
            (State::Start, _) if is("explain") || is("query") || is("plan") => State::Start,
            (State::Start, _) if is("create") => State::Create,
            (State::Create, _) if is("temp") || is("temporary") => State::Create,
            (State::Create, _) if is("trigger") => State::Trigger,
            (State::Trigger | State::TriggerSemicolon, Token::Semicolon) => State::TriggerSemicolon,
            (State::TriggerSemicolon, _) if is("end") => State::TriggerEnd,
            (State::Trigger | State::TriggerSemicolon | State::TriggerEnd, _) => State::Trigger,
            _ => State::Plain,
        };
        self.state = next;
        false
    }
}

/// Tokens without blanks and comments, each with the place where it ends.
struct Tokens<'a> {
    sql: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    fn new(sql: &'a str) -> Tokens<'a> {
        Tokens { sql, at: 0 }
    }

    fn rest(&self) -> &'a [u8] {
        &self.sql.as_bytes()[self.at..]
    }

    /// Goes on behind `end`, or to the end of the text if it does not come any more.
    fn skip_past(&mut self, from: usize, end: &str) {
        let found = self.sql.get(self.at + from..).and_then(|rest| rest.find(end));
        self.at = found.map_or(self.sql.len(), |found| self.at + from + found + end.len());
    }

    /// A doubled quote inside begins a new piece of the same text, which comes to the same end.
    fn skip_quoted(&mut self, quote: u8) {
        let end = match quote {
            b'[' => "]",
            b'\'' => "'",
            b'"' => "\"",
            _ => "`",
        };
        self.skip_past(1, end);
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (Token<'a>, usize);

    fn next(&mut self) -> Option<(Token<'a>, usize)> {
        loop {
            let rest = self.rest();
            let token = match *rest.first()? {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => {
                    self.at += 1;
                    continue;
                }
                b'-' if rest.get(1) == Some(&b'-') => {
                    self.skip_past(2, "\n");
                    continue;
                }
                b'/' if rest.get(1) == Some(&b'*') => {
                    self.skip_past(2, "*/");
                    continue;
                }
                b';' => {
                    self.at += 1;
                    Token::Semicolon
                }
                quote @ (b'\'' | b'"' | b'`' | b'[') => {
                    self.skip_quoted(quote);
                    Token::Other
                }
                byte if is_word(byte) => {
                    let len = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
                    let word = &self.sql[self.at..self.at + len];
                    self.at += len;
                    Token::Word(word)
                }
                _ => {
                    self.at += 1;
                    Token::Other
                }
            };
            return Some((token, self.at));
        }
    }
}

/// Bytes of letters beyond ASCII count as letters, so that no character is cut in two.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

//! What is asked of a database.

use crate::Value;

/// One statement with the values of its parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// The SQL; several statements behind each other are allowed.
    pub sql: String,
    /// The values, in the order of the parameters.
    pub params: Vec<Value>,
}

impl Statement {
    /// A statement without parameters.
    #[must_use]
    pub fn new(sql: impl Into<String>) -> Statement {
        Statement { sql: sql.into(), params: Vec::new() }
    }
}

/// How rows are written in an answer as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Each row an object: `results` is a list of them.
    #[default]
    Objects,
    /// `results` is `{ columns, rows }`, each row a list.
    Arrays,
}

/// One request: its statements are one transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// What to run, in order.
    pub statements: Vec<Statement>,
    /// How the rows are written.
    pub shape: Shape,
    /// What the session has that asks: `first-primary`, `first-unconstrained`, or the latest bookmark it has seen. Without
    /// a session the primary answers.
    pub session: Option<String>,
}

impl Request {
    /// Leaves out what production's front does not even send on: blank text, and lines of comment that are indented.
    pub(crate) fn drop_blank(&mut self) {
        let is_comment = |line: &str| line.starts_with(char::is_whitespace) && line.trim_start().starts_with("--");
        self.statements.retain(|statement| {
            // A blank line before a comment makes it an indented one.
            let mut after_blank = false;
            statement.sql.lines().any(|line| {
                let counts = !(line.trim().is_empty() || is_comment(line) || (after_blank && line.starts_with("--")));
                after_blank = line.trim().is_empty();
                counts
            })
        });
    }
}

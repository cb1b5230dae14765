//! Colours, where they are wanted.

use std::borrow::Cow;

/// Colours text, or leaves it as it is.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    is_on: bool,
}

impl Paint {
    pub(crate) fn new(is_on: bool) -> Paint {
        Paint { is_on }
    }

    fn sgr(self, code: &str, text: &str) -> String {
        if self.is_on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.sgr("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.sgr("2", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.sgr("31", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.sgr("32", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.sgr("33", text)
    }

    pub(crate) fn blue(self, text: &str) -> String {
        self.sgr("34", text)
    }

    pub(crate) fn cyan(self, text: &str) -> String {
        self.sgr("36", text)
    }

    /// Text that may be coloured already, without its colours if none are wanted.
    pub(crate) fn keep(self, text: &str) -> Cow<'_, str> {
        if self.is_on { Cow::Borrowed(text) } else { plain(text) }
    }

    /// `▲ [WARNING]` before a warning.
    pub(crate) fn warning(self, text: &str) -> String {
        format!("{} {}\n\n", self.yellow("▲ [WARNING]"), text.trim_end())
    }

    /// `✘ [ERROR]` before an error.
    pub(crate) fn error(self, text: &str) -> String {
        format!("{} {}\n\n", self.red("✘ [ERROR]"), text.trim_end())
    }
}

/// Text without the escapes that colour it. Other escapes stay: they are what the Worker printed.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains("\x1b[") {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split("\x1b[");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let parameters = part.trim_start_matches(|char: char| char.is_ascii_digit() || char == ';' || char == ':');
        match parameters.strip_prefix('m') {
            Some(rest) => kept.push_str(rest),
            None => kept.extend(["\x1b[", part]),
        }
    }
    Cow::Owned(kept)
}

//! Colours, where they are wanted.

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

    /// `▲ [WARNING]` before a warning.
    pub(crate) fn warning(self, text: &str) -> String {
        format!("{} {}\n\n", self.yellow("▲ [WARNING]"), text.trim_end())
    }

    /// `✘ [ERROR]` before an error.
    pub(crate) fn error(self, text: &str) -> String {
        format!("{} {}\n\n", self.red("✘ [ERROR]"), text.trim_end())
    }
}

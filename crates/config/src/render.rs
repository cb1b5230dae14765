//! A report as text in the layout of wrangler's diagnostics, and as JSON for programs.

use serde_json::{Value, json};

use crate::notes::{Note, Report, Severity};
use crate::source::Place;

impl Report {
    /// Both blocks, warnings first, each under its mark: `▲ [WARNING] Processing …` and `✘ [ERROR] Processing …`.
    /// Empty when there is nothing to say.
    pub fn render(&self) -> String {
        let mut text = String::new();
        for (severity, mark) in [(Severity::Warning, "▲ [WARNING]"), (Severity::Error, "✘ [ERROR]")] {
            if let Some(block) = self.block(severity) {
                text.push_str(mark);
                text.push(' ');
                text.push_str(&block);
            }
        }
        text
    }

    /// The complaints of one severity as one block: heading, items, then a nested heading per named environment.
    /// `None` when there are none. Ends with a line break.
    pub fn block(&self, severity: Severity) -> Option<String> {
        let mut environments: Vec<&str> = Vec::new();
        let mut text = format!("Processing {} configuration:\n", self.file);
        let mut any = false;
        for note in self.of(severity) {
            any = true;
            match &note.environment {
                None => item(&mut text, note, 2),
                Some(name) if !environments.contains(&name.as_str()) => environments.push(name),
                Some(_) => {}
            }
        }
        for name in environments {
            text.push_str(&format!("\n  - \"env.{name}\" environment configuration\n"));
            for note in self.of(severity).filter(|note| note.environment.as_deref() == Some(name)) {
                item(&mut text, note, 4);
            }
        }
        any.then_some(text)
    }

    /// The report as JSON: `{"file", "errors": n, "warnings": n, "notes": [{severity, message, environment?, place?, hint?}]}`.
    pub fn to_json(&self) -> Value {
        json!({
            "file": self.file,
            "errors": self.errors().count(),
            "warnings": self.warnings().count(),
            "notes": self.notes,
        })
    }
}

fn item(text: &mut String, note: &Note, indent: usize) {
    let pad = " ".repeat(indent);
    for (number, line) in note.message.lines().enumerate() {
        let lead = if number == 0 { "- " } else { "  " };
        text.push_str(format!("{pad}{lead}{line}").trim_end());
        text.push('\n');
    }
    if let Some(place) = &note.place {
        excerpt(text, place, &pad);
    }
    if let Some(hint) = &note.hint {
        let pad = note.place.as_ref().map_or(format!("{pad}  "), |place| format!("{pad}   {}", gutter(place)));
        text.push_str(&format!("{pad}= hint: {hint}\n"));
    }
}

fn gutter(place: &Place) -> String {
    " ".repeat(place.line.to_string().len() + 1)
}

fn excerpt(text: &mut String, place: &Place, pad: &str) {
    let gutter = gutter(place);
    // Tabs stay tabs below the line, so that the caret stands under its character whatever the tab width is.
    let blank = |char| if char == '\t' { '\t' } else { ' ' };
    let before: String = place.excerpt.chars().map(blank).chain(std::iter::repeat(' ')).take(place.indent).collect();
    text.push_str(&format!("{pad}   {}--> {}:{}:{}\n", &gutter[1..], place.file, place.line, place.column));
    text.push_str(&format!("{pad}   {gutter}|\n"));
    text.push_str(format!("{pad}   {} | {}", place.line, place.excerpt).trim_end());
    text.push_str(&format!("\n{pad}   {gutter}| {before}{}\n", "^".repeat(place.width)));
}

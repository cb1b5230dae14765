//! Tables: what a Worker has access to, and rows of data.

use edgeemu::config::Binding;

use super::paint::Paint;

/// Blanks between two columns.
const GAP: usize = 6;

/// The table as production prints it: name with resource, kind, and where the data lives.
pub(crate) fn bindings(rows: &[Binding], paint: Paint) -> String {
    if rows.is_empty() {
        return "No bindings found.\n".to_owned();
    }
    let names: Vec<_> = rows.iter().map(name).collect();
    let first = widest(names.iter().map(String::as_str), "Binding");
    let second = widest(rows.iter().map(|row| row.kind.label()), "Resource");
    let heading = format!("{:first$}{:second$}Mode", "Binding", "Resource");
    let mut text = format!("Your Worker has access to the following bindings:\n{}\n", paint.dim(&heading));
    for (row, name) in rows.iter().zip(names) {
        let mode = row.mode.label();
        let mode = if mode == "local" { paint.blue(mode) } else { paint.yellow(mode) };
        text.push_str(&format!("{name:first$}{:second$}{mode}\n", row.kind.label()));
    }
    text.push('\n');
    text
}

fn name(row: &Binding) -> String {
    // A variable may hold line breaks and escapes, which must not break the table.
    let resource: String = row.resource.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    if resource.is_empty() { format!("env.{}", row.name) } else { format!("env.{} ({resource})", row.name) }
}

fn widest<'a>(cells: impl Iterator<Item = &'a str>, heading: &'a str) -> usize {
    cells.chain([heading]).map(|cell| cell.chars().count()).max().unwrap_or(0) + GAP
}

/// Rows in a grid of lines, as wide as their cells.
pub(crate) fn grid(heading: &[String], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..heading.len())
        .map(|column| {
            let cells = rows.iter().map(Vec::as_slice).chain([heading]).filter_map(|row| row.get(column));
            cells.map(|cell| width(cell)).max().unwrap_or(0)
        })
        .collect();
    let rule = |left: char, middle: &str, right: char| {
        let lines: Vec<_> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
        format!("{left}{}{right}\n", lines.join(middle))
    };
    let line = |row: &[String]| {
        let cells = widths.iter().zip(row).map(|(wide, cell)| format!(" {cell}{} ", " ".repeat(wide - width(cell))));
        format!("│{}│\n", cells.collect::<Vec<_>>().join("│"))
    };
    let body = std::iter::once(heading).chain(rows.iter().map(Vec::as_slice)).map(line);
    let body = body.collect::<Vec<_>>().join(&rule('├', "┼", '┤'));
    format!("{}{body}{}", rule('┌', "┬", '┐'), rule('└', "┴", '┘'))
}

/// How many columns of the terminal a text takes, as far as our own texts and most data go.
fn width(text: &str) -> usize {
    let columns = |char: char| match char {
        '\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' => 2,
        '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}' | '✅' | '❌' => 2,
        _ => 1,
    };
    text.chars().map(columns).sum()
}

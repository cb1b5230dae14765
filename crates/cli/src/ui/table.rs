//! The table of what a Worker has access to.

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

//! What a formatter does not see: headers, blanks at the ends of lines, files too large to carry along.

use super::Finding;
use crate::tree::Tree;

const FILE_BYTES_MAX: u64 = 1 << 20;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let large = tree.lengths().filter(|(path, len)| *len > FILE_BYTES_MAX && !is_foreign(path)).map(|(path, len)| {
        Finding::about(path, format!("{len} bytes, limit {FILE_BYTES_MAX}: large files belong under third_party/"))
    });
    let blanks =
        tree.texts().filter(|(path, _)| !is_foreign(path)).flat_map(|(path, text)| trailing_blanks(path, text));
    let headers = tree.texts_ending(&[".rs"]).filter(|(path, _)| !is_foreign(path)).filter_map(header);
    large.chain(blanks).chain(headers).collect()
}

fn is_foreign(path: &str) -> bool {
    path.starts_with("third_party/")
}

fn trailing_blanks<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = Finding> + 'a {
    let ends_blank = |(_, line): &(usize, &str)| line.ends_with([' ', '\t', '\r']);
    let finding = move |(number, _)| Finding::at(path, number + 1, "blanks at the end of the line: delete them");
    text.split('\n').enumerate().filter(ends_blank).map(finding)
}

fn header((path, text): (&str, &str)) -> Option<Finding> {
    let first = text.lines().next().unwrap_or_default();
    let says_something = first.strip_prefix("//! ").is_some_and(|says| says.trim().len() > 2);
    (!says_something).then(|| Finding::at(path, 1, "the first line must say what the file is: `//! …`"))
}

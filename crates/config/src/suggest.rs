//! "did you mean": the known word nearest to a misspelt one.

/// Longer words are not slips of the pen, and comparing them takes time.
const WORD_CHARS_MAX: usize = 64;

/// The candidate nearest to `word`, if it is near enough to be a slip of the pen: at most a third of the word's
/// letters differ.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length > WORD_CHARS_MAX {
        return None;
    }
    let allowed = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word && candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// `did you mean `x`?` for the hint line of a complaint.
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|near| format!("did you mean `{near}`?"))
}

/// Insertions, deletions, replacements and swaps of neighbours between two words. `-` and `_` count as equal
/// letters, because keys are most often misspelt that way.
fn distance(left: &str, right: &str) -> usize {
    let fold = |word: &str| -> Vec<char> {
        word.chars().map(|char| if char == '-' { '_' } else { char.to_ascii_lowercase() }).collect()
    };
    let (left, right) = (fold(left), fold(right));
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    for (at, row) in rows.iter_mut().enumerate() {
        row[0] = at;
    }
    rows[0] = (0..=right.len()).collect();
    for row in 1..=left.len() {
        for column in 1..=right.len() {
            rows[row][column] = cell(&rows, (&left, &right), row, column);
        }
    }
    rows[left.len()][right.len()]
}

fn cell(rows: &[Vec<usize>], (left, right): (&[char], &[char]), row: usize, column: usize) -> usize {
    let replace = rows[row - 1][column - 1] + usize::from(left[row - 1] != right[column - 1]);
    let best = replace.min(rows[row - 1][column] + 1).min(rows[row][column - 1] + 1);
    let swapped = row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1];
    if swapped { best.min(rows[row - 2][column - 2] + 1) } else { best }
}

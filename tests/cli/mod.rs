//! How the program speaks: each file is about one command or one kind of trouble.

use libtest_mimic::Trial;

use crate::case::written_tests;

mod help;

/// All of them.
pub(crate) fn tests() -> Vec<Trial> {
    let lists = [help::TESTS];
    lists.into_iter().flat_map(written_tests).collect()
}

//! How the program speaks: each file is about one command or one kind of trouble.

use libtest_mimic::Trial;

use crate::case::written_tests;

mod configuration;
mod dev;
mod help;
mod init;
mod kv;
mod reload;

/// All of them.
pub(crate) fn tests() -> Vec<Trial> {
    let lists = [configuration::TESTS, dev::TESTS, help::TESTS, init::TESTS, kv::TESTS, reload::TESTS];
    lists.into_iter().flat_map(written_tests).collect()
}

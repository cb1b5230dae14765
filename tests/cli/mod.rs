//! How the program speaks: each file is about one command or one kind of trouble.

use libtest_mimic::Trial;

use crate::case::written_tests;

mod build;
mod colos;
mod configuration;
mod d1;
mod d1_shell;
mod dev;
mod explore;
mod help;
mod init;
mod inspector;
mod keys;
mod kv;
mod r2;
mod reload;
mod s3;
mod secure;
mod state;
mod workers;

/// All of them.
pub(crate) fn tests() -> Vec<Trial> {
    let lists = [
        build::TESTS,
        colos::TESTS,
        configuration::TESTS,
        d1::TESTS,
        d1_shell::TESTS,
        dev::TESTS,
        explore::TESTS,
        help::TESTS,
        init::TESTS,
        inspector::TESTS,
        keys::TESTS,
        kv::TESTS,
        r2::TESTS,
        reload::TESTS,
        s3::TESTS,
        secure::TESTS,
        state::TESTS,
        workers::TESTS,
    ];
    let mut tests: Vec<_> = lists.into_iter().flat_map(written_tests).collect();
    tests.push(s3::boto3());
    tests
}

//! What happens when something goes wrong: hostile Workers, hostile clients, broken networks. Folders beside this file
//! are Workers of that kind; the files are tests that need a socket or a process.

use libtest_mimic::Trial;

use crate::case::written_tests;

mod clients;
mod emulators;
mod kills;
mod object_sockets;
mod outside;
mod sockets;
mod tcp;
mod transfers;
mod wire;

/// All of them.
pub(crate) fn tests() -> Vec<Trial> {
    let lists = [
        clients::TESTS,
        emulators::TESTS,
        kills::TESTS,
        object_sockets::TESTS,
        outside::TESTS,
        sockets::TESTS,
        tcp::TESTS,
        transfers::TESTS,
        wire::TESTS,
    ];
    lists.into_iter().flat_map(written_tests).collect()
}

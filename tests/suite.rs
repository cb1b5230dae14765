//! The suite: what a Worker sees, what clients see, and how the program speaks. One binary, because linking the engine
//! takes longer than most of the tests.

// Tests touch files, sockets, processes and time as a user does. What must not happen here is named by `expect`.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::unwrap_used)]

mod anomalies;
mod case;
mod checks;
mod cli;
mod colos;
mod devtools;
mod faults;
mod folders;
mod migrations;
mod process;
mod raw;
mod server;
mod socket_steps;
mod stage;
mod steps;
mod tls;
mod upstream;

use libtest_mimic::Arguments;

fn main() {
    let arguments = Arguments::from_args();
    let mut tests = folders::tests();
    tests.extend(cli::tests());
    tests.extend(colos::tests());
    tests.extend(faults::tests());
    tests.extend(anomalies::tests());
    libtest_mimic::run(&arguments, tests).exit();
}

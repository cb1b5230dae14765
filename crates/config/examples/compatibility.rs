//! Writes the page about compatibility flags to standard output: `> docs/compatibility.md`.

#![allow(clippy::print_stdout, reason = "it is what this program is for")]

fn main() {
    print!("{}", edgeemu_config::compatibility_page());
}

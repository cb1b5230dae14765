//! How the program is linked.

// A build script runs before there is a world to ask.
#![allow(clippy::disallowed_methods)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if target == "linux" {
        // V8 asks for the wall clock through this one symbol. The runtime crate puts the emulator's clock in its
        // place, so that a Worker cannot see real time.
        println!("cargo::rustc-link-arg-bins=-Wl,--wrap=_ZN2v84base2OS17TimeCurrentMillisEv");
    }
}

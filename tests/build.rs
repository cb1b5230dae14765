//! How the suite is linked.

#![allow(clippy::disallowed_methods, reason = "a build script asks cargo through the environment")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if target == "linux" {
        // As in the program: V8 asks the emulator for the time.
        println!("cargo::rustc-link-arg-tests=-Wl,--wrap=_ZN2v84base2OS17TimeCurrentMillisEv");
    }
}

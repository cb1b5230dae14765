//! `edgeemu init`: a project that runs.

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::{Dev, Home};
use crate::raw;

pub(super) const TESTS: &[Written] =
    written![the_project_runs_at_once, nothing_is_overwritten, the_folder_names_the_worker];

fn the_project_runs_at_once() -> Outcome {
    let home = Home::new();
    let made = home.run(&["init", "shop"]);
    same("exit code", made.code, Some(0))?;
    contains("stdout", &made.stdout, "cd shop")?;
    let mut dev = Dev::start(&mut home.command(&["dev", "--cwd", "shop", "--port", "0"]));
    let url = dev.wait_for("Ready on ").replace("Ready on ", "");
    let answer = raw::get(&url, "/")?;
    same("status", answer.status, 200)?;
    holds("it says something", !answer.body.is_empty())?;
    same("exit code", dev.interrupt().code, Some(0))
}

fn nothing_is_overwritten() -> Outcome {
    let home = Home::new();
    home.write("shop/wrangler.jsonc", "mine");
    let ran = home.run(&["init", "shop"]);
    same("exit code", ran.code, Some(1))?;
    contains("stderr", &ran.stderr, "`wrangler.jsonc`")?;
    same("the file", home.read("shop/wrangler.jsonc").as_str(), "mine")?;
    holds("no other file was written", !home.path().join("shop/package.json").exists())
}

fn the_folder_names_the_worker() -> Outcome {
    let home = Home::new();
    same("exit code", home.run(&["init", "My Shop!"]).code, Some(0))?;
    contains("configuration", &home.read("My Shop!/wrangler.jsonc"), "\"my-shop\"")
}

//! What the program says about itself, and about command lines it does not understand.

use crate::case::{Outcome, Written, contains, holds, same, written};
use crate::process::Home;

pub(super) const TESTS: &[Written] = written![
    help_names_the_commands,
    help_of_dev_names_the_main_flags,
    help_of_kv_names_the_main_flags,
    version_is_one_line,
    an_unknown_flag_is_a_usage_error,
    a_misspelt_command_gets_a_suggestion,
];

fn help_names_the_commands() -> Outcome {
    let ran = Home::new().run(&["--help"]);
    same("exit code", ran.code, Some(0))?;
    for word in ["dev", "kv", "init", "explore", "replay", "shrink", "--config", "--env", "--env-file", "--cwd"] {
        contains("help", &ran.stdout, word)?;
    }
    Ok(())
}

fn help_of_dev_names_the_main_flags() -> Outcome {
    let ran = Home::new().run(&["dev", "--help"]);
    same("exit code", ran.code, Some(0))?;
    for flag in ["--port", "--ip", "--persist-to", "--var", "--json", "--log-level", "--test-scheduled", "--no-bundle"]
    {
        contains("help", &ran.stdout, flag)?;
    }
    Ok(())
}

fn help_of_kv_names_the_main_flags() -> Outcome {
    let ran = Home::new().run(&["kv", "key", "put", "--help"]);
    same("exit code", ran.code, Some(0))?;
    for flag in ["--binding", "--namespace-id", "--ttl", "--expiration", "--metadata", "--path", "--persist-to"] {
        contains("help", &ran.stdout, flag)?;
    }
    Ok(())
}

fn version_is_one_line() -> Outcome {
    let ran = Home::new().run(&["--version"]);
    same("exit code", ran.code, Some(0))?;
    same("output", ran.stdout.as_str(), "edgeemu 0.1.0\n")
}

fn an_unknown_flag_is_a_usage_error() -> Outcome {
    let ran = Home::new().run(&["dev", "--prot", "1"]);
    same("exit code", ran.code, Some(2))?;
    contains("stderr", &ran.stderr, "--prot")?;
    contains("stderr", &ran.stderr, "--port")
}

fn a_misspelt_command_gets_a_suggestion() -> Outcome {
    for (misspelt, meant) in [("dve", "'dev'"), ("devv", "'dev'"), ("inti", "'init'")] {
        let ran = Home::new().run(&[misspelt]);
        same("exit code", ran.code, Some(2))?;
        contains("stderr", &ran.stderr, meant)?;
    }
    contains("below kv", &Home::new().run(&["kv", "kye"]).stderr, "'key'")?;
    contains("below kv key", &Home::new().run(&["kv", "key", "gte"]).stderr, "'get'")?;
    holds("not everything is a slip", !Home::new().run(&["deploy"]).stderr.contains("similar"))
}

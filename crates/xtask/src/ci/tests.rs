//! The sequence is complete and ends with the suite.

use super::*;

#[test]
fn the_suite_has_the_last_word() {
    assert_eq!(steps().last().expect("there are steps").name, "suite");
}

#[test]
fn every_cargo_step_selects_the_whole_workspace() {
    for step in steps() {
        let Action::Run(command) = step.action else { continue };
        let whole = command.iter().any(|word| word == "--workspace" || word == "--all");
        assert!(whole, "{}: another selection has other features, and compiles the engine again", step.name);
    }
}

#[test]
fn a_step_that_fails_names_its_exit_status() {
    let error = run_command(Path::new("."), &["false".to_owned()]).expect_err("`false` fails");
    assert_eq!(error, "exit status: 1");
    let error = run_command(Path::new("."), &["no-such-program-here".to_owned()]).expect_err("it does not exist");
    assert!(error.starts_with("cannot run `no-such-program-here`: "), "{error}");
}

#[test]
fn a_missing_program_is_not_installed() {
    assert!(!is_installed(&["no-such-program-here".to_owned()]));
    assert!(is_installed(&["true".to_owned()]));
}

#[test]
fn children_read_nothing() {
    // `cat` would wait for ever on an inherited terminal.
    run_command(Path::new("."), &["cat".to_owned()]).expect("an empty input ends at once");
}

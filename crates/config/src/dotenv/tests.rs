//! `.dev.vars` and `.env`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Dotenv, SecretFileKind, SelectOptions, announcement, merge, select_files};

fn parse(text: &str) -> Vec<(String, String)> {
    let parsed = Dotenv::parse(text, ".env");
    assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
    parsed.entries
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn values_are_read_by_dotenvs_rules() {
    for (text, expected) in [
        ("A=1", &[("A", "1")][..]),
        ("  A = 1  ", &[("A", "1")]),
        ("A=\nB=2", &[("A", ""), ("B", "2")]),
        ("export A=1\nexport=2", &[("A", "1"), ("export", "2")]),
        ("# c\n\nA=1 # c\nB=x#y", &[("A", "1"), ("B", "x")]),
        ("A=\"x # y\" # c", &[("A", "x # y")]),
        ("A='x \\n y'", &[("A", "x \\n y")]),
        (r#"A="x\ny""#, &[("A", "x\ny")]),
        (r#"A="say \"hi\"""#, &[("A", r#"say \"hi\""#)]),
        ("A=\"one\ntwo\"\nB=3", &[("A", "one\ntwo"), ("B", "3")]),
        ("A='one\ntwo'", &[("A", "one\ntwo")]),
        ("A=`it's \"x\"`", &[("A", "it's \"x\"")]),
        ("A: 1", &[("A", "1")]),
        ("A=1\r\nB=2\r\n", &[("A", "1"), ("B", "2")]),
        ("A=1\nA=2", &[("A", "2")]),
        ("A.B-C=x=y", &[("A.B-C", "x=y")]),
        ("\u{feff}A=ä", &[("A", "ä")]),
        ("A=\"\"", &[("A", "")]),
        ("A= spaces inside ", &[("A", "spaces inside")]),
    ] {
        assert_eq!(parse(text), pairs(expected), "for {text:?}");
    }
}

#[test]
fn lines_that_are_not_understood_are_warned_of_with_their_place() {
    let parsed = Dotenv::parse("A=1\nnonsense\nB=\"open\nC=3", ".dev.vars");
    assert_eq!(parsed.entries, pairs(&[("A", "1"), ("B", "\"open"), ("C", "3")]));
    let shown: Vec<String> = parsed
        .notes
        .iter()
        .map(|note| {
            let place = note.place.as_ref().unwrap();
            format!("{}:{}:{} {}", place.file, place.line, place.column, note.message)
        })
        .collect();
    assert_eq!(shown, [".dev.vars:2:1 Line is not `NAME=value`", ".dev.vars:3:3 Quote is not closed"]);
}

#[test]
fn references_are_expanded() {
    let outside = BTreeMap::from([("HOME".to_owned(), "/h".to_owned())]);
    let text = "A=1\nB=$A-${A}\nC=${NONE:-d}\nD=${NONE}\nE=\\$A\nF=$HOME/x\nG=5$\nH=${A\nI=${A:-z}\nJ=$J";
    let parsed = Dotenv::parse(text, ".env").expanded(&outside);
    for (name, expected) in [
        ("B", "1-1"),
        ("C", "d"),
        ("D", ""),
        ("E", "$A"),
        ("F", "/h/x"),
        ("G", "5$"),
        ("H", "${A"),
        ("I", "1"),
        ("J", ""),
    ] {
        assert_eq!(parsed.get(name), Some(expected), "{name}");
    }
}

fn select(env: Option<&str>, env_files: &[PathBuf], off: bool, present: &[&str]) -> Vec<String> {
    let options = SelectOptions { dir: Path::new("/p"), env, env_files, dot_env_off: off };
    select_files(&options, &|path| present.iter().any(|name| path == Path::new("/p").join(name)))
        .iter()
        .map(|file| file.path.display().to_string())
        .collect()
}

#[test]
fn files_are_chosen_by_rule() {
    let all = [".dev.vars", ".dev.vars.dev", ".env", ".env.local", ".env.dev", ".env.dev.local"];
    assert_eq!(select(None, &[], false, &all), ["/p/.dev.vars"]);
    assert_eq!(select(Some("dev"), &[], false, &all), ["/p/.dev.vars.dev"]);
    assert_eq!(select(Some("other"), &[], false, &all), ["/p/.dev.vars"]);
    assert_eq!(select(None, &[], false, &all[2..]), ["/p/.env", "/p/.env.local"]);
    assert_eq!(
        select(Some("dev"), &[], false, &all[2..]),
        ["/p/.env", "/p/.env.local", "/p/.env.dev", "/p/.env.dev.local"]
    );
    assert_eq!(select(None, &[], true, &all[2..]), Vec::<String>::new());
    assert_eq!(select(None, &[PathBuf::from("/x/a"), PathBuf::from("/x/b")], false, &all), ["/x/a", "/x/b"]);
}

#[test]
fn a_file_is_announced_by_name() {
    let options = SelectOptions { dir: Path::new("/p"), env: None, env_files: &[], dot_env_off: false };
    let files = select_files(&options, &|path| path.ends_with(".dev.vars"));
    assert_eq!(announcement(&files[0]), "Using secrets defined in .dev.vars");
}

#[test]
fn later_files_win_and_see_earlier_values() {
    let process = BTreeMap::from([("HOME".to_owned(), "/h".to_owned())]);
    let env = |text| (SecretFileKind::DotEnv, Dotenv::parse(text, ".env"));
    let merged = merge(vec![env("A=1\nB=b"), env("A=2\nC=$A$B$HOME")], &process, false);
    assert_eq!(merged, pairs(&[("B", "b"), ("A", "2"), ("C", "2b/h")]));
    let included = merge(vec![env("A=1")], &process, true);
    assert_eq!(included, pairs(&[("HOME", "/h"), ("A", "1")]));
}

#[test]
fn dev_vars_are_taken_as_they_stand() {
    let file = (SecretFileKind::DevVars, Dotenv::parse("A=$B", ".dev.vars"));
    assert_eq!(merge(vec![file], &BTreeMap::new(), false), pairs(&[("A", "$B")]));
}

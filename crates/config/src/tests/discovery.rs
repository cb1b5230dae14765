//! Where configuration files are looked for.

use std::path::{Path, PathBuf};

use crate::{Found, candidates, redirect_candidates};

#[test]
fn each_name_is_searched_up_the_tree_before_the_next() {
    let shown: Vec<String> = candidates(Path::new("/a/b")).iter().map(|path| path.display().to_string()).collect();
    assert_eq!(
        shown,
        [
            "/a/b/wrangler.json",
            "/a/wrangler.json",
            "/wrangler.json",
            "/a/b/wrangler.jsonc",
            "/a/wrangler.jsonc",
            "/wrangler.jsonc",
            "/a/b/wrangler.toml",
            "/a/wrangler.toml",
            "/wrangler.toml",
        ]
    );
    assert_eq!(redirect_candidates(Path::new("/a"))[0], Path::new("/a/.wrangler/deploy/config.json"));
}

fn found(user: &str) -> Found {
    let files = [user.to_owned(), "/shop/.wrangler/deploy/config.json".to_owned()];
    Found::search(Path::new("/shop/src"), &|path| files.iter().any(|file| path == Path::new(file)))
}

#[test]
fn a_redirect_leads_to_the_generated_file() {
    let found = found("/shop/wrangler.toml");
    assert_eq!(found.user_dir(), Some(Path::new("/shop")));
    let target = found.follow(r#"{"configPath": "../../dist/wrangler.json"}"#, &|_| true);
    assert_eq!(target, Ok(PathBuf::from("/shop/dist/wrangler.json")));
}

#[test]
fn a_redirect_that_leads_nowhere_is_refused() {
    let message = |outcome: Result<PathBuf, crate::Report>| outcome.unwrap_err().notes[0].message.clone();
    let missing = message(found("/shop/wrangler.toml").follow(r#"{"configPath": "x.json"}"#, &|_| false));
    assert_eq!(
        missing,
        "There is a deploy configuration at \".wrangler/deploy/config.json\".\nBut the redirected configuration path it \
         points to, \".wrangler/deploy/x.json\", does not exist."
    );
    let empty = message(found("/shop/wrangler.toml").follow("{}", &|_| true));
    assert!(empty.contains("the required \"configPath\" property was not found"), "{empty}");
    let elsewhere = message(found("/wrangler.toml").follow(r#"{"configPath": "x.json"}"#, &|_| true));
    assert!(elsewhere.contains("But these do not share the same base path"), "{elsewhere}");
    assert!(found("/shop/wrangler.toml").follow("{", &|_| true).is_err());
}

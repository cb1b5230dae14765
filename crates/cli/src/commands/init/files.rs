//! The files of a new project.

use edgeemu::config::NEWEST_DATE;

/// Names, relative to the project, and contents.
pub(super) fn project(worker: &str) -> Vec<(&'static str, String)> {
    vec![
        (".gitignore", include_str!("gitignore.txt").to_owned()),
        ("package.json", named(include_str!("package.json"), worker)),
        ("src/index.ts", include_str!("index.ts").to_owned()),
        ("tsconfig.json", include_str!("tsconfig.json").to_owned()),
        ("wrangler.jsonc", named(include_str!("wrangler.jsonc"), worker)),
    ]
}

fn named(template: &str, worker: &str) -> String {
    template.replace("NAME", worker).replace("DATE", NEWEST_DATE)
}

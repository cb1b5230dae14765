//! The files of the repository, in memory, so that every rule is a plain function of text.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

#[cfg(test)]
mod tests;

/// One file: its text if it is text, and what is known of it without reading.
#[derive(Debug, Default)]
pub(crate) struct File {
    /// The content; `None` for binary files.
    pub(crate) text: Option<String>,
    /// Length in bytes.
    pub(crate) len: u64,
}

/// Paths relative to the root, with forward slashes, in order.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, File>,
}

impl Tree {
    /// Everything git tracks or would track: ignored files are nobody's business, new ones are. Without git, as in an
    /// unpacked archive, every file whose name .gitignore does not list.
    ///
    /// # Errors
    /// When git cannot be run in a repository, or a file cannot be read.
    pub(crate) fn of_repository(root: &Path) -> Result<Tree, String> {
        let paths = if root.join(".git").exists() { listed_by_git(root)? } else { found_on_disk(root)? };
        let mut tree = Tree::default();
        for path in paths {
            tree.read(root, &path)?;
        }
        Ok(tree)
    }

    fn read(&mut self, root: &Path, path: &str) -> Result<(), String> {
        let full = root.join(path);
        // A tracked file that was just deleted is still listed, and a link is judged where it points.
        let Some(metadata) = std::fs::symlink_metadata(&full).ok().filter(std::fs::Metadata::is_file) else {
            return Ok(());
        };
        let bytes = std::fs::read(&full).map_err(|error| format!("cannot read `{path}`: {error}"))?;
        let text = if bytes.iter().take(8192).any(|byte| *byte == 0) { None } else { String::from_utf8(bytes).ok() };
        self.files.insert(path.to_owned(), File { text, len: metadata.len() });
        Ok(())
    }

    /// A tree made of text files.
    #[cfg(test)]
    pub(crate) fn of<const N: usize>(files: [(&str, &str); N]) -> Tree {
        let file = |text: &str| File { text: Some(text.to_owned()), len: text.len() as u64 };
        Tree { files: files.into_iter().map(|(path, text)| (path.to_owned(), file(text))).collect() }
    }

    /// Adds a binary file of this length.
    #[cfg(test)]
    pub(crate) fn with_binary(mut self, path: &str, len: u64) -> Tree {
        self.files.insert(path.to_owned(), File { text: None, len });
        self
    }

    /// Every path.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Every path with its length in bytes.
    pub(crate) fn lengths(&self) -> impl Iterator<Item = (&str, u64)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file.len))
    }

    /// Every text file.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, file)| Some((path.as_str(), file.text.as_deref()?)))
    }

    /// Text files with one of these extensions.
    pub(crate) fn texts_ending<'a>(&'a self, endings: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts().filter(|(path, _)| endings.iter().any(|ending| path.ends_with(ending)))
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.text.as_deref()
    }

    /// Whether this very file exists.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The names of the folders directly under this one, in order.
    pub(crate) fn folders_under(&self, folder: &str) -> Vec<&str> {
        let prefix = format!("{folder}/");
        let mut names: Vec<&str> =
            self.paths().filter_map(|path| path.strip_prefix(&prefix)?.split_once('/').map(|(name, _)| name)).collect();
        names.dedup();
        names
    }
}

fn listed_by_git(root: &Path) -> Result<Vec<String>, String> {
    let listing = Command::new("git")
        // A server may check out as one user and build as another; listing files is safe all the same.
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cannot run `git ls-files`: {error}"))?;
    if !listing.status.success() {
        return Err(format!("`git ls-files` failed: {}", String::from_utf8_lossy(&listing.stderr).trim()));
    }
    let paths = String::from_utf8_lossy(&listing.stdout).into_owned();
    Ok(paths.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn found_on_disk(root: &Path) -> Result<Vec<String>, String> {
    let ignore = std::fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    let ignored: Vec<&str> = ignore.lines().map(|line| line.trim_matches('/')).chain([".git"]).collect();
    let (mut paths, mut folders) = (Vec::new(), vec![String::new()]);
    while let Some(folder) = folders.pop() {
        let fail = |error| format!("cannot read folder `{folder}`: {error}");
        for entry in std::fs::read_dir(root.join(&folder)).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let kind = entry.file_type().map_err(fail)?;
            if ignored.contains(&name.as_str()) {
                continue;
            }
            if kind.is_dir() { folders.push(path) } else { paths.push(path) }
        }
    }
    Ok(paths)
}

/// Whether a file exists to test, so that rules about the size of the program do not apply to it.
pub(crate) fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.ends_with("/tests.rs") || path.contains("/tests/")
}

//! Plans in files: what failed once is tried first from then on.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use edgeemu_sim::{Plan, PlanError};
use edgeemu_world::Disk;
use serde::Deserialize;

/// A plan, and the test that it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPlan {
    /// The file of tests, relative to the project.
    pub file: String,
    /// The name of the test.
    pub test: String,
    /// The plan.
    pub plan: Plan,
}

/// A file that holds no plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoredPlanError {
    /// It cannot be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is no plan.
    #[error("`{}` is {error}", path.display())]
    Plan {
        /// The file.
        path: PathBuf,
        /// Why.
        error: PlanError,
    },
    /// It does not say what it belongs to.
    #[error("`{}` names no test: it needs `file` and `test`", path.display())]
    NoTest {
        /// The file.
        path: PathBuf,
    },
}

#[derive(Deserialize)]
struct Head {
    file: String,
    test: String,
}

impl StoredPlan {
    /// The text of its file: that of [`Plan::render`], with the test in front.
    #[must_use]
    pub fn render(&self) -> String {
        let text = self.plan.render();
        let (version, rest) = text
            .split_once('\n')
            .and_then(|(open, rest)| {
                let (version, rest) = rest.split_once('\n')?;
                Some((format!("{open}\n{version}\n"), rest))
            })
            .unwrap_or((String::new(), &text));
        let mut all = version;
        for (name, value) in [("file", &self.file), ("test", &self.test)] {
            let _ = writeln!(all, "  \"{name}\": {},", serde_json::Value::from(value.as_str()));
        }
        all + rest
    }

    /// Reads what [`StoredPlan::render`] wrote.
    ///
    /// # Errors
    /// When the file cannot be read or is something else.
    pub fn read(disk: &Disk, path: &Path) -> Result<StoredPlan, StoredPlanError> {
        let text =
            disk.read_to_string(path).map_err(|source| StoredPlanError::Read { path: path.to_path_buf(), source })?;
        let plan = Plan::parse(&text).map_err(|error| StoredPlanError::Plan { path: path.to_path_buf(), error })?;
        let head: Head =
            serde_json::from_str(&text).map_err(|_| StoredPlanError::NoTest { path: path.to_path_buf() })?;
        Ok(StoredPlan { file: head.file, test: head.test, plan })
    }

    /// The plans in a folder, by name; what is no plan is left out, and a folder that is not there is empty.
    #[must_use]
    pub fn read_all(disk: &Disk, folder: &Path) -> Vec<StoredPlan> {
        let mut names: Vec<String> =
            disk.list(folder).unwrap_or_default().into_iter().map(|entry| entry.name).collect();
        names.sort();
        let plans = names.iter().filter(|name| name.ends_with(".plan.json"));
        plans.filter_map(|name| StoredPlan::read(disk, &folder.join(name)).ok()).collect()
    }

    /// A name for its file that says what it is about, and is the same for the same plan.
    #[must_use]
    pub fn file_name(&self) -> String {
        let mut slug = String::new();
        for letter in self.test.chars().take(60) {
            match letter.to_ascii_lowercase() {
                letter if letter.is_ascii_alphanumeric() => slug.push(letter),
                _ if slug.is_empty() || slug.ends_with('-') => {}
                _ => slug.push('-'),
            }
        }
        let hash = self
            .render()
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        format!("{}-{hash:08x}.plan.json", slug.trim_end_matches('-'))
    }
}

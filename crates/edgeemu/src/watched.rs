//! Which files and folders are watched, and whether a change in one of them asks for another build.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use edgeemu_world::{Disk, Timestamp};
use notify::event::ModifyKind;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::project::Project;

/// How far the dates of files may lag behind the clock.
const TICK: Duration = Duration::from_millis(5);

/// A file or folder that has changed.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) path: PathBuf,
    /// Whether it was not there before.
    pub(crate) is_new: bool,
}

impl Change {
    /// What the system has seen. Reading a file is no change.
    pub(crate) fn seen(event: notify::Event) -> Vec<Change> {
        let is_new = event.kind.is_create() || matches!(event.kind, EventKind::Modify(ModifyKind::Name(_)));
        let paths = if event.kind.is_access() { Vec::new() } else { event.paths };
        paths.into_iter().map(|path| Change { path, is_new }).collect()
    }
}

/// What a change of which asks for another build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inputs {
    /// Files, whether they exist or not.
    files: BTreeSet<PathBuf>,
    /// Folders with everything below them; a file is fine too.
    trees: BTreeSet<PathBuf>,
    /// Whether a file that appears beside these files asks for another build: what could not be found may be there now.
    beside: bool,
}

impl Inputs {
    /// The configuration of a project with the files it was built from. A project with a build command is watched where
    /// `build.watch_dir` says and nowhere else: what the command writes must not start it again.
    pub(crate) fn of(project: &Project, files: Vec<PathBuf>) -> Inputs {
        let config = project.config();
        let mut inputs = Inputs { files: project.config_inputs().into_iter().collect(), ..Inputs::default() };
        if config.build.command.is_some() {
            inputs.trees.extend(config.build.watch_dirs.iter().cloned());
        } else {
            inputs.files.extend(files.into_iter().chain(config.main.clone()));
        }
        inputs
    }

    /// What to watch after a build that failed: also what the version before was built from, and what may come.
    pub(crate) fn or_beside(mut self, before: &Inputs) -> Inputs {
        self.files.extend(before.files.iter().cloned());
        Inputs { beside: self.trees.is_empty(), ..self }
    }

    /// The same without links and detours: a folder that is watched by two names reports its changes by one of them.
    fn real(self, disk: &Disk) -> Inputs {
        let targets = self.files.iter().filter_map(|file| disk.canonicalize(file).ok());
        let files = targets.chain(self.files.iter().map(|file| placed(file, disk))).collect();
        Inputs { files, trees: self.trees.iter().map(|tree| real(tree, disk)).collect(), ..self }
    }

    /// Whether a change asks for another build. A folder on the way to a file may have come or gone with it.
    fn contain(&self, Change { path, is_new }: &Change) -> bool {
        let holds = |input: &PathBuf| input.starts_with(path);
        self.files.iter().any(holds)
            || self.trees.iter().any(|tree| path.starts_with(tree) || holds(tree))
            || (self.beside && *is_new && self.is_beside(path))
    }

    /// Hidden files do not count: editors and tools make them all the time.
    fn is_beside(&self, path: &Path) -> bool {
        let is_hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        !is_hidden && self.files.iter().any(|file| file.parent() == path.parent())
    }

    /// The folders to watch, and whether with all below them. Files are watched through their folders, because editors
    /// replace them; what does not exist yet is watched through the nearest folder that does.
    fn folders(&self, disk: &Disk) -> BTreeMap<PathBuf, bool> {
        let (trees, single): (Vec<_>, Vec<_>) = self.trees.iter().partition(|tree| is_dir(tree, disk));
        let single = single
            .into_iter()
            .chain(&self.files)
            .filter_map(|path| path.parent()?.ancestors().find(|at| is_dir(at, disk)));
        let is_covered = |folder: &&Path| trees.iter().any(|tree| folder.starts_with(tree));
        let single = single.filter(|folder| !is_covered(folder)).map(|folder| (folder.to_path_buf(), false));
        let is_outermost = |tree: &&&PathBuf| !trees.iter().any(|other| other != *tree && tree.starts_with(other));
        single.chain(trees.iter().filter(is_outermost).map(|tree| ((*tree).clone(), true))).collect()
    }
}

fn is_dir(path: &Path, disk: &Disk) -> bool {
    disk.metadata(path).is_ok_and(|found| found.is_dir)
}

/// A file by the real name of its folder: the file may be a link that is replaced.
fn placed(file: &Path, disk: &Disk) -> PathBuf {
    match (file.parent(), file.file_name()) {
        (Some(folder), Some(name)) => real(folder, disk).join(name),
        _ => file.to_path_buf(),
    }
}

/// A path by its real name, as far as it exists.
fn real(path: &Path, disk: &Disk) -> PathBuf {
    let found = path.ancestors().find_map(|at| Some((at, disk.canonicalize(at).ok()?)));
    match found {
        Some((at, real)) => path.strip_prefix(at).map_or_else(|_| real.clone(), |rest| real.join(rest)),
        None => path.to_path_buf(),
    }
}

/// The watcher, and what it watches.
pub(crate) struct Watched {
    watcher: RecommendedWatcher,
    disk: Disk,
    inputs: Inputs,
    folders: BTreeMap<PathBuf, bool>,
}

impl Watched {
    pub(crate) fn new(watcher: RecommendedWatcher, disk: Disk) -> Watched {
        Watched { watcher, disk, inputs: Inputs::default(), folders: BTreeMap::new() }
    }

    /// Watches these from now on, and nothing else. Gives a file that has changed since `since`, when nobody watched it.
    pub(crate) fn set(&mut self, inputs: Inputs, since: Timestamp) -> Option<Change> {
        let inputs = inputs.real(&self.disk);
        let folders = inputs.folders(&self.disk);
        for (gone, _) in self.folders.iter().filter(|(folder, whole)| folders.get(*folder) != Some(*whole)) {
            // A folder that was deleted is not watched any more anyway.
            let _deleted = self.watcher.unwatch(gone);
        }
        let is_new = |folder: &PathBuf| self.folders.get(folder) != folders.get(folder);
        let new: Vec<_> = folders.iter().filter(|(folder, _)| is_new(folder)).collect();
        for (folder, whole) in &new {
            let mode = if **whole { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            // One that was deleted a moment ago cannot be watched.
            let _absent = self.watcher.watch(folder, mode);
        }
        let in_new = |file: &&PathBuf| new.iter().any(|(folder, _)| file.parent() == Some(folder));
        let changed = |file: &&PathBuf| self.disk.metadata(file).is_ok_and(|found| found.modified + TICK >= since);
        let missed =
            inputs.files.iter().filter(in_new).find(changed).map(|path| Change { path: path.clone(), is_new: true });
        (self.folders, self.inputs) = (folders, inputs);
        missed
    }

    /// What is watched.
    pub(crate) fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// Whether a change asks for another build.
    pub(crate) fn is_input(&self, change: &Change) -> bool {
        self.inputs.contain(change)
    }

    /// Whether one of these is the configuration.
    pub(crate) fn is_configuration(&self, project: &Project, changes: &[Change]) -> bool {
        let files = project.config_inputs();
        let configuration = Inputs { files: files.into_iter().collect(), ..Inputs::default() }.real(&self.disk);
        changes.iter().any(|change| configuration.contain(change))
    }
}

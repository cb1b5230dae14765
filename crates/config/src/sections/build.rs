//! `build` and the settings of the bundler.

use std::path::PathBuf;

use crate::field::Field;
use crate::paths::absolute;
use crate::raw::Node;
use crate::scope::Scope;

/// The project's own build command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomBuild {
    /// What is run before bundling; nothing when absent.
    pub command: Option<String>,
    /// Where it runs, absolute; the configuration file's directory when not set.
    pub cwd: PathBuf,
    /// What is watched to run it again, absolute; `./src` when not set and there is a command.
    pub watch_dirs: Vec<PathBuf>,
}

impl CustomBuild {
    pub(crate) fn read(scope: &Scope) -> CustomBuild {
        let dir = scope.notes.source.dir();
        let mut build = CustomBuild { cwd: dir.to_owned(), ..CustomBuild::default() };
        let mut watch = None;
        if let Some(section) = scope.inherited("build").and_then(|field| field.section()) {
            build.command = section.string("command");
            build.cwd = absolute(dir, section.string("cwd").unwrap_or_default().as_ref());
            watch = section.get("watch_dir").and_then(|field| one_or_many(&field));
            section.finish();
        }
        let default = || build.command.iter().map(|_| "./src".to_owned()).collect();
        build.watch_dirs = watch.unwrap_or_else(default).iter().map(|path| absolute(dir, path.as_ref())).collect();
        build
    }
}

fn one_or_many(field: &Field) -> Option<Vec<String>> {
    match &field.value.node {
        Node::String(text) => Some(vec![text.clone()]),
        _ => field.strings(),
    }
}

/// How modules are found and put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleSettings {
    /// Whether modules are taken as they are.
    pub no_bundle: bool,
    /// Whether files under `base_dir` that no import names become modules too; true with `no_bundle`.
    pub find_additional_modules: bool,
    /// Whether module files keep their names.
    pub preserve_file_names: bool,
    /// Whether the bundle is made small.
    pub minify: bool,
    /// Whether functions keep their `name`.
    pub keep_names: bool,
    /// Absolute path of the `tsconfig.json` to use.
    pub tsconfig: Option<PathBuf>,
    /// What JSX elements become.
    pub jsx_factory: String,
    /// What JSX fragments become.
    pub jsx_fragment: String,
    /// Replacement specifiers, matched exactly, in file order.
    pub alias: Vec<(String, String)>,
    /// Constants and the JavaScript expressions that replace them, in file order.
    pub define: Vec<(String, String)>,
}

impl Default for BundleSettings {
    fn default() -> BundleSettings {
        BundleSettings {
            no_bundle: false,
            find_additional_modules: false,
            preserve_file_names: false,
            minify: false,
            keep_names: true,
            tsconfig: None,
            jsx_factory: "React.createElement".to_owned(),
            jsx_fragment: "React.Fragment".to_owned(),
            alias: Vec::new(),
            define: Vec::new(),
        }
    }
}

fn not_a_target(field: &Field) -> String {
    format!("Expected alias[{}] to be a string, but got {}", serde_json::Value::from(field.key), field.type_of())
}

fn not_an_expression(field: &Field) -> String {
    format!("The field \"{}\" should be a string but got {}.", field.path, field.json())
}

impl BundleSettings {
    pub(crate) fn read(scope: &Scope) -> BundleSettings {
        let flag = |key| scope.inherited(key).and_then(|field| field.boolean());
        let text = |key| scope.inherited(key).and_then(|field| field.string());
        let plain = BundleSettings::default();
        let no_bundle = flag("no_bundle").unwrap_or(false);
        BundleSettings {
            no_bundle,
            find_additional_modules: flag("find_additional_modules").unwrap_or(no_bundle),
            preserve_file_names: flag("preserve_file_names").unwrap_or(false),
            minify: flag("minify").unwrap_or(false),
            keep_names: flag("keep_names").unwrap_or(true),
            tsconfig: text("tsconfig").map(|path| absolute(scope.notes.source.dir(), path.as_ref())),
            jsx_factory: text("jsx_factory").unwrap_or(plain.jsx_factory),
            jsx_fragment: text("jsx_fragment").unwrap_or(plain.jsx_fragment),
            alias: scope.top_only("alias").map(|field| field.string_map(not_a_target)).unwrap_or_default(),
            define: scope.repeated("define").map(|field| field.string_map(not_an_expression)).unwrap_or_default(),
        }
    }
}

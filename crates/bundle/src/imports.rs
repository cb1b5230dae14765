//! The plugin that decides what imports mean: aliases, collected modules, Node.js built-ins, runtime modules.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use rolldown_common::side_effects::HookSideEffects;
use rolldown_common::{ImportKind, ModuleType, ResolvedExternal, ResolvedId};
use rolldown_plugin::{
    HookLoadArgs, HookLoadOutput, HookLoadReturn, HookResolveIdArgs, HookResolveIdOutput, HookResolveIdReturn,
    HookUsage, Plugin, PluginContext, PluginContextResolveOptions, SharedLoadPluginContext,
};

use crate::collect::{Collection, dotted};
use crate::compile::compile;
use crate::diagnostic::Diagnostic;
use crate::fingerprint::in_node_modules;
use crate::node_builtins::is_builtin;
use crate::options::NodejsCompat;
use crate::output::ScriptFormat;
use crate::rules::{RuleKind, Verdict};
use crate::syntax;

/// The id of a module that hands a global of a service worker on. NUL keeps it from ever being a path.
const GLOBAL_PREFIX: &str = "\0edgeemu-global:";
/// The id of a module that hands a built-in to `require()`.
const REQUIRE_PREFIX: &str = "\0edgeemu-require:";
/// What old Workers Sites code imports; the runtime provides it.
const STATIC_CONTENT_MANIFEST: &str = "__STATIC_CONTENT_MANIFEST";

/// Endings of files that can be bundled.
const READABLE: &[&str] = &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "json", "css", "txt"];

/// Decides what imports mean and writes down what it finds.
#[derive(Debug)]
pub(crate) struct Imports {
    collection: Arc<Collection>,
}

/// One import that is being decided.
struct Import<'a> {
    specifier: &'a str,
    importer: Option<&'a str>,
    kind: ImportKind,
    aliased: bool,
}

impl Imports {
    /// A plugin that writes into `collection`.
    pub(crate) fn new(collection: Arc<Collection>) -> Imports {
        Imports { collection }
    }

    async fn decide(&self, ctx: &PluginContext, import: &Import<'_>) -> HookResolveIdReturn {
        let ruled = self.by_rules(ctx, import).await?;
        if ruled.is_some() {
            return Ok(ruled);
        }
        if let Some(output) = self.node_builtin(ctx, import).await? {
            return Ok(Some(output));
        }
        if import.specifier.starts_with("cloudflare:") {
            self.collection.found().script_imports.insert(import.specifier.to_owned());
            return Ok(Some(external(import.specifier)));
        }
        if import.specifier == STATIC_CONTENT_MANIFEST {
            return Ok(Some(external(import.specifier)));
        }
        match import.aliased {
            true => self.aliased(ctx, import).await,
            false => {
                self.check_resolvable(ctx, import).await?;
                Ok(None)
            }
        }
    }

    /// In a rebuild the bundler takes what it cannot find for a runtime module without a word.
    async fn check_resolvable(&self, ctx: &PluginContext, import: &Import<'_>) -> anyhow::Result<()> {
        if self.collection.found().unresolved.is_none() || resolve(ctx, import, import.specifier).await?.is_some() {
            return Ok(());
        }
        if let Some(unresolved) = &mut self.collection.found().unresolved {
            unresolved.insert(import.specifier.to_owned());
        }
        Ok(())
    }

    /// The target of an alias, which is resolved from the project folder.
    async fn aliased(&self, ctx: &PluginContext, import: &Import<'_>) -> HookResolveIdReturn {
        if let Some(resolved) = resolve(ctx, import, import.specifier).await? {
            return Ok(Some(HookResolveIdOutput::from_resolved_id(resolved)));
        }
        let text = format!("Could not resolve \"{}\"", import.specifier);
        let hint = "It is what an `alias` in your configuration points to, looked up from the project folder";
        self.collection.add_diagnostic(import.specifier, Diagnostic::error(text).with_hint(hint));
        Ok(Some(external(import.specifier)))
    }

    /// A module that a rule takes out of the bundle.
    async fn by_rules(&self, ctx: &PluginContext, import: &Import<'_>) -> HookResolveIdReturn {
        match self.collection.rules.of_specifier(import.specifier) {
            Verdict::Leave => Ok(None),
            Verdict::Hidden(text) => {
                self.collection.add_diagnostic(import.specifier, Diagnostic::error(text));
                Ok(Some(external(import.specifier)))
            }
            Verdict::Take(kind) => self.taken(ctx, import, kind).await,
        }
    }

    async fn taken(&self, ctx: &PluginContext, import: &Import<'_>, kind: RuleKind) -> HookResolveIdReturn {
        let plain = import.specifier.strip_suffix("?module").unwrap_or(import.specifier);
        let Some(path) = resolve(ctx, import, plain).await?.map(|resolved| resolved.id.to_string()) else {
            return Ok(None);
        };
        if let Some(name) = self.collection.additional.get(Path::new(&path)) {
            return Ok(Some(external(&dotted(name))));
        }
        if Verdict::Take(kind).without_scripts() == Verdict::Leave {
            return Ok(None);
        }
        let Some(module_kind) = kind.module_kind() else {
            let text = format!("Python modules are not supported: {}", import.specifier);
            self.collection.add_diagnostic(import.specifier, Diagnostic::error(text));
            return Ok(Some(external(import.specifier)));
        };
        let name = self.collection.add_module(plain, Path::new(&path), module_kind)?;
        Ok(Some(match self.collection.format {
            ScriptFormat::Modules => external(&name),
            ScriptFormat::ServiceWorker => HookResolveIdOutput::from_id(format!("{GLOBAL_PREFIX}{name}")),
        }))
    }

    async fn node_builtin(&self, ctx: &PluginContext, import: &Import<'_>) -> HookResolveIdReturn {
        let prefixed = import.specifier.starts_with("node:");
        let compat = self.collection.options.nodejs_compat;
        let meant_bare = compat == NodejsCompat::Full && is_builtin(import.specifier);
        if !prefixed && !meant_bare {
            return Ok(None);
        }
        let name = if prefixed { import.specifier.to_owned() } else { format!("node:{}", import.specifier) };
        if compat == NodejsCompat::Full {
            self.collection.found().script_imports.insert(import.specifier.to_owned());
            return Ok(Some(match import.kind {
                ImportKind::Require => HookResolveIdOutput::from_id(format!("{REQUIRE_PREFIX}{name}")),
                _ => external(&name),
            }));
        }
        if resolve(ctx, import, import.specifier).await?.is_some() {
            return Ok(None);
        }
        self.collection.found().script_imports.insert(name.clone());
        let provided = compat == NodejsCompat::PrefixOnly
            || (compat == NodejsCompat::AsyncLocalStorage && name == "node:async_hooks");
        if !provided {
            self.collection.add_node_import(&name, import.importer);
        }
        Ok(Some(external(&name)))
    }

    fn load_file(&self, id: &str) -> anyhow::Result<HookLoadOutput> {
        let path = Path::new(id.split_once('?').map_or(id, |(path, _)| path));
        let code = self.collection.read_source(path)?;
        if is_stylesheet(path) {
            // Production bundles it into a file of its own, which no Worker is given.
            return Ok(HookLoadOutput { module_type: Some(ModuleType::Empty), ..HookLoadOutput::default() });
        }
        if !in_node_modules(path) {
            self.check_decorators(&code, path);
        }
        if is_typescript(path) && self.collection.tsconfig.leaves_fields_open(path) {
            return Ok(self.compiled(path, code));
        }
        // Production reads every script as JSX. No JSX is closed without one of these, and the others are read faster.
        let plain = is_script(path) && !code.contains("</") && !code.contains("/>");
        let module_type = plain.then_some(ModuleType::Js);
        Ok(HookLoadOutput { code: code.into(), module_type, ..HookLoadOutput::default() })
    }

    /// TypeScript compiled before the bundler sees it. What is broken is left to the bundler to report.
    fn compiled(&self, path: &Path, code: String) -> HookLoadOutput {
        let result = compile(&self.collection, path, &code);
        if !result.errors.is_empty() {
            return HookLoadOutput { code: code.into(), ..HookLoadOutput::default() };
        }
        let module_type = Some(ModuleType::Js);
        HookLoadOutput { code: result.code.into(), map: result.map, module_type, ..HookLoadOutput::default() }
    }

    /// Complains about a file that nobody said how to read.
    fn refuses(&self, path: &Path) -> bool {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some((_, ending)) = name.rsplit_once('.') else { return false };
        if READABLE.contains(&ending.split('?').next().unwrap_or(ending)) {
            return false;
        }
        let shown = self.collection.options.shown(path);
        let text = format!("No loader is configured for \".{ending}\" files: {shown}");
        let hint = format!(
            "Say what it is with a rule in your configuration, for example {{ \"type\": \"Text\", \"globs\": \
             [\"**/*.{ending}\"], \"fallthrough\": true }}"
        );
        self.collection.add_diagnostic(&shown, Diagnostic::error(text).with_hint(hint));
        true
    }

    /// Decorators of the standard kind would reach V8 as they are, which does not know them.
    fn check_decorators(&self, code: &str, path: &Path) {
        let Some(offset) = syntax::first_decorator(code, path) else { return };
        if self.collection.tsconfig.has_legacy_decorators(path) {
            return;
        }
        let shown = self.collection.options.shown(path);
        let mut error = Diagnostic::error("Decorators without `experimentalDecorators` are not supported").with_hint(
            "Set \"experimentalDecorators\": true in the \"compilerOptions\" of your tsconfig.json, or build with a \
             custom build command that lowers decorators",
        );
        error.location = Some(syntax::locate(code, shown.clone(), offset));
        self.collection.add_diagnostic(&shown, error);
    }
}

fn is_typescript(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["ts", "tsx", "mts", "cts"].iter().any(|known| ending == *known))
}

fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["js", "mjs", "cjs"].iter().any(|known| ending == *known))
}

fn is_stylesheet(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "css")
}

fn external(id: &str) -> HookResolveIdOutput {
    HookResolveIdOutput {
        id: id.into(),
        external: Some(ResolvedExternal::Bool(true)),
        ..HookResolveIdOutput::default()
    }
}

/// What `specifier` means to the bundler itself; nothing if it cannot be found.
async fn resolve(ctx: &PluginContext, import: &Import<'_>, specifier: &str) -> anyhow::Result<Option<ResolvedId>> {
    let settings = PluginContextResolveOptions { import_kind: import.kind, skip_self: true, ..Default::default() };
    Ok(ctx.resolve(specifier, import.importer, Some(settings)).await?.ok())
}

impl Plugin for Imports {
    fn name(&self) -> Cow<'static, str> {
        "edgeemu-imports".into()
    }

    fn register_hook_usage(&self) -> HookUsage {
        HookUsage::ResolveId | HookUsage::Load
    }

    async fn resolve_id(&self, ctx: &PluginContext, args: &HookResolveIdArgs<'_>) -> HookResolveIdReturn {
        if args.is_entry || args.specifier.starts_with('\0') {
            return Ok(None);
        }
        let Some(target) = self.collection.options.alias.get(args.specifier) else {
            let import = Import { specifier: args.specifier, importer: args.importer, kind: args.kind, aliased: false };
            return self.decide(ctx, &import).await;
        };
        // Only the folder of an importer counts, so any name in the project folder will do.
        let root = self.collection.options.root.join("package.json");
        let import = Import { specifier: target, importer: root.to_str(), kind: args.kind, aliased: true };
        self.decide(ctx, &import).await
    }

    async fn load(&self, _ctx: SharedLoadPluginContext, args: &HookLoadArgs<'_>) -> HookLoadReturn {
        if let Some(name) = args.id.strip_prefix(GLOBAL_PREFIX) {
            return Ok(Some(script(format!("export default {name};"))));
        }
        if let Some(name) = args.id.strip_prefix(REQUIRE_PREFIX) {
            // The bundler hands an export of this name to `require()` as it is.
            let name = serde_json::Value::from(name).to_string();
            return Ok(Some(script(format!("import value from {name};\nexport {{ value as \"module.exports\" }};"))));
        }
        if args.id.starts_with('\0') || !Path::new(args.id).is_absolute() {
            return Ok(None);
        }
        if args.asserted_module_type.is_none() && self.refuses(Path::new(args.id)) {
            return Ok(Some(script(String::new())));
        }
        self.load_file(args.id).map(Some)
    }
}

fn script(code: String) -> HookLoadOutput {
    HookLoadOutput {
        code: code.into(),
        side_effects: Some(HookSideEffects::False),
        module_type: Some(ModuleType::Js),
        ..HookLoadOutput::default()
    }
}

//! The plugin that decides what imports mean: aliases, collected modules, Node.js built-ins, runtime modules.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use edgeemu_config::ModuleType as RuleType;
use rolldown_common::side_effects::HookSideEffects;
use rolldown_common::{ImportKind, ModuleType, ResolvedExternal, ResolvedId};
use rolldown_plugin::{
    HookLoadArgs, HookLoadOutput, HookLoadReturn, HookResolveIdArgs, HookResolveIdOutput, HookResolveIdReturn,
    HookUsage, Plugin, PluginContext, PluginContextResolveOptions, SharedLoadPluginContext,
};

use crate::collect::{Collection, dotted};
use crate::diagnostic::Diagnostic;
use crate::loading;
use crate::node_builtins::is_builtin;
use crate::options::NodejsCompat;
use crate::output::ScriptFormat;
use crate::rules::{Verdict, module_kind};

/// The id of a module that hands a global of a service worker on. NUL keeps it from ever being a path.
const GLOBAL_PREFIX: &str = "\0edgeemu-global:";
/// The id of a module that hands a built-in to `require()`.
const REQUIRE_PREFIX: &str = "\0edgeemu-require:";
/// What old Workers Sites code imports; the runtime provides it.
const STATIC_CONTENT_MANIFEST: &str = "__STATIC_CONTENT_MANIFEST";

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
            Verdict::Take(rule_type) => self.taken(ctx, import, rule_type).await,
        }
    }

    async fn taken(&self, ctx: &PluginContext, import: &Import<'_>, rule_type: RuleType) -> HookResolveIdReturn {
        let plain = import.specifier.strip_suffix("?module").unwrap_or(import.specifier);
        let Some(path) = resolve(ctx, import, plain).await?.map(|resolved| resolved.id.to_string()) else {
            return Ok(None);
        };
        if let Some(name) = self.collection.additional.get(Path::new(&path)) {
            return Ok(Some(external(&dotted(name))));
        }
        if Verdict::Take(rule_type).without_scripts() == Verdict::Leave {
            return Ok(None);
        }
        let Some(module_kind) = module_kind(rule_type) else {
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
}

/// Whether a file holds TypeScript.
pub(crate) fn is_typescript(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["ts", "tsx", "mts", "cts"].iter().any(|known| ending == *known))
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
        let Some(target) = self.collection.options.alias_of(args.specifier) else {
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
        if args.asserted_module_type.is_none() && loading::refuses(&self.collection, Path::new(args.id)) {
            // Any import of it is fine: the complaint has been made.
            return Ok(Some(script("module.exports = {};".to_owned())));
        }
        loading::file(&self.collection, args.id).map(Some)
    }
}

/// A script that does nothing unless it is used.
pub(crate) fn script(code: String) -> HookLoadOutput {
    HookLoadOutput {
        code: code.into(),
        side_effects: Some(HookSideEffects::False),
        module_type: Some(ModuleType::Js),
        ..HookLoadOutput::default()
    }
}

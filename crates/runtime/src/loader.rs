//! Resolves and loads the modules of a Worker, all of which are in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use deno_core::sourcemap::SourceMap;
use deno_core::{
    ModuleCodeBytes, ModuleLoadOptions, ModuleLoadReferrer, ModuleLoadResponse, ModuleLoader, ModuleSource,
    ModuleSourceCode, ModuleSpecifier, ModuleType, ResolutionKind, v8,
};
use deno_error::JsErrorBox;

use crate::node_modules;
use crate::script::{Module, ModuleKind, Script};

/// Modules live below this URL, so that relative imports and source maps resolve as paths do.
const ROOT: &str = "file:///";

/// Ends the URL of a module's value, beside the module of the same name that passes it on.
const VALUE: &str = "#value";

/// Modules that the runtime provides; `js_extension.rs` says from which script.
const BUILT_IN: [&str; 2] = ["cloudflare:sockets", "cloudflare:workers"];

/// Begins the URL of a module that does nothing but throw an error, whose message is its query. Frames of it are the
/// engine's own, as the scheme says.
const THROWING: &str = "edgeemu:throw";

/// Module types that `evaluate` turns into values.
const TEXT: &str = "edgeemu-text";
const DATA: &str = "edgeemu-data";
const WASM: &str = "edgeemu-wasm";
const JSON: &str = "edgeemu-json";

/// The modules of one script, by URL.
pub(crate) struct ScriptLoader {
    script: Arc<Script>,
    by_url: BTreeMap<String, usize>,
}

impl ScriptLoader {
    pub(crate) fn new(script: Arc<Script>) -> ScriptLoader {
        let by_url = script
            .modules
            .iter()
            .enumerate()
            .filter_map(|(at, module)| Some((url(&module.name)?.into(), at)))
            .collect();
        ScriptLoader { script, by_url }
    }

    fn module(&self, url: &ModuleSpecifier) -> Option<&Module> {
        let name = url.as_str().strip_suffix(VALUE).unwrap_or(url.as_str());
        self.by_url.get(name).map(|at| &self.script.modules[*at])
    }
}

/// The URL of the module called `name`.
pub(crate) fn url(name: &str) -> Option<ModuleSpecifier> {
    ModuleSpecifier::parse(ROOT).ok()?.join(name).ok()
}

fn no_such_module(specifier: &str) -> String {
    format!("No such module \"{}\".", specifier.trim_start_matches("./"))
}

/// The URL of a module that throws an `Error` with this message.
fn throwing(message: &str) -> Option<ModuleSpecifier> {
    let mut url = ModuleSpecifier::parse(THROWING).ok()?;
    url.query_pairs_mut().append_pair("message", message);
    Some(url)
}

/// The message that the module behind this URL throws, if it is such a module.
fn thrown(url: &ModuleSpecifier) -> Option<String> {
    let (_, message) = url.as_str().starts_with(THROWING).then(|| url.query_pairs().next()).flatten()?;
    Some(message.into_owned())
}

impl ModuleLoader for ScriptLoader {
    fn resolve(&self, specifier: &str, referrer: &str, kind: ResolutionKind) -> Result<ModuleSpecifier, JsErrorBox> {
        let resolved = ModuleSpecifier::parse(specifier)
            .or_else(|_| ModuleSpecifier::parse(referrer).and_then(|base| base.join(specifier)));
        let flags = &self.script.flags;
        if let Ok(resolved) = resolved
            && (BUILT_IN.contains(&resolved.as_str())
                || self.module(&resolved).is_some()
                || node_modules::provides(flags, resolved.as_str()))
        {
            return Ok(resolved);
        }
        if let Some(node) =
            node_modules::of_bare_name(flags, specifier).and_then(|node| ModuleSpecifier::parse(&node).ok())
        {
            return Ok(node);
        }
        let absent = no_such_module(specifier);
        match kind {
            // The engine would reject with a TypeError, which production does not.
            ResolutionKind::DynamicImport => throwing(&absent).ok_or_else(|| JsErrorBox::generic(absent)),
            _ => Err(JsErrorBox::generic(absent)),
        }
    }

    fn load(
        &self,
        specifier: &ModuleSpecifier,
        _referrer: Option<&ModuleLoadReferrer>,
        _options: ModuleLoadOptions,
    ) -> ModuleLoadResponse {
        if let Some(message) = thrown(specifier) {
            let code =
                ModuleSourceCode::String(format!("throw new Error({});", serde_json::Value::from(message)).into());
            return ModuleLoadResponse::Sync(Ok(ModuleSource::new(ModuleType::JavaScript, code, specifier, None)));
        }
        let Some(module) = self.module(specifier) else {
            return ModuleLoadResponse::Sync(Err(JsErrorBox::generic(no_such_module(specifier.as_str()))));
        };
        let (kind, code) = match (value_type(module.kind), specifier.as_str().ends_with(VALUE)) {
            (Some(value_type), false) => (ModuleType::JavaScript, facade(specifier, value_type)),
            (Some(value_type), true) => (ModuleType::Other(value_type.into()), bytes(module)),
            (None, _) => (ModuleType::JavaScript, text(module)),
        };
        ModuleLoadResponse::Sync(Ok(ModuleSource::new(kind, code, specifier, None)))
    }

    fn get_source_map(&self, file_name: &str) -> Option<Cow<'_, [u8]>> {
        let map = self.script.source_map.as_ref()?;
        (file_name == url(&self.script.main)?.as_str()).then(|| Cow::Borrowed(map.as_ref()))
    }

    /// The bundler wrote the map from files that it read, so they exist.
    fn source_map_source_exists(&self, _source_url: &str) -> Option<bool> {
        Some(true)
    }

    fn get_source_mapped_source_line(&self, file_name: &str, line_number: usize) -> Option<String> {
        let map = SourceMap::from_slice(self.script.source_map.as_ref()?).ok()?;
        let name = file_name.strip_prefix(ROOT)?;
        let source = map.sources().position(|source| source == name)?;
        let text = map.get_source_contents(u32::try_from(source).ok()?)?;
        text.lines().nth(line_number).map(str::to_owned)
    }
}

/// The type of a module that is a value; none for JavaScript. Not V8's own JSON modules: those insist on an import
/// attribute that Workers do not write.
fn value_type(kind: ModuleKind) -> Option<&'static str> {
    match kind {
        ModuleKind::EsModule => None,
        ModuleKind::Json => Some(JSON),
        ModuleKind::Text => Some(TEXT),
        ModuleKind::Data => Some(DATA),
        ModuleKind::CompiledWasm => Some(WASM),
    }
}

/// The engine only gives a value to an import that asks for its type, and Workers do not ask. So what they import is
/// this module, which does.
fn facade(specifier: &ModuleSpecifier, value_type: &str) -> ModuleSourceCode {
    let url = serde_json::Value::from(format!("{specifier}{VALUE}"));
    ModuleSourceCode::String(
        format!("import value from {url} with {{ type: \"{value_type}\" }};\nexport default value;\n").into(),
    )
}

/// The inverse, for the types that only this loader knows.
pub(crate) fn kind(module_type: &str) -> Result<ModuleKind, JsErrorBox> {
    match module_type {
        JSON => Ok(ModuleKind::Json),
        TEXT => Ok(ModuleKind::Text),
        DATA => Ok(ModuleKind::Data),
        WASM => Ok(ModuleKind::CompiledWasm),
        other => Err(JsErrorBox::generic(format!("unknown module type: {other}"))),
    }
}

fn text(module: &Module) -> ModuleSourceCode {
    ModuleSourceCode::String(String::from_utf8_lossy(&module.source).into_owned().into())
}

fn bytes(module: &Module) -> ModuleSourceCode {
    ModuleSourceCode::Bytes(ModuleCodeBytes::Boxed(module.source.to_vec().into_boxed_slice()))
}

/// Makes the value that a Text, Data, CompiledWasm or JSON module exports as its default.
pub(crate) fn evaluate<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    kind: ModuleKind,
    bytes: &[u8],
) -> Result<v8::Local<'s, v8::Value>, JsErrorBox> {
    match kind {
        ModuleKind::Text => Ok(crate::settle::string(scope, &String::from_utf8_lossy(bytes)).into()),
        ModuleKind::Data => {
            let store = v8::ArrayBuffer::new_backing_store_from_vec(bytes.to_vec()).make_shared();
            Ok(v8::ArrayBuffer::with_backing_store(scope, &store).into())
        }
        ModuleKind::Json => {
            let text = crate::settle::string(scope, &String::from_utf8_lossy(bytes));
            v8::json::parse(scope, text).ok_or_else(|| JsErrorBox::generic("the file is not JSON"))
        }
        ModuleKind::CompiledWasm => v8::WasmModuleObject::compile(scope, bytes)
            .map(Into::into)
            .ok_or_else(|| JsErrorBox::generic("the file is not a WebAssembly module that V8 can compile")),
        ModuleKind::EsModule => Err(JsErrorBox::generic("JavaScript is not a value")),
    }
}

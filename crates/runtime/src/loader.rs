//! Resolves and loads the modules of a Worker, all of which are in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use deno_core::{
    ModuleCodeBytes, ModuleLoadOptions, ModuleLoadReferrer, ModuleLoadResponse, ModuleLoader, ModuleSource, ModuleSourceCode,
    ModuleSpecifier, ModuleType, ResolutionKind, v8,
};
use deno_error::JsErrorBox;

use crate::script::{Module, ModuleKind, Script};

/// Modules live below this URL, so that relative imports and source maps resolve as paths do.
const ROOT: &str = "file:///";

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
        let by_url =
            script.modules.iter().enumerate().filter_map(|(at, module)| Some((url(&module.name)?.into(), at))).collect();
        ScriptLoader { script, by_url }
    }

    fn module(&self, url: &ModuleSpecifier) -> Option<&Module> {
        self.by_url.get(url.as_str()).map(|at| &self.script.modules[*at])
    }
}

/// The URL of the module called `name`.
pub(crate) fn url(name: &str) -> Option<ModuleSpecifier> {
    ModuleSpecifier::parse(ROOT).ok()?.join(name).ok()
}

impl ModuleLoader for ScriptLoader {
    fn resolve(
        &self,
        specifier: &str,
        referrer: &str,
        _kind: ResolutionKind,
    ) -> Result<ModuleSpecifier, JsErrorBox> {
        let absent = || JsErrorBox::generic(format!("No such module \"{}\".", specifier.trim_start_matches("./")));
        let resolved = ModuleSpecifier::parse(specifier)
            .or_else(|_| ModuleSpecifier::parse(referrer).and_then(|base| base.join(specifier)))
            .map_err(|_| absent())?;
        if self.module(&resolved).is_some() { Ok(resolved) } else { Err(absent()) }
    }

    fn load(
        &self,
        specifier: &ModuleSpecifier,
        _referrer: Option<&ModuleLoadReferrer>,
        _options: ModuleLoadOptions,
    ) -> ModuleLoadResponse {
        let Some(module) = self.module(specifier) else {
            return ModuleLoadResponse::Sync(Err(JsErrorBox::generic(format!("No such module \"{specifier}\"."))));
        };
        ModuleLoadResponse::Sync(Ok(ModuleSource::new(module_type(module.kind), code(module), specifier, None)))
    }

    fn get_source_map(&self, file_name: &str) -> Option<Cow<'_, [u8]>> {
        let map = self.script.source_map.as_ref()?;
        (file_name == url(&self.script.main)?.as_str()).then(|| Cow::Borrowed(map.as_ref()))
    }
}

fn module_type(kind: ModuleKind) -> ModuleType {
    match kind {
        ModuleKind::EsModule => ModuleType::JavaScript,
        // Not V8's own JSON modules: those insist on an import attribute that Workers do not write.
        ModuleKind::Json => ModuleType::Other(JSON.into()),
        ModuleKind::Text => ModuleType::Other(TEXT.into()),
        ModuleKind::Data => ModuleType::Other(DATA.into()),
        ModuleKind::CompiledWasm => ModuleType::Other(WASM.into()),
    }
}

fn code(module: &Module) -> ModuleSourceCode {
    match module.kind {
        ModuleKind::EsModule => {
            ModuleSourceCode::String(String::from_utf8_lossy(&module.source).into_owned().into())
        }
        _ => ModuleSourceCode::Bytes(ModuleCodeBytes::Boxed(module.source.to_vec().into_boxed_slice())),
    }
}

/// Makes the value that a Text, Data or CompiledWasm module exports as its default.
pub(crate) fn evaluate<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    module_type: &str,
    bytes: &[u8],
) -> Result<v8::Local<'s, v8::Value>, JsErrorBox> {
    match module_type {
        TEXT => Ok(crate::settle::string(scope, &String::from_utf8_lossy(bytes)).into()),
        DATA => {
            let store = v8::ArrayBuffer::new_backing_store_from_vec(bytes.to_vec()).make_shared();
            Ok(v8::ArrayBuffer::with_backing_store(scope, &store).into())
        }
        JSON => {
            let text = crate::settle::string(scope, &String::from_utf8_lossy(bytes));
            v8::json::parse(scope, text).ok_or_else(|| JsErrorBox::generic("the file is not JSON"))
        }
        WASM => v8::WasmModuleObject::compile(scope, bytes)
            .map(Into::into)
            .ok_or_else(|| JsErrorBox::generic("the file is not a WebAssembly module that V8 can compile")),
        other => Err(JsErrorBox::generic(format!("unknown module type: {other}"))),
    }
}

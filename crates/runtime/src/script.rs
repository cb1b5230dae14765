//! What a Worker is made of, as the runtime needs it.

use bytes::Bytes;
use serde_json::{Value, json};

/// The code and the bindings of one version of a Worker.
#[derive(Clone, Debug)]
pub struct Script {
    /// The Worker's name, as logs show it.
    pub name: String,
    /// How the main module is written.
    pub syntax: Syntax,
    /// Name of the main module, one of `modules`.
    pub main: String,
    /// Every module, by the name that imports resolve to.
    pub modules: Vec<Module>,
    /// Source map of the main module, if it was generated.
    pub source_map: Option<Bytes>,
    /// What `env` holds, in the order of the config.
    pub bindings: Vec<Binding>,
    /// What the Worker finds when it sends requests.
    pub outside: crate::outside::Outside,
    /// What `caches` leads to.
    pub caches: edgeemu_cache::Caches,
    /// Compatibility flags that are in effect, by the names that switch them on.
    pub flags: Vec<String>,
    /// Limits of one invocation.
    pub limits: Limits,
    /// The classes of Durable Objects that it exports.
    pub classes: Vec<DurableBinding>,
}

/// The two ways to write a Worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `export default { fetch }`
    Modules,
    /// `addEventListener("fetch", …)`
    ServiceWorker,
}

/// One module of a Worker.
#[derive(Clone, Debug)]
pub struct Module {
    /// Path-like name, relative to the root of the bundle: `index.js`, `lib/page.html`.
    pub name: String,
    /// How its bytes are understood.
    pub kind: ModuleKind,
    /// Its content.
    pub source: Bytes,
}

/// How the bytes of a module are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleKind {
    /// An ECMAScript module.
    EsModule,
    /// Imported as a string.
    Text,
    /// Imported as an `ArrayBuffer`.
    Data,
    /// Imported as a `WebAssembly.Module`.
    CompiledWasm,
    /// Imported as the parsed value.
    Json,
}

/// One name in `env`.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The property of `env`.
    pub name: String,
    /// What it is.
    pub value: BindingValue,
}

/// What a binding is.
#[derive(Clone, Debug)]
pub enum BindingValue {
    /// A plain value: variables and secrets.
    Json(Value),
    /// A D1 database.
    D1(edgeemu_d1::Database),
    /// A namespace of Durable Objects.
    Durable(DurableBinding),
    /// A KV namespace, as each location sees it.
    Kv(edgeemu_kv::consistency::Colos),
    /// An R2 bucket.
    R2(edgeemu_r2::Bucket),
    /// Another Worker, or an entrypoint of this one.
    Service(crate::rpc::Address),
    /// Read from the config but not run by edgeemu; `kind` is its name in the bindings table.
    Unsupported {
        /// For example `Vectorize Index`.
        kind: String,
    },
}

/// The class behind a namespace of Durable Objects.
#[derive(Clone, Debug)]
pub struct DurableBinding {
    /// Ids and storage.
    pub namespace: edgeemu_durable::Namespace,
    /// The exported class.
    pub class_name: String,
    /// The Worker that exports it.
    pub worker: String,
}

/// What production stops an invocation for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Processor time of one uninterrupted run of JavaScript, in milliseconds.
    pub cpu_ms: u64,
    /// JavaScript heap of one isolate, in bytes.
    pub heap_bytes: usize,
}

impl Default for Limits {
    /// Production's defaults on a paid plan: 30 seconds, 128 MiB.
    fn default() -> Limits {
        Limits { cpu_ms: 30_000, heap_bytes: 128 << 20 }
    }
}

/// What `start` in `runtime-js/bootstrap.js` reads; what is no plain value is named by its place in the list.
/// `seeded`: chance has to come from the world. `directed`: operations answer with promises.
pub(crate) fn describe(script: &Script, (seeded, directed): (bool, bool)) -> String {
    let list = script.bindings.iter().enumerate().map(|(index, binding)| match &binding.value {
        BindingValue::Json(value) => json!({ "name": binding.name, "kind": "json", "value": value }),
        BindingValue::D1(_) => json!({ "name": binding.name, "kind": "d1", "handle": index }),
        BindingValue::Durable(_) => json!({ "name": binding.name, "kind": "durable", "handle": index }),
        BindingValue::Kv(_) => json!({ "name": binding.name, "kind": "kv", "handle": index }),
        BindingValue::R2(_) => json!({ "name": binding.name, "kind": "r2", "handle": index }),
        BindingValue::Service(_) => json!({ "name": binding.name, "kind": "service", "handle": index }),
        BindingValue::Unsupported { kind } => {
            json!({ "name": binding.name, "kind": "unsupported", "resource": kind })
        }
    });
    json!({ "bindings": list.collect::<Vec<_>>(), "flags": script.flags, "seeded": seeded, "directed": directed })
        .to_string()
}

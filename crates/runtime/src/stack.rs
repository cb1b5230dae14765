//! What `error.stack` says: the calls of the Worker's own code, by the paths of its sources.

use deno_core::error::prepare_stack_trace_callback;
use deno_core::v8;

use crate::settle::string;

/// How an address of the engine's own code begins.
const ENGINE: [&str; 3] = ["ext:", "node:", "edgeemu:"];

/// How addresses of the Worker's modules begin; what follows is the path.
const ROOT: &str = "file:///";

/// Whether frames in this file say nothing to the author of a Worker.
pub(crate) fn is_of_engine(file: &str) -> bool {
    ENGINE.iter().any(|scheme| file.starts_with(scheme))
}

/// V8 calls this for the stack of an error. A Worker's own `Error.prepareStackTrace` sees the same calls.
pub(crate) fn prepare<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    error: v8::Local<'s, v8::Value>,
    sites: v8::Local<'s, v8::Array>,
) -> v8::Local<'s, v8::Value> {
    let mut kept = Vec::new();
    for index in 0..sites.length() {
        let Some(site) = sites.get_index(scope, index) else { continue };
        if !file_of(scope, site).is_some_and(|file| is_of_engine(&file)) {
            kept.push(site);
        }
    }
    let kept = v8::Array::new_with_elements(scope, &kept);
    let stack = prepare_stack_trace_callback(scope, error, kept);
    match v8::Local::<v8::String>::try_from(stack) {
        Ok(text) => {
            let text = text.to_rust_string_lossy(scope);
            string(scope, &by_paths(&text)).into()
        }
        // Whatever the Worker's own function made of it.
        Err(_) => stack,
    }
}

fn file_of<'s>(scope: &mut v8::PinScope<'s, '_>, site: v8::Local<'s, v8::Value>) -> Option<String> {
    let site = v8::Local::<v8::Object>::try_from(site).ok()?;
    let key = string(scope, "getFileName");
    let method = v8::Local::<v8::Function>::try_from(site.get(scope, key.into())?).ok()?;
    let file = method.call(scope, site.into(), &[])?;
    file.is_string().then(|| file.to_rust_string_lossy(scope))
}

/// The lines that are calls, with paths for addresses; the message may name addresses of its own.
fn by_paths(stack: &str) -> String {
    let lines = stack.split('\n').map(|line| match line.strip_prefix("    at ") {
        Some(call) => format!("    at {}", call.replacen(ROOT, "", 1)),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

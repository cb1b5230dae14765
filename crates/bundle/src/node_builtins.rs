//! The names of Node.js built-in modules.

/// Built-ins that can be imported without `node:`, sorted.
const BUILTINS: &[&str] = &[
    "_http_agent",
    "_http_client",
    "_http_common",
    "_http_incoming",
    "_http_outgoing",
    "_http_server",
    "_stream_duplex",
    "_stream_passthrough",
    "_stream_readable",
    "_stream_transform",
    "_stream_wrap",
    "_stream_writable",
    "_tls_common",
    "_tls_wrap",
    "assert",
    "assert/strict",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "domain",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "inspector",
    "inspector/promises",
    "module",
    "net",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "readline/promises",
    "repl",
    "stream",
    "stream/consumers",
    "stream/promises",
    "stream/web",
    "string_decoder",
    "sys",
    "timers",
    "timers/promises",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "util/types",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// Whether `name`, with or without `node:`, is a built-in that has a bare name.
pub(crate) fn is_builtin(name: &str) -> bool {
    BUILTINS.binary_search(&name.strip_prefix("node:").unwrap_or(name)).is_ok()
}

#[cfg(test)]
mod tests {
    //! The list can be searched.

    use super::{BUILTINS, is_builtin};

    #[test]
    fn every_builtin_is_found_with_and_without_its_prefix() {
        for name in BUILTINS {
            assert!(is_builtin(name), "{name}");
            assert!(is_builtin(&format!("node:{name}")), "node:{name}");
        }
        assert!(!is_builtin("hono"));
        assert!(!is_builtin("node:fs/unknown"));
    }
}

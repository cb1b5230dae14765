// node:module.

const { codes, notImplemented } = require("errors");
const { validateString } = require("validators");

/** Where the script of a module is, if it does not have the module's name. */
const SCRIPTS = {
  __proto__: null,
  _http_agent: "http/agent",
  _http_client: "http/client",
  _http_common: "http/names",
  _http_incoming: "http/incoming",
  _http_outgoing: "http/outgoing",
  _http_server: "http/server",
  _stream_duplex: "stream/duplex",
  _stream_passthrough: "stream/passthrough",
  _stream_readable: "stream/readable",
  _stream_transform: "stream/transform",
  _stream_wrap: "stream/wrap",
  _stream_writable: "stream/writable",
  _tls_common: "tls/context",
  _tls_wrap: "tls/socket",
  "assert/strict": "assert_strict",
  "dns/promises": "dns_promises",
  "fs/promises": "fs/promises_module",
  "inspector/promises": "inspector_promises",
  "path/posix": "path",
  "path/win32": "path_win32",
  "readline/promises": "readline_promises",
  "stream/consumers": "stream_consumers",
  "stream/promises": "stream_promises",
  "stream/web": "stream_web",
  sys: "utilities",
  "timers/promises": "timers_promises",
  util: "utilities",
  "util/types": "types",
};

const builtinModules = [
  "_http_agent", "_http_client", "_http_common", "_http_incoming", "_http_outgoing", "_http_server", "_stream_duplex",
  "_stream_passthrough", "_stream_readable", "_stream_transform", "_stream_wrap", "_stream_writable", "_tls_common",
  "_tls_wrap", "assert", "assert/strict", "async_hooks", "buffer", "child_process", "cluster", "console", "constants",
  "crypto", "dgram", "diagnostics_channel", "dns", "dns/promises", "domain", "events", "fs", "fs/promises", "http",
  "http2", "https", "inspector", "inspector/promises", "module", "net", "os", "path", "path/posix", "path/win32",
  "perf_hooks", "process", "punycode", "querystring", "readline", "readline/promises", "repl", "stream",
  "stream/consumers", "stream/promises", "stream/web", "string_decoder", "sys", "timers", "timers/promises", "tls",
  "trace_events", "tty", "url", "util", "util/types", "v8", "vm", "wasi", "worker_threads", "zlib",
];
const known = new Set(builtinModules);
const PREFIXED_ONLY = ["sqlite", "test"];

/** The name without `node:`, of a module that exists. */
function nameOf(id) {
  const name = id.startsWith("node:") ? id.slice(5) : id;
  return known.has(name) || (id !== name && PREFIXED_ONLY.includes(name)) ? name : undefined;
}

/** The built-in module called `id`, if there is one. */
function find(id) {
  const name = nameOf(id);
  return name === undefined ? undefined : require(SCRIPTS[name] ?? name);
}

const absolute = (path) => path instanceof URL || path.startsWith("/") || path.startsWith("file:");

function createRequire(path) {
  if (!(path instanceof URL) && (typeof path !== "string" || !absolute(path))) {
    throw new codes.ERR_INVALID_ARG_VALUE(
      "path",
      `${path}`,
      "The argument must be a file URL object, a file URL string, or an absolute path string.",
    );
  }
  return (id) => {
    validateString(id, "id");
    const found = find(id);
    if (found !== undefined) return found;
    // DIFFERS: A function made by `createRequire` gives built-in modules alone; production also gives other modules of
    // the Worker, of which a bundle has none.
    throw new Error(`No such module "${id.replace(/^(\.?\/)+/, "")}".`);
  };
}

function Module(id = "", parent = undefined) {
  this.id = id;
  this.path = require("path").dirname(id);
  this.exports = {};
  Object.defineProperty(this, "parent", { value: parent, configurable: true });
  this.filename = null;
  this.loaded = false;
  this.children = [];
}

class SourceMap {
  constructor() {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED("SourceMap");
  }
}

Object.assign(Module, {
  Module,
  SourceMap,
  _cache: { __proto__: null },
  _debug: () => {},
  _extensions: { __proto__: null },
  _pathCache: { __proto__: null },
  builtinModules,
  constants: { compileCacheStatus: { __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 } },
  createRequire,
  enableCompileCache: () => {},
  flushCompileCache: () => {},
  getCompileCacheDir: () => undefined,
  getSourceMapsSupport: () => ({ __proto__: null, enabled: false, nodeModules: false, generatedCode: false }),
  globalPaths: [],
  isBuiltin: (id) => nameOf(`${id}`) !== undefined,
  setSourceMapsSupport: () => {},
});
for (const name of [
  "_findPath", "_initPaths", "_load", "_nodeModulePaths", "_preloadModules", "_resolveFilename", "_resolveLookupPaths", "findPackageJSON",
  "findSourceMap", "register", "registerHooks", "runMain", "stripTypeScriptTypes", "syncBuiltinESMExports", "wrap",
]) Module[name] = notImplemented(`module.${name}`);
Object.defineProperty(Module, "find", { value: find });

module.exports = Module;

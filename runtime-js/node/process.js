// node:process.

const EventEmitter = require("events");
const { notImplemented } = require("errors");
const methods = require("process/methods");

class process extends EventEmitter {}

const VERSION = "v22.23.4";
const LIBRARIES = [
  "v8", "modules", "zlib", "brotli", "zstd", "ares", "napi", "llhttp", "nghttp2", "acorn", "ada", "simdutf", "nbytes", "ncrypto", "uvwasi", "uv",
  "openssl", "sqlite", "icu", "undici", "simdjson", "unicode", "cldr", "tz", "cjs_module_lexer",
];

const values = {
  version: VERSION,
  versions: { node: VERSION.slice(1), ...Object.fromEntries(LIBRARIES.map((name) => [name, ""])) },
  title: "workerd",
  argv: ["workerd"],
  argv0: "workerd",
  execArgv: [],
  arch: "x64",
  platform: "linux",
  config: { target_defaults: { default_configuration: "Release" }, variables: {} },
  pid: 1,
  ppid: 0,
  env: require("process/env"),
  features: {
    __proto__: null,
    cached_builtins: true,
    debug: false,
    inspector: false,
    ipv6: true,
    openssl_is_boringssl: true,
    require_module: false,
    tls: true,
    tls_alpn: true,
    tls_ocsp: true,
    tls_sni: true,
    typescript: false,
    uv: true,
  },
  allowedNodeEnvironmentFlags: new Set(),
  exitCode: undefined,
  channel: null,
  connected: false,
  debugPort: 0,
  finalization: { register: () => {}, registerBeforeExit: () => {}, unregister: () => {} },
  noDeprecation: false,
  permission: { has: notImplemented("process.permission.has") },
  release: { name: "node", lts: true, sourceUrl: "", headersUrl: "" },
  report: {
    compact: false,
    directory: "",
    filename: "",
    getReport: () => ({}),
    reportOnFatalError: false,
    reportOnSignal: false,
    reportOnUncaughtException: false,
    excludeNetwork: false,
    excludeEnv: false,
    signal: "SIGUSR2",
    writeReport: notImplemented("process.report.writeReport"),
  },
  traceDeprecation: false,
  throwDeprecation: false,
  sourceMapsEnabled: false,
  execPath: "",
  moduleLoadList: [],
  domain: null,
  _exiting: false,
  _preload_modules: [],
};

/** Made when they are first looked at, since streams are much to load. */
function lazily(target, name, make) {
  Object.defineProperty(target, name, {
    get() {
      const value = make();
      Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
      return value;
    },
    set(value) {
      Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
    },
    enumerable: true,
    configurable: true,
  });
}

const instance = new process();
Object.assign(instance, values, methods);
for (const name of ["stdin", "stdout", "stderr"]) lazily(instance, name, () => require("process/streams")[name]);
Object.defineProperty(process.prototype, Symbol.toStringTag, { value: "process", configurable: true });
Object.setPrototypeOf(instance, Object.create(EventEmitter.prototype, {
  constructor: { value: process, writable: true, configurable: true },
  [Symbol.toStringTag]: { value: "process", configurable: true },
}));

const FORWARDED = {
  __proto__: null,
  unhandledRejection: ["unhandledrejection", (event) => [event.reason, event.promise]],
  rejectionHandled: ["rejectionhandled", (event) => [event.promise]],
  uncaughtException: ["error", (event) => [event.error, "uncaughtException"]],
};
const forwarded = new Set();

// The global scope's events become those of `process` once somebody listens to them.
instance.on("newListener", (name) => {
  if (!(name in FORWARDED) || forwarded.has(name)) return;
  forwarded.add(name);
  const [type, valuesOf] = FORWARDED[name];
  globalThis.addEventListener(type, (event) => {
    if (instance.listenerCount(name) > 0) instance.emit(name, ...valuesOf(event));
  });
});

module.exports = instance;

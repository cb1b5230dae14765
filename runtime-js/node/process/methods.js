// The methods of `process`.

const { codes, error, notImplemented } = require("errors");
const { validateString, validateUint32 } = require("validators");

const { performance } = platform;

function hrtime(time = undefined) {
  const now = performance.now();
  let [seconds, nanos] = [Math.trunc(now / 1000), Math.trunc((now % 1000) * 1e6)];
  if (time === undefined) return [seconds, nanos];
  if (!Array.isArray(time)) throw error("ERR_INVALID_ARG_TYPE", `The "time" argument must be tuple of integers.${require("errors").received(time)}`, TypeError);
  if (time.length !== 2) throw new codes.ERR_OUT_OF_RANGE("time", 2, time.length);
  seconds -= time[0];
  nanos -= time[1];
  if (nanos < 0) {
    seconds--;
    nanos += 1e9;
  }
  return [seconds, nanos];
}
hrtime.bigint = () => BigInt(Math.trunc(performance.now())) * 1000000n;

function makeWarning(warning, options) {
  const { type = "Warning", code, detail } = options;
  if (typeof warning !== "string" && !(warning instanceof Error)) throw new codes.ERR_INVALID_ARG_TYPE("warning", ["Error", "string"], warning);
  const made = warning instanceof Error ? warning : Object.assign(new Error(warning), { name: type });
  if (code !== undefined) made.code = code;
  if (detail !== undefined) made.detail = detail;
  return made;
}

function emitWarning(warning, typeOrOptions = undefined, code = undefined) {
  const options = typeof typeOrOptions === "object" && typeOrOptions !== null
    ? typeOrOptions
    : { type: typeof typeOrOptions === "string" ? typeOrOptions : undefined, code: typeof code === "string" ? code : undefined };
  const made = makeWarning(warning, options);
  if (made.name === "DeprecationWarning" && this?.noDeprecation) return;
  require("process_queue").nextTick(() => require("process").emit("warning", made));
}

/** In production the invocation ends here, whatever catches exceptions. */
function exit(code = undefined) {
  // DIFFERS: `process.exit` ends the invocation by an exception, which code can catch; in production it cannot.
  throw new Error(`The Node.js process.exit(${code ?? require("process").exitCode ?? 0}) API was called. Canceling the request.`);
}

function refuseChange() {
  throw Object.assign(new Error("operation not permitted"), { code: "EPERM" });
}

function chdir(directory) {
  validateString(directory, "directory");
  const path = require("path").resolve(require("process_cwd").cwd(), directory);
  require("process_cwd").setCwd(path);
}

function umask(mask = undefined) {
  if (mask !== undefined) validateUint32(typeof mask === "string" ? Number.parseInt(mask, 8) : mask, "mask");
  return 18;
}

function loadEnvFile(path = ".env") {
  const content = require("fs").readFileSync(path, "utf8");
  const { env } = require("process");
  for (const [name, value] of Object.entries(require("utilities").parseEnv(content))) if (!(name in env)) env[name] = value;
}

const usage = [
  "userCPUTime", "systemCPUTime", "maxRSS", "sharedMemorySize", "unsharedDataSize", "unsharedStackSize", "minorPageFault", "majorPageFault",
  "swappedOut", "fsRead", "fsWrite", "ipcSent", "ipcReceived", "signalsCount", "voluntaryContextSwitches", "involuntaryContextSwitches",
];

const methods = {
  assert: (value, message) => require("assert").ok(value, message),
  getegid: () => 0,
  getgid: () => 0,
  getgroups: () => [0],
  geteuid: () => 0,
  getuid: () => 0,
  setegid: refuseChange,
  setgid: refuseChange,
  setgroups: refuseChange,
  seteuid: refuseChange,
  setuid: refuseChange,
  initgroups: refuseChange,
  setSourceMapsEnabled: () => {},
  getSourceMapsSupport: () => ({ __proto__: null, enabled: false, nodeModules: false, generatedCode: false }),
  nextTick: require("process_queue").nextTick,
  emitWarning,
  exit,
  abort: () => {
    throw new Error("The Node.js process.abort() API was called. Canceling the request.");
  },
  getBuiltinModule: (name) => {
    validateString(name, "id");
    return require("module").find(name);
  },
  ref: () => {},
  unref: () => {},
  chdir,
  cwd: () => require("process_cwd").cwd(),
  umask,
  hrtime,
  uptime: () => 0,
  loadEnvFile,
  memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
  resourceUsage: () => Object.fromEntries(usage.map((name) => [name, 0])),
  constrainedMemory: () => 0,
  availableMemory: () => 0,
  openStdin: () => require("process").stdin,
  reallyExit: exit,
  _rawDebug: (...values) => platform.console.error(...values),
  _getActiveRequests: () => [],
  _getActiveHandles: () => [],
  _tickCallback: () => {},
  _debugEnd: () => {},
  _debugProcess: () => {},
  _startProfilerIdleNotifier: () => {},
  _stopProfilerIdleNotifier: () => {},
};
for (const name of [
  "kill", "binding", "dlopen", "getActiveResourcesInfo", "setUncaughtExceptionCaptureCallback", "hasUncaughtExceptionCaptureCallback",
  "send", "threadCpuUsage", "cpuUsage", "execve", "_linkedBinding", "_kill", "_fatalException",
]) methods[name] = notImplemented(`process.${name}`);

module.exports = methods;

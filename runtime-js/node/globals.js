// The globals that exist under `nodejs_compat`, each made when it is first looked at.

const lazy = {
  Buffer: () => require("buffer").Buffer,
  process: () => require("process"),
  performance: () => require("perf_hooks").performance,
};
for (const name of ["setImmediate", "clearImmediate", "setTimeout", "setInterval", "clearTimeout", "clearInterval"]) lazy[name] = () => require("timers")[name];
for (const name of ["PerformanceEntry", "PerformanceMark", "PerformanceMeasure", "PerformanceObserver", "PerformanceObserverEntryList", "PerformanceResourceTiming"]) {
  lazy[name] = () => require("perf_hooks")[name];
}

for (const [name, get] of Object.entries(lazy)) Object.defineProperty(module.exports, name, { get, enumerable: true });

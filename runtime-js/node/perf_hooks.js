// node:perf_hooks, and the same on the global `performance`.

const { codes } = require("errors");
const { validateFunction, validateObject } = require("validators");

const { performance } = platform;
const Performance = performance.constructor;

let isMaking = false;

function make(Class, fields) {
  isMaking = true;
  try {
    return new Class(fields);
  } finally {
    isMaking = false;
  }
}

class PerformanceEntry {
  #fields;

  constructor(fields) {
    if (!isMaking) throw new TypeError("Illegal constructor");
    this.#fields = fields;
  }

  get name() {
    return this.#fields.name;
  }

  get entryType() {
    return this.#fields.entryType;
  }

  get startTime() {
    return this.#fields.startTime;
  }

  get duration() {
    return this.#fields.duration;
  }

  get detail() {
    return this.#fields.detail ?? null;
  }

  toJSON() {
    const { name, entryType, startTime, duration, detail } = this;
    return { name, entryType, startTime, duration, detail };
  }

  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    const { name, entryType, startTime, duration, detail } = this;
    return `${this.constructor.name} ${inspect({ detail, name, entryType, startTime, duration }, options)}`;
  }
}

class PerformanceMark extends PerformanceEntry {
  constructor(name, options = undefined) {
    if (isMaking) return void super(name);
    isMaking = true;
    super({ name: `${name}`, entryType: "mark", startTime: options?.startTime ?? performance.now(), duration: 0, detail: options?.detail });
    isMaking = false;
  }
}

class PerformanceMeasure extends PerformanceEntry {}
class PerformanceResourceTiming extends PerformanceEntry {}

/** What was marked and measured, and who wants to hear of it. */
const timeline = [];
const observers = new Set();

class PerformanceObserverEntryList {
  #entries;

  constructor(entries) {
    if (!isMaking) throw new TypeError("Illegal constructor");
    this.#entries = entries;
  }

  getEntries() {
    return [...this.#entries];
  }

  getEntriesByType(type) {
    return this.#entries.filter((entry) => entry.entryType === type);
  }

  getEntriesByName(name, type = undefined) {
    return this.#entries.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type));
  }
}

class PerformanceObserver {
  #callback;
  #types = new Set();
  #pending = [];

  static supportedEntryTypes = Object.freeze(["measure", "mark"]);

  constructor(callback) {
    validateFunction(callback, "callback");
    this.#callback = callback;
    Object.defineProperty(this, "_take", { value: (entry) => this.#take(entry) });
  }

  observe(options = {}) {
    validateObject(options, "options");
    if (options.entryTypes === undefined && options.type === undefined) throw new codes.ERR_MISSING_ARGS(["options.entryTypes", "options.type"]);
    for (const type of options.entryTypes ?? [options.type]) this.#types.add(type);
    if (options.buffered) timeline.filter((entry) => this.#types.has(entry.entryType)).forEach((entry) => this.#take(entry));
    observers.add(this);
  }

  disconnect() {
    observers.delete(this);
    this.#types.clear();
    this.#pending = [];
  }

  takeRecords() {
    return this.#pending.splice(0);
  }

  #take(entry) {
    if (!this.#types.has(entry.entryType)) return;
    this.#pending.push(entry);
    if (this.#pending.length > 1) return;
    queueMicrotask(() => {
      const entries = this.#pending.splice(0);
      if (entries.length > 0) Reflect.apply(this.#callback, this, [make(PerformanceObserverEntryList, entries), this]);
    });
  }
}

function record(entry) {
  timeline.push(entry);
  for (const observer of observers) observer._take(entry);
  return entry;
}

function timeOf(mark) {
  if (typeof mark === "number") return mark;
  const entry = timeline.findLast((one) => one.entryType === "mark" && one.name === `${mark}`);
  if (entry === undefined) throw new DOMException(`The mark '${mark}' has not been set`, "SyntaxError");
  return entry.startTime;
}

function measure(name, startOrOptions, endMark) {
  const options = typeof startOrOptions === "object" && startOrOptions !== null ? startOrOptions : { start: startOrOptions, end: endMark };
  const { detail, duration } = options;
  let start = options.start === undefined ? undefined : timeOf(options.start);
  let end = options.end === undefined ? undefined : timeOf(options.end);
  if (end === undefined) end = start !== undefined && duration !== undefined ? start + duration : performance.now();
  if (start === undefined) start = duration === undefined ? 0 : end - duration;
  return record(make(PerformanceMeasure, { name: `${name}`, entryType: "measure", startTime: start, duration: end - start, detail }));
}

function forget(type, name) {
  for (let at = timeline.length - 1; at >= 0; at--) {
    if (timeline[at].entryType === type && (name === undefined || timeline[at].name === `${name}`)) timeline.splice(at, 1);
  }
}

const utilization = () => ({ idle: 0, active: 0, utilization: 0 });

function timerify(callback) {
  validateFunction(callback, "fn");
  return callback;
}

const methods = {
  clearMarks: (name = undefined) => forget("mark", name),
  clearMeasures: (name = undefined) => forget("measure", name),
  clearResourceTimings: () => {},
  eventLoopUtilization: utilization,
  getEntries: () => [...timeline],
  getEntriesByName: (name, type = undefined) => timeline.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type)),
  getEntriesByType: (type) => timeline.filter((entry) => entry.entryType === type),
  mark: (name, options = undefined) => record(new PerformanceMark(name, options)),
  markResourceTiming: () => {},
  measure,
  setResourceTimingBufferSize: () => {},
  timerify,
};
for (const [name, value] of Object.entries(methods)) {
  if (!Object.hasOwn(Performance.prototype, name)) Object.defineProperty(Performance.prototype, name, { value, writable: true, enumerable: true, configurable: true });
}

const refuse = (name) => () => {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED(name);
};

module.exports = {
  Performance,
  PerformanceEntry,
  PerformanceMark,
  PerformanceMeasure,
  PerformanceObserver,
  PerformanceObserverEntryList,
  PerformanceResourceTiming,
  constants: {
    NODE_PERFORMANCE_GC_MAJOR: 4,
    NODE_PERFORMANCE_GC_MINOR: 1,
    NODE_PERFORMANCE_GC_INCREMENTAL: 8,
    NODE_PERFORMANCE_GC_WEAKCB: 16,
    NODE_PERFORMANCE_GC_FLAGS_NO: 0,
    NODE_PERFORMANCE_GC_FLAGS_CONSTRUCT_RETAINED: 2,
    NODE_PERFORMANCE_GC_FLAGS_FORCED: 4,
    NODE_PERFORMANCE_GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING: 8,
    NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE: 16,
    NODE_PERFORMANCE_GC_FLAGS_ALL_EXTERNAL_MEMORY: 32,
    NODE_PERFORMANCE_GC_FLAGS_SCHEDULE_IDLE: 64,
    NODE_PERFORMANCE_ENTRY_TYPE_GC: 0,
    NODE_PERFORMANCE_ENTRY_TYPE_HTTP: 1,
    NODE_PERFORMANCE_ENTRY_TYPE_HTTP2: 2,
    NODE_PERFORMANCE_ENTRY_TYPE_NET: 3,
    NODE_PERFORMANCE_ENTRY_TYPE_DNS: 4,
    NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN_TIMESTAMP: 0,
    NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN: 1,
    NODE_PERFORMANCE_MILESTONE_ENVIRONMENT: 2,
    NODE_PERFORMANCE_MILESTONE_NODE_START: 3,
    NODE_PERFORMANCE_MILESTONE_V8_START: 4,
    NODE_PERFORMANCE_MILESTONE_LOOP_START: 5,
    NODE_PERFORMANCE_MILESTONE_LOOP_EXIT: 6,
    NODE_PERFORMANCE_MILESTONE_BOOTSTRAP_COMPLETE: 7,
  },
  createHistogram: refuse("createHistogram"),
  eventLoopUtilization: utilization,
  monitorEventLoopDelay: refuse("monitorEventLoopDelay"),
  performance,
  timerify,
};

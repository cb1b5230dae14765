// node:fs.

const { notImplemented } = require("errors");
const { validateFunction } = require("validators");
const { Dirent, Stats } = require("fs/stats");
const { Dir, opendirSync } = require("fs/directory");
const sync = require("fs/sync");
const { nextTick } = require("process_queue");

const operations = Object.fromEntries(Object.entries(sync).filter(([name]) => name.endsWith("Sync")));

/** The same operation for those who pass a callback. */
function calling(action, shape = (result) => (result === undefined ? [] : [result])) {
  return (...values) => {
    const callback = values.pop();
    validateFunction(callback, "cb");
    let result;
    try {
      result = [null, ...shape(action(...values), values)];
    } catch (error) {
      if (error.code?.startsWith("ERR_INVALID") || error.code === "ERR_OUT_OF_RANGE") throw error;
      result = [error];
    }
    nextTick(callback, ...result);
  };
}

const fs = { ...operations, opendirSync };
for (const [name, action] of Object.entries({ ...operations, opendirSync })) fs[name.slice(0, -"Sync".length)] = calling(action);

Object.assign(fs, {
  Dir,
  Dirent,
  F_OK: 0,
  R_OK: 4,
  Stats,
  W_OK: 2,
  X_OK: 1,
  constants: require("constants/system").fs,
  exists: (path, callback) => {
    validateFunction(callback, "cb");
    nextTick(callback, sync.existsSync(path));
  },
  openAsBlob: async (path, options = {}) => new Blob([sync.readFileSync(path)], { type: options.type ?? "" }),
  read: calling(sync.readSync, (count, values) => [count, values[1]]),
  readv: calling(sync.readvSync, (count, values) => [count, values[1]]),
  unwatchFile: () => {},
  watch: notImplemented("fs.watch"),
  watchFile: notImplemented("fs.watchFile"),
  write: calling(sync.writeSync, (count, values) => [count, values[1]]),
  writev: calling(sync.writevSync, (count, values) => [count, values[1]]),
});
fs.realpath.native = fs.realpath;
Object.defineProperty(fs.exists, Symbol.for("nodejs.util.promisify.custom"), { value: async (path) => sync.existsSync(path) });

const lazily = (path, names) => Object.fromEntries(names.map((name) => [name, { get: () => require(path)[name], enumerable: true, configurable: true }]));
Object.defineProperties(fs, {
  promises: { get: () => require("fs/promises_module"), enumerable: true, configurable: true },
  ...lazily("fs/streams", ["ReadStream", "WriteStream", "createReadStream", "createWriteStream"]),
  FileReadStream: { get: () => require("fs/streams").ReadStream, enumerable: true, configurable: true },
  FileWriteStream: { get: () => require("fs/streams").WriteStream, enumerable: true, configurable: true },
});

module.exports = fs;

// node:v8: numbers that are zero, and what cannot be done.

const { notImplemented } = require("errors");
const { validateString } = require("validators");

class GCProfiler {
  start() {}

  stop() {
    return undefined;
  }
}

const zeros = (names) => Object.fromEntries(names.map((name) => [name, 0]));
const HEAP = [
  "total_heap_size", "total_heap_size_executable", "total_physical_size", "total_available_size", "used_heap_size", "heap_size_limit",
  "malloced_memory", "peak_malloced_memory", "does_zap_garbage", "number_of_native_contexts", "number_of_detached_contexts",
  "total_global_handles_size", "used_global_handles_size", "external_memory",
];
const missing = [
  "DefaultDeserializer", "DefaultSerializer", "Deserializer", "Serializer", "deserialize", "getHeapSnapshot", "serialize", "stopCoverage",
  "takeCoverage", "writeHeapSnapshot", "queryObjects",
];

module.exports = {
  ...Object.fromEntries(missing.map((name) => [name, notImplemented(name)])),
  GCProfiler,
  cachedDataVersionTag: () => 0,
  getCppHeapStatistics: () => ({ committed_size_bytes: 0, resident_size_bytes: 0, used_size_bytes: 0, space_statistics: [], type_names: [], detail_level: "brief" }),
  getHeapCodeStatistics: () => zeros(["code_and_metadata_size", "bytecode_and_metadata_size", "external_script_source_size", "cpu_profiler_metadata_size"]),
  getHeapSpaceStatistics: () => [],
  getHeapStatistics: () => zeros(HEAP),
  isStringOneByteRepresentation: (content) => {
    validateString(content, "content");
    return /^[\0-\xff]*$/.test(content);
  },
  promiseHooks: { createHook: () => {}, onInit: () => {}, onBefore: () => {}, onAfter: () => {}, onSettled: () => {} },
  setFlagsFromString: (flags) => validateString(flags, "flags"),
  setHeapSnapshotNearHeapLimit: () => {},
  startupSnapshot: { addSerializeCallback: () => {}, addDeserializeCallback: () => {}, setDeserializeMainFunction: () => {}, isBuildingSnapshot: () => false },
};

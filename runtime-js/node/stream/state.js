// How far streams have come, asked from outside.

let bytesDefault = 64 * 1024;
let objectsDefault = 16;

const isReadableNode = (value) => Boolean(value && typeof value.pipe === "function" && typeof value.on === "function" &&
  (!value._writableState || value._readableState?.readable !== false) && (!value._writableState || value._readableState));
const isWritableNode = (value) => Boolean(value && typeof value.write === "function" && typeof value.on === "function" &&
  (!value._readableState || value._writableState?.writable !== false));
const isDuplexNode = (value) => Boolean(value && typeof value.pipe === "function" && value._readableState && typeof value.on === "function" && typeof value.write === "function");
const isNodeStream = (value) => Boolean(value && (value._readableState || value._writableState || (typeof value.write === "function" && typeof value.on === "function") ||
  (typeof value.pipe === "function" && typeof value.on === "function")));
const isReadableStream = (value) => Boolean(value && !isNodeStream(value) && typeof value.pipeThrough === "function" && typeof value.getReader === "function" && typeof value.cancel === "function");
const isWritableStream = (value) => Boolean(value && !isNodeStream(value) && typeof value.getWriter === "function" && typeof value.abort === "function");
const isTransformStream = (value) => Boolean(value && !isNodeStream(value) && typeof value.readable === "object" && typeof value.writable === "object");
const isIterable = (value, isAsync = undefined) => {
  if (value === null || value === undefined) return false;
  if (isAsync === true) return typeof value[Symbol.asyncIterator] === "function";
  if (isAsync === false) return typeof value[Symbol.iterator] === "function";
  return typeof value[Symbol.asyncIterator] === "function" || typeof value[Symbol.iterator] === "function";
};

function isErrored(stream) {
  return Boolean(stream && (stream._readableState?.errored || stream._writableState?.errored || stream.readableErrored || stream.writableErrored));
}

function isDisturbed(stream) {
  return Boolean(stream && (stream.readableDidRead || stream.readableAborted || stream.locked));
}

function isReadable(stream) {
  if (stream && typeof stream.getReader === "function") return true;
  if (typeof stream?.readable !== "boolean") return null;
  if (stream.destroyed) return false;
  return isReadableNode(stream) && stream.readable && !stream._readableState?.endEmitted;
}

function isWritable(stream) {
  if (typeof stream?.writable !== "boolean") return null;
  if (stream.destroyed) return false;
  return isWritableNode(stream) && stream.writable && !stream._writableState?.ended;
}

const getDefaultHighWaterMark = (objectMode = false) => (objectMode ? objectsDefault : bytesDefault);

function setDefaultHighWaterMark(objectMode, value) {
  require("validators").validateInteger(value, "value", 0);
  if (objectMode) objectsDefault = value;
  else bytesDefault = value;
}

/** How much is held back before a stream asks its source to wait. */
function highWaterMarkOf(options, key, isDuplex, objectMode) {
  const value = options?.highWaterMark ?? (isDuplex ? options?.[key] : undefined);
  if (value === null || value === undefined) return getDefaultHighWaterMark(objectMode);
  if (!Number.isInteger(value) || value < 0) {
    const { codes } = require("errors");
    throw new codes.ERR_INVALID_ARG_VALUE(isDuplex && options.highWaterMark === undefined ? `options.${key}` : "options.highWaterMark", value);
  }
  return value;
}

module.exports = {
  getDefaultHighWaterMark,
  highWaterMarkOf,
  isDisturbed,
  isDuplexNode,
  isErrored,
  isIterable,
  isNodeStream,
  isReadable,
  isReadableNode,
  isReadableStream,
  isTransformStream,
  isWritable,
  isWritableNode,
  isWritableStream,
  setDefaultHighWaterMark,
};

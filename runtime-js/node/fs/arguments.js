// fs: paths, flags and options as they are given.

const { codes } = require("errors");
const { encodingOf } = require("buffer/encodings");
const { fs: constants } = require("constants/system");

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } = constants;
const FLAGS = {
  __proto__: null,
  r: O_RDONLY,
  rs: O_RDONLY | O_SYNC,
  "r+": O_RDWR,
  "rs+": O_RDWR | O_SYNC,
  w: O_TRUNC | O_CREAT | O_WRONLY,
  wx: O_TRUNC | O_CREAT | O_WRONLY | O_EXCL,
  "w+": O_TRUNC | O_CREAT | O_RDWR,
  "wx+": O_TRUNC | O_CREAT | O_RDWR | O_EXCL,
  a: O_APPEND | O_CREAT | O_WRONLY,
  ax: O_APPEND | O_CREAT | O_WRONLY | O_EXCL,
  as: O_APPEND | O_CREAT | O_WRONLY | O_SYNC,
  "a+": O_APPEND | O_CREAT | O_RDWR,
  "ax+": O_APPEND | O_CREAT | O_RDWR | O_EXCL,
  "as+": O_APPEND | O_CREAT | O_RDWR | O_SYNC,
};

function toPath(given, name = "path") {
  const path = given instanceof URL ? require("url").fileURLToPath(given) : given instanceof Uint8Array ? require("buffer").Buffer.from(given).toString() : given;
  if (typeof path !== "string") throw new codes.ERR_INVALID_ARG_TYPE(name, ["string", "Buffer", "URL"], given);
  if (path.includes("\u0000")) throw new codes.ERR_INVALID_ARG_VALUE(name, path, "must be a string, Uint8Array, or URL without null bytes");
  return path.startsWith("/") ? path : `${require("process_cwd").cwd()}/${path}`;
}

function toFlags(flags, fallback = "r") {
  const given = flags ?? fallback;
  if (typeof given === "number") return given;
  if (FLAGS[given] === undefined) throw new codes.ERR_INVALID_ARG_VALUE("flags", given);
  return FLAGS[given];
}

/** Options that may be only an encoding. */
function toOptions(options, fallback = {}) {
  if (options === undefined || options === null || typeof options === "function") return fallback;
  const given = typeof options === "string" ? { encoding: options } : options;
  if (typeof given !== "object") throw new codes.ERR_INVALID_ARG_TYPE("options", ["string", "Object"], options);
  if (given.encoding !== undefined && given.encoding !== null && given.encoding !== "buffer" && encodingOf(given.encoding) === undefined) {
    throw new codes.ERR_INVALID_ARG_VALUE("encoding", given.encoding, "is invalid encoding");
  }
  return { ...fallback, ...given };
}

function toContent(data, encoding) {
  if (typeof data === "string") return require("buffer").Buffer.from(data, encoding ?? "utf8");
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new codes.ERR_INVALID_ARG_TYPE("data", ["string", "Buffer", "TypedArray", "DataView"], data);
}

/** Bytes as a Buffer, or text in an encoding. */
function toResult(bytes, encoding) {
  const buffer = require("buffer").Buffer.from(bytes);
  return encoding && encoding !== "buffer" ? buffer.toString(encoding) : buffer;
}

/** A time in seconds, or a Date, in milliseconds. */
function toMillis(time, name) {
  const millis = time instanceof Date ? time.getTime() : Number(time) * 1000;
  if (Number.isNaN(millis)) throw new codes.ERR_INVALID_ARG_TYPE(name, ["Date", "Time in seconds"], time);
  return millis;
}

module.exports = { toContent, toFlags, toMillis, toOptions, toPath, toResult };

// node:zlib.

const { codes } = require("errors");
const { validateUint32 } = require("validators");
const { codes: errnos, constants } = require("constants/zlib");
const { ZlibBase, bytesOf, modes, runLater, runSync } = require("zlib/codec");

/** Class -> [mode, name of the function]. */
const CLASSES = {
  Deflate: [modes.DEFLATE, "deflate"],
  Inflate: [modes.INFLATE, "inflate"],
  Gzip: [modes.GZIP, "gzip"],
  Gunzip: [modes.GUNZIP, "gunzip"],
  DeflateRaw: [modes.DEFLATERAW, "deflateRaw"],
  InflateRaw: [modes.INFLATERAW, "inflateRaw"],
  Unzip: [modes.UNZIP, "unzip"],
  BrotliCompress: [modes.BROTLI_ENCODE, "brotliCompress"],
  BrotliDecompress: [modes.BROTLI_DECODE, "brotliDecompress"],
  ZstdCompress: [modes.ZSTD_COMPRESS, "zstdCompress"],
  ZstdDecompress: [modes.ZSTD_DECOMPRESS, "zstdDecompress"],
};

const zlib = {};

for (const [name, [mode, lower]] of Object.entries(CLASSES)) {
  // Callable without `new`, as in Node.
  const Class = { [name]: function (options) {
    if (!(this instanceof Class)) return new Class(options);
    ZlibBase.call(this, options, mode);
  } }[name];
  Object.setPrototypeOf(Class.prototype, ZlibBase.prototype);
  Object.setPrototypeOf(Class, ZlibBase);
  zlib[name] = Class;
  zlib[`create${name}`] = (options) => new Class(options);
  zlib[`${lower}Sync`] = (value, options) => runSync(mode, value, options);
  zlib[lower] = (value, options, callback) => runLater(mode, value, options, callback);
  for (const one of [`create${name}`, `${lower}Sync`, lower]) Object.defineProperty(zlib[one], "name", { value: one });
}

/** The checksum of gzip. */
function crc32(data, value = 0) {
  if (typeof data !== "string" && !ArrayBuffer.isView(data)) throw new codes.ERR_INVALID_ARG_TYPE("data", ["Buffer", "TypedArray", "DataView", "string"], data);
  validateUint32(value, "value");
  return platform.core.ops.op_node_crc32(bytesOf(data), value) >>> 0;
}

// The constants are here as well, most of them hidden from those who list the module.
for (const [name, value] of Object.entries(constants)) Object.defineProperty(zlib, name, { value, enumerable: true });

module.exports = Object.assign(zlib, { codes: errnos, constants, crc32 });

// zlib: what all classes and functions do.

const { codes } = require("errors");
const { validateFunction } = require("validators");
const { codes: errnos, constants } = require("constants/zlib");
const Transform = require("stream/transform");
const { nextTick } = require("process_queue");

const { core } = platform;
const MAX_LENGTH = require("buffer").kMaxLength;
const { DEFLATE, INFLATE, GZIP, GUNZIP, DEFLATERAW, INFLATERAW, UNZIP, BROTLI_DECODE, BROTLI_ENCODE, ZSTD_COMPRESS, ZSTD_DECOMPRESS } = constants;
const { Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH } = constants;
const isBrotli = (mode) => mode === BROTLI_DECODE || mode === BROTLI_ENCODE;
const isZstd = (mode) => mode === ZSTD_COMPRESS || mode === ZSTD_DECOMPRESS;

/** The host's numbers of modes are Node's. */
function checkRange(value, name, min, max) {
  if (value === undefined || Number.isNaN(value)) return;
  if (typeof value !== "number") throw new codes.ERR_INVALID_ARG_TYPE(name, "number", value);
  if (!Number.isFinite(value) || value < min || value > max) throw new codes.ERR_OUT_OF_RANGE(name, `>= ${min} and <= ${max}`, value);
}

function checkOptions(options, mode) {
  if (isBrotli(mode) || isZstd(mode)) return checkParams(options.params ?? {});
  const minWindow = mode === INFLATE || mode === GUNZIP || mode === UNZIP ? 0 : 9;
  if (options.windowBits !== 0 || minWindow !== 0) checkRange(options.windowBits, "options.windowBits", constants.Z_MIN_WINDOWBITS, constants.Z_MAX_WINDOWBITS);
  checkRange(options.level, "options.level", constants.Z_MIN_LEVEL, constants.Z_MAX_LEVEL);
  checkRange(options.memLevel, "options.memLevel", constants.Z_MIN_MEMLEVEL, constants.Z_MAX_MEMLEVEL);
  checkRange(options.strategy, "options.strategy", constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED);
  if (options.dictionary !== undefined) {
    // DIFFERS: `node:zlib` refuses the option `dictionary`, which production takes.
    throw new Error("edgeemu does not compress with a `dictionary` yet: leave the option out");
  }
}

function checkParams(params) {
  for (const [key, value] of Object.entries(params)) {
    const number = Number(key);
    if (Number.isNaN(number) || number < 0) throw new codes.ERR_BROTLI_INVALID_PARAM(key);
    if (typeof value !== "number" && typeof value !== "boolean") throw new codes.ERR_INVALID_ARG_TYPE("options.params[key]", "number", value);
  }
}

function open(mode, options) {
  const { params = {} } = options;
  const described = {
    level: options.level ?? constants.Z_DEFAULT_COMPRESSION,
    quality: params[constants.BROTLI_PARAM_QUALITY],
    window: params[constants.BROTLI_PARAM_LGWIN],
    size_hint: params[constants.BROTLI_PARAM_SIZE_HINT],
    zstd_level: params[constants.ZSTD_c_compressionLevel],
  };
  return core.ops.op_node_zlib_new(mode, JSON.stringify(described));
}

/** The errors of the libraries, with the codes that Node gives them. */
function translated(error, mode) {
  const { message } = error;
  if (message === "unexpected end of file") return Object.assign(new Error(message), { errno: constants.Z_BUF_ERROR, code: "Z_BUF_ERROR" });
  if (isBrotli(mode)) return Object.assign(new Error("Decompression failed"), { errno: constants.BROTLI_DECODER_ERROR_FORMAT_PADDING_1, code: "ERR__ERROR_FORMAT_PADDING_1" });
  if (isZstd(mode)) return Object.assign(new Error("Unknown frame descriptor"), { errno: constants.ZSTD_error_prefix_unknown, code: "ZSTD_error_prefix_unknown" });
  return Object.assign(new Error(message), { errno: constants.Z_DATA_ERROR, code: errnos[constants.Z_DATA_ERROR] });
}

function write(handle, chunk, flush, mode) {
  try {
    return core.ops.op_node_zlib_write(handle, chunk, flush);
  } catch (error) {
    throw translated(error, mode);
  }
}

/** Brotli and zstd number their operations in another way than zlib does. */
function flushNumber(mode, flush) {
  if (isBrotli(mode)) return { 0: Z_NO_FLUSH, 1: Z_SYNC_FLUSH, 2: Z_FINISH }[flush] ?? Z_NO_FLUSH;
  if (isZstd(mode)) return { 0: Z_NO_FLUSH, 1: Z_SYNC_FLUSH, 2: Z_FINISH }[flush] ?? Z_NO_FLUSH;
  return flush;
}

const defaultsOf = (mode) => (isBrotli(mode) || isZstd(mode) ? { flush: 0, finish: 2, full: 1 } : { flush: Z_NO_FLUSH, finish: Z_FINISH, full: Z_FULL_FLUSH });

const kFlush = Symbol("kFlush");
const emptyBytes = new Uint8Array(0);

/** The class that all others extend. */
function ZlibBase(options, mode) {
  const given = options ?? {};
  checkRange(given.chunkSize, "options.chunkSize", constants.Z_MIN_CHUNK, Infinity);
  checkRange(given.maxOutputLength, "options.maxOutputLength", 1, MAX_LENGTH);
  checkOptions(given, mode);
  Transform.call(this, { autoDestroy: true, ...given });
  const defaults = defaultsOf(mode);
  Object.assign(this, { bytesWritten: 0, _mode: mode, _level: given.level ?? -1, _strategy: given.strategy ?? 0, _options: given });
  this._flushFlag = given.flush ?? defaults.flush;
  this._finishFlushFlag = given.finishFlush ?? defaults.finish;
  this._defaultFullFlushFlag = defaults.full;
  this._maxOutputLength = given.maxOutputLength ?? MAX_LENGTH;
  this._handle = open(mode, given);
  this._taken = 0;
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);

Object.assign(ZlibBase.prototype, {
  _transform(chunk, _encoding, callback) {
    const isEnd = this.writableEnded && this.writableLength === chunk.byteLength;
    const flush = chunk[kFlush] ?? (isEnd ? this._finishFlushFlag : this._flushFlag);
    if (isEnd) this._isFinished = true;
    this._process(chunk, flush, callback);
  },

  _process(chunk, flush, callback) {
    let output;
    try {
      output = write(this._handle, chunk, flushNumber(this._mode, flush), this._mode);
    } catch (error) {
      return callback(error);
    }
    this.bytesWritten += chunk.byteLength;
    this._taken += output.length;
    if (this._taken > this._maxOutputLength) return callback(new codes.ERR_BUFFER_TOO_LARGE(this._maxOutputLength));
    const { Buffer } = require("buffer");
    const size = this._options.chunkSize ?? constants.Z_DEFAULT_CHUNK;
    for (let at = 0; at < output.length; at += size) this.push(Buffer.from(output.buffer, output.byteOffset + at, Math.min(size, output.length - at)));
    return callback();
  },

  _final(callback) {
    if (this._isFinished) {
      this.push(null);
      return callback();
    }
    return this._process(emptyBytes, this._finishFlushFlag, (error) => {
      if (!error) this.push(null);
      callback(error);
    });
  },

  flush(kind, callback) {
    const done = typeof kind === "function" ? kind : callback;
    const flag = typeof kind === "function" || kind === undefined ? this._defaultFullFlushFlag : kind;
    if (this.writableFinished) return void (done && nextTick(done));
    if (this.writableEnded) return void (done && this.once("end", done));
    this.write(Object.assign(require("buffer").Buffer.alloc(0), { [kFlush]: flag }), "", done);
  },

  close(callback) {
    if (callback) this.once("close", callback);
    this.destroy();
  },

  params(level, strategy, callback) {
    checkRange(level, "level", constants.Z_MIN_LEVEL, constants.Z_MAX_LEVEL);
    checkRange(strategy, "strategy", constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED);
    if (callback) nextTick(callback);
  },

  reset() {
    this._handle = open(this._mode, this._options);
  },
});
Object.defineProperty(ZlibBase.prototype, "_closed", { get() { return this.destroyed; }, configurable: true });

function bytesOf(value) {
  if (typeof value === "string") return require("buffer").Buffer.from(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new codes.ERR_INVALID_ARG_TYPE("buffer", ["string", "Buffer", "TypedArray", "DataView", "ArrayBuffer"], value);
}

/** All at once. */
function runSync(mode, value, options = {}) {
  const given = options ?? {};
  const bytes = bytesOf(value);
  checkOptions(given, mode);
  checkRange(given.maxOutputLength, "options.maxOutputLength", 1, MAX_LENGTH);
  const output = write(open(mode, given), bytes, flushNumber(mode, given.finishFlush ?? defaultsOf(mode).finish), mode);
  if (output.length > (given.maxOutputLength ?? MAX_LENGTH)) throw new RangeError("Memory limit exceeded");
  return require("buffer").Buffer.from(output.buffer, output.byteOffset, output.byteLength);
}

/** All at once, told later. */
function runLater(mode, value, options, callback) {
  const done = typeof options === "function" ? options : callback;
  const given = typeof options === "function" ? {} : options;
  validateFunction(done, "callback");
  const bytes = bytesOf(value);
  let result;
  try {
    result = [null, runSync(mode, bytes, given)];
  } catch (error) {
    result = [error];
  }
  nextTick(done, ...result);
}

const modes = { DEFLATE, INFLATE, GZIP, GUNZIP, DEFLATERAW, INFLATERAW, UNZIP, BROTLI_DECODE, BROTLI_ENCODE, ZSTD_COMPRESS, ZSTD_DECOMPRESS };

module.exports = { ZlibBase, bytesOf, modes, runLater, runSync };

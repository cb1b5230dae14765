// fs: files as streams.

const Readable = require("stream/readable");
const Writable = require("stream/writable");
const sync = require("fs/sync");
const { toOptions } = require("fs/arguments");
const { nextTick } = require("process_queue");

const PIECE = 65536;

function shareOpening(stream, path, options, flags) {
  Object.assign(stream, { fd: options.fd ?? null, path, flags: options.flags ?? flags });
  if (stream.fd !== null && typeof stream.fd === "object") stream.fd = stream.fd.fd;
  stream._owns = options.fd === undefined || options.fd === null;
  stream._construct = function (callback) {
    try {
      if (this.fd === null) this.fd = sync.openSync(path, this.flags);
    } catch (error) {
      return callback(error);
    }
    callback();
    this.emit("open", this.fd);
    this.emit("ready");
  };
  stream._destroy = function (error, callback) {
    if (this.fd !== null && (this._owns || options.autoClose !== false)) {
      try {
        sync.closeSync(this.fd);
      } catch {
        // It was closed by somebody else.
      }
    }
    this.fd = null;
    callback(error);
  };
}

class ReadStream extends Readable {
  constructor(path, given = undefined) {
    const options = toOptions(given);
    super({ highWaterMark: PIECE, encoding: options.encoding, signal: options.signal, emitClose: options.emitClose, construct(callback) { this._open(callback); } });
    this._open = (callback) => this._opener.call(this, callback);
    const opener = { fd: null };
    shareOpening(opener, path, options, "r");
    Object.assign(this, { fd: opener.fd, path, flags: opener.flags, _owns: opener._owns, _opener: opener._construct, _destroy: opener._destroy });
    Object.assign(this, { start: options.start ?? 0, end: options.end ?? Infinity, pos: options.start, bytesRead: 0 });
  }

  _read(size) {
    const left = Math.min(size, this.end - (this.pos ?? this.bytesRead) + 1);
    if (left <= 0) return void this.push(null);
    const buffer = require("buffer").Buffer.alloc(left);
    let count;
    try {
      count = sync.readSync(this.fd, buffer, 0, left, this.pos);
    } catch (error) {
      return void this.destroy(error);
    }
    if (this.pos !== undefined) this.pos += count;
    this.bytesRead += count;
    this.push(count === 0 ? null : buffer.subarray(0, count));
  }

  close(callback = undefined) {
    if (callback) this.once("close", callback);
    this.destroy();
  }
}

class WriteStream extends Writable {
  constructor(path, given = undefined) {
    const options = toOptions(given);
    super({ decodeStrings: true, signal: options.signal, emitClose: options.emitClose, defaultEncoding: options.encoding, construct(callback) { this._open(callback); } });
    this._open = (callback) => this._opener.call(this, callback);
    const opener = { fd: null };
    shareOpening(opener, path, options, "w");
    Object.assign(this, { fd: opener.fd, path, flags: opener.flags, _owns: opener._owns, _opener: opener._construct, _destroy: opener._destroy });
    Object.assign(this, { pos: options.start, bytesWritten: 0 });
  }

  _write(chunk, _encoding, callback) {
    try {
      const count = sync.writeSync(this.fd, chunk, 0, chunk.length, this.pos);
      this.bytesWritten += count;
      if (this.pos !== undefined) this.pos += count;
    } catch (error) {
      return callback(error);
    }
    return nextTick(callback);
  }

  close(callback = undefined) {
    if (callback) this.once("close", callback);
    this.end();
  }
}

module.exports = {
  ReadStream,
  WriteStream,
  createReadStream: (path, options) => new ReadStream(path, options),
  createWriteStream: (path, options) => new WriteStream(path, options),
};

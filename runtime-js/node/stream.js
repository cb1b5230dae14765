// node:stream.

const Stream = require("stream/legacy");
const Duplex = require("stream/duplex");
const PassThrough = require("stream/passthrough");
const Readable = require("stream/readable");
const Transform = require("stream/transform");
const Writable = require("stream/writable");
const { destroyer, isDestroyed } = require("stream/destroy");
const { finished } = require("stream/finished");
const { compose, pipeline } = require("stream/pipeline");
const { addAbortSignal } = require("stream/signal");
const state = require("stream/state");

/** Two duplex streams; what is written into one is read from the other. */
function duplexPair(options) {
  const make = () => new Duplex({ ...options, read() {}, write() {}, final() {} });
  const [left, right] = [make(), make()];
  for (const [from, to] of [[left, right], [right, left]]) {
    let waiting = null;
    from._write = (chunk, _encoding, callback) => {
      if (chunk.length === 0) return void queueMicrotask(callback);
      to.push(chunk);
      waiting = callback;
    };
    from._final = (callback) => {
      to.on("end", callback);
      to.push(null);
    };
    to._read = () => {
      const callback = waiting;
      waiting = null;
      callback?.();
    };
  }
  return [left, right];
}

Object.assign(Stream, {
  Duplex,
  PassThrough,
  Readable,
  Stream,
  Transform,
  Writable,
  _isArrayBufferView: ArrayBuffer.isView,
  _isUint8Array: (value) => value instanceof Uint8Array,
  _uint8ArrayToBuffer: (chunk) => require("buffer").Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
  addAbortSignal,
  compose,
  destroy: destroyer,
  duplexPair,
  finished,
  getDefaultHighWaterMark: state.getDefaultHighWaterMark,
  isDestroyed,
  isDisturbed: state.isDisturbed,
  isErrored: state.isErrored,
  isReadable: state.isReadable,
  isWritable: state.isWritable,
  pipeline,
  setDefaultHighWaterMark: state.setDefaultHighWaterMark,
});
Object.defineProperty(Stream, "promises", { get: () => require("stream_promises"), enumerable: true, configurable: true });

module.exports = Stream;

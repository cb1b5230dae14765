// stream.Transform: what is written comes out changed.

const Duplex = require("stream/duplex");
const { codes } = require("errors");
const { getDefaultHighWaterMark } = require("stream/state");
const { nextTick } = require("process_queue");

const kCallback = Symbol("kCallback");

function Transform(options) {
  if (!(this instanceof Transform)) return new Transform(options);
  let given = options ?? {};
  // A source that wants nothing kept keeps what is written instead.
  if ((given.readableHighWaterMark ?? given.highWaterMark) === 0) {
    given = { ...given, highWaterMark: undefined, readableHighWaterMark: 0, writableHighWaterMark: given.writableHighWaterMark || getDefaultHighWaterMark(given.writableObjectMode) };
  }
  Duplex.call(this, given);
  this._readableState.sync = false;
  this[kCallback] = null;
  if (typeof given.transform === "function") this._transform = given.transform;
  if (typeof given.flush === "function") this._flush = given.flush;
  this.on("prefinish", onPrefinish);
}
Object.setPrototypeOf(Transform.prototype, Duplex.prototype);
Object.setPrototypeOf(Transform, Duplex);

function finishUp(stream, callback) {
  const done = (error, data) => {
    if (error) {
      if (callback) callback(error);
      else stream.destroy(error);
      return;
    }
    if (data !== null && data !== undefined) stream.push(data);
    stream.push(null);
    callback?.();
  };
  if (typeof stream._flush !== "function" || stream.destroyed) done();
  else stream._flush(done);
}

function onPrefinish() {
  if (this._final !== final) finishUp(this);
}

function final(callback) {
  finishUp(this, callback);
}
Transform.prototype._final = final;

Transform.prototype._transform = function () {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED("_transform()");
};

Transform.prototype._write = function (chunk, encoding, callback) {
  const { _readableState: readable, _writableState: writable } = this;
  const before = readable.length;
  this._transform(chunk, encoding, (error, value) => {
    if (error) return void callback(error);
    if (value !== null && value !== undefined) this.push(value);
    if (readable.ended) return void nextTick(callback);
    if (writable.ended || before === readable.length || readable.length < readable.highWaterMark) callback();
    else this[kCallback] = callback;
  });
};

Transform.prototype._read = function () {
  const callback = this[kCallback];
  if (!callback) return;
  this[kCallback] = null;
  callback();
};

Transform.Transform = Transform;

module.exports = Transform;

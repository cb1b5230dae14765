// Between the streams of Node and those of the Web.

const { codes } = require("errors");
const { destroyer } = require("stream/destroy");
const { finished } = require("stream/finished");
const { isReadableStream, isWritableStream } = require("stream/state");
const { nextTick } = require("process_queue");

function readableFromWeb(stream, options = {}) {
  if (!isReadableStream(stream)) throw new codes.ERR_INVALID_ARG_TYPE("readableStream", "ReadableStream", stream);
  const reader = stream.getReader();
  let isClosed = false;
  const Readable = require("stream/readable");
  const readable = new Readable({
    ...options,
    read() {
      reader.read().then(({ value, done }) => readable.push(done ? null : value), (error) => destroyer(readable, error));
    },
    destroy(error, callback) {
      const finish = () => nextTick(callback, error);
      if (isClosed) finish();
      else reader.cancel(error ?? undefined).then(finish, finish);
    },
  });
  reader.closed.then(() => {
    isClosed = true;
  }, (error) => {
    isClosed = true;
    destroyer(readable, error);
  });
  return readable;
}

function readableToWeb(readable, options = {}) {
  if (typeof readable?._readableState !== "object") throw new codes.ERR_INVALID_ARG_TYPE("streamReadable", "stream.Readable", readable);
  const { objectMode } = readable._readableState;
  const strategy = options.strategy ?? (objectMode ? new CountQueuingStrategy({ highWaterMark: readable.readableHighWaterMark }) : { highWaterMark: readable.readableHighWaterMark, size: (chunk) => chunk.byteLength ?? chunk.length });
  let controller;
  let isCanceled = false;
  const onData = (chunk) => {
    const value = !objectMode && chunk instanceof Uint8Array ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength) : chunk;
    controller.enqueue(value);
    if (controller.desiredSize <= 0) readable.pause();
  };
  const stream = new ReadableStream({
    start: (given) => {
      controller = given;
    },
    pull: () => readable.resume(),
    cancel: (reason) => {
      isCanceled = true;
      destroyer(readable, reason);
    },
  }, strategy);
  finished(readable, { writable: false }, (error) => {
    readable.on("error", () => {});
    if (isCanceled) return;
    if (error) controller.error(error);
    else controller.close();
  });
  readable.on("data", onData);
  readable.pause();
  return stream;
}

function writableFromWeb(stream, options = {}) {
  if (!isWritableStream(stream)) throw new codes.ERR_INVALID_ARG_TYPE("writableStream", "WritableStream", stream);
  const writer = stream.getWriter();
  let isClosed = false;
  const Writable = require("stream/writable");
  const done = (callback) => [() => nextTick(callback), (error) => nextTick(callback, error)];
  const writable = new Writable({
    ...options,
    decodeStrings: options.decodeStrings ?? true,
    write: (chunk, _encoding, callback) => void writer.ready.then(() => writer.write(chunk)).then(...done(callback)),
    final: (callback) => void (isClosed ? nextTick(callback) : writer.close().then(...done(callback))),
    destroy: (error, callback) => {
      const finish = () => nextTick(callback, error);
      if (isClosed) finish();
      else if (error) writer.abort(error).then(finish, finish);
      else writer.close().then(finish, finish);
    },
  });
  writer.closed.then(() => {
    isClosed = true;
    if (!writable.writableEnded) destroyer(writable, new codes.ERR_STREAM_PREMATURE_CLOSE());
  }, (error) => {
    isClosed = true;
    destroyer(writable, error);
  });
  return writable;
}

function writableToWeb(writable) {
  if (typeof writable?._writableState !== "object") throw new codes.ERR_INVALID_ARG_TYPE("streamWritable", "stream.Writable", writable);
  let controller;
  let drained = null;
  finished(writable, { readable: false }, (error) => {
    writable.on("error", () => {});
    if (error) {
      drained?.reject(error);
      controller.error(error);
    } else if (!writable.writableEnded) {
      controller.error(new codes.ERR_STREAM_PREMATURE_CLOSE());
    }
  });
  writable.on("drain", () => drained?.resolve());
  return new WritableStream({
    start: (given) => {
      controller = given;
    },
    write: (chunk) => {
      if (!writable.writableNeedDrain && writable.write(chunk)) return undefined;
      drained = Promise.withResolvers();
      return drained.promise.finally(() => {
        drained = null;
      });
    },
    abort: (reason) => destroyer(writable, reason),
    close: () => new Promise((resolve, reject) => {
      finished(writable, { readable: false }, (error) => (error ? reject(error) : resolve()));
      writable.end();
    }),
  }, { highWaterMark: writable.writableHighWaterMark, size: writable.writableObjectMode ? () => 1 : (chunk) => chunk.byteLength ?? chunk.length ?? 1 });
}

function duplexFromWeb(pair, options = {}) {
  return require("stream/from").pairUp(readableFromWeb(pair.readable, options), writableFromWeb(pair.writable, options));
}

function duplexToWeb(duplex) {
  return { readable: readableToWeb(duplex), writable: writableToWeb(duplex) };
}

module.exports = { duplexFromWeb, duplexToWeb, readableFromWeb, readableToWeb, writableFromWeb, writableToWeb };

// Streams made of iterables, promises, functions and pairs.

const { codes } = require("errors");
const { nextTick } = require("process_queue");
const state = require("stream/state");

function iteratorOf(source) {
  if (typeof source?.[Symbol.asyncIterator] === "function") return { iterator: source[Symbol.asyncIterator](), isAsync: true };
  if (typeof source?.[Symbol.iterator] === "function") return { iterator: source[Symbol.iterator](), isAsync: false };
  throw new codes.ERR_INVALID_ARG_TYPE("iterable", ["Iterable"], source);
}

async function closeIterator(iterator, error) {
  const hasError = error !== undefined && error !== null;
  if (hasError && typeof iterator.throw === "function") {
    const { value, done } = await iterator.throw(error);
    await value;
    if (done) return;
  }
  if (typeof iterator.return === "function") await (await iterator.return()).value;
}

function from(Readable, source, options = undefined) {
  if (typeof source === "string" || source instanceof Uint8Array) {
    return new Readable({
      objectMode: true,
      ...options,
      read() {
        this.push(source);
        this.push(null);
      },
    });
  }
  const { iterator, isAsync } = iteratorOf(source);
  const readable = new Readable({ objectMode: true, highWaterMark: 1, ...options });
  let isReading = false;
  const pump = async () => {
    try {
      while (true) {
        const { value, done } = isAsync ? await iterator.next() : iterator.next();
        if (done) {
          readable.push(null);
          return;
        }
        const chunk = typeof value?.then === "function" ? await value : value;
        if (chunk === null) throw new codes.ERR_STREAM_NULL_VALUES();
        if (readable.push(chunk)) continue;
        isReading = false;
        return;
      }
    } catch (error) {
      readable.destroy(error);
    }
  };
  readable._read = () => {
    if (isReading) return;
    isReading = true;
    pump();
  };
  readable._destroy = (error, callback) => {
    closeIterator(iterator, error).then(() => nextTick(callback, error), (failure) => nextTick(callback, failure ?? error));
  };
  return readable;
}

/** A duplex whose halves are two streams. */
function pairUp(readable, writable) {
  const Duplex = require("stream/duplex");
  const { finished } = require("stream/finished");
  const { destroyer } = require("stream/destroy");
  const duplex = new Duplex({
    readableObjectMode: Boolean(readable?.readableObjectMode ?? true),
    writableObjectMode: Boolean(writable?.writableObjectMode ?? true),
    readable: Boolean(readable),
    writable: Boolean(writable),
  });
  let onDrain;
  if (writable) {
    duplex._write = (chunk, encoding, callback) => {
      if (writable.write(chunk, encoding)) callback();
      else onDrain = callback;
    };
    duplex._final = (callback) => {
      writable.end();
      finished(writable, { readable: false }, callback);
    };
    writable.on("drain", () => {
      const callback = onDrain;
      onDrain = undefined;
      callback?.();
    });
    finished(writable, { readable: false }, (error) => {
      if (error) duplex.destroy(error);
    });
  }
  if (readable) {
    const pump = () => {
      for (let chunk = readable.read(); chunk !== null; chunk = readable.read()) if (!duplex.push(chunk)) return;
    };
    readable.on("readable", pump);
    readable.on("end", () => duplex.push(null));
    finished(readable, { writable: false }, (error) => {
      if (error) duplex.destroy(error);
    });
    duplex._read = pump;
  }
  duplex._destroy = (error, callback) => {
    if (writable) destroyer(writable, error ?? undefined);
    if (readable && readable !== writable) destroyer(readable, error ?? undefined);
    callback(error);
  };
  return duplex;
}

/** What is written, as an async iterable for a function. */
function writtenValues(duplexOptions) {
  let deliver = Promise.withResolvers();
  async function* values() {
    while (true) {
      const { chunk, done, callback } = await deliver.promise;
      deliver = Promise.withResolvers();
      nextTick(callback);
      if (done) return;
      yield chunk;
    }
  }
  Object.assign(duplexOptions, {
    write: (chunk, _encoding, callback) => deliver.resolve({ chunk, done: false, callback }),
    final: (callback) => deliver.resolve({ done: true, callback }),
  });
  return values();
}

function ofFunction(body) {
  const Duplex = require("stream/duplex");
  const Readable = require("stream/readable");
  const options = { objectMode: true };
  const result = body(writtenValues(options), {});
  if (state.isIterable(result)) {
    const readable = from(Readable, result);
    const writable = new (require("stream/writable"))(options);
    return pairUp(readable, writable);
  }
  if (typeof result?.then !== "function") throw new codes.ERR_INVALID_RETURN_VALUE("Iterable, AsyncIterable or AsyncFunction", "body", result);
  const duplex = new Duplex({ ...options, readable: false });
  const done = Promise.resolve(result).then((value) => {
    if (value !== undefined && value !== null) throw new codes.ERR_INVALID_RETURN_VALUE("nully", "body", value);
  }, (error) => duplex.destroy(error));
  const { _final: final } = duplex;
  duplex._final = (callback) => final.call(duplex, () => done.then(() => callback(), callback));
  return duplex;
}

function duplexFrom(body) {
  const Readable = require("stream/readable");
  if (state.isDuplexNode(body)) return body;
  if (state.isReadableNode(body)) return pairUp(body, undefined);
  if (state.isWritableNode(body)) return pairUp(undefined, body);
  if (state.isReadableStream(body)) return pairUp(Readable.fromWeb(body), undefined);
  if (state.isWritableStream(body)) return pairUp(undefined, require("stream/writable").fromWeb(body));
  if (typeof body === "function") return ofFunction(body);
  if (body instanceof Blob) return duplexFrom(body.stream());
  if (state.isIterable(body)) return pairUp(from(Readable, body), undefined);
  if (typeof body?.then === "function") return pairUp(from(Readable, (async function* () { yield await body; })()), undefined);
  if (typeof body?.writable === "object" || typeof body?.readable === "object") {
    const half = (value, make) => (value === undefined || value === null ? undefined : state.isNodeStream(value) ? value : make(value));
    return pairUp(half(body.readable, duplexFrom), half(body.writable, duplexFrom));
  }
  throw new codes.ERR_INVALID_ARG_TYPE("stream", ["Blob", "ReadableStream", "WritableStream", "Stream", "Iterable", "AsyncIterable", "Function", "{ readable, writable } pair", "Promise"], body);
}

module.exports = { duplexFrom, from, pairUp };

// stream.pipeline: streams and functions one after another, with one end.

const { AbortError, codes } = require("errors");
const { validateAbortSignal, validateFunction } = require("validators");
const { destroyer } = require("stream/destroy");
const { finished } = require("stream/finished");
const state = require("stream/state");
const { nextTick } = require("process_queue");

/** Writes everything of an iterable into a stream, and ends it. */
async function pump(source, target, { end }) {
  let failure;
  let wake = null;
  const resume = (error) => {
    if (error) failure = error;
    wake?.();
    wake = null;
  };
  const wait = () => new Promise((resolve, reject) => {
    if (failure) return reject(failure);
    wake = () => (failure ? reject(failure) : resolve());
  });
  target.on("drain", resume);
  const stop = finished(target, { readable: false }, resume);
  try {
    if (target.writableNeedDrain) await wait();
    for await (const chunk of source) if (!target.write(chunk)) await wait();
    if (end) {
      target.end();
      await wait();
    }
  } finally {
    stop();
    target.off("drain", resume);
  }
}

/** A web stream as a stream of Node. */
function adapted(stream) {
  if (state.isReadableStream(stream)) return require("stream/readable").fromWeb(stream, { objectMode: true });
  if (state.isWritableStream(stream)) return require("stream/writable").fromWeb(stream, { objectMode: true });
  if (state.isTransformStream(stream)) return require("stream/duplex").fromWeb(stream, { objectMode: true });
  return stream;
}

/** One pipeline that runs. */
class Run {
  constructor(streams, callback, options) {
    this.streams = streams;
    this.callback = callback;
    this.options = options;
    this.error = undefined;
    this.value = undefined;
    this.pending = 0;
    this.destroys = [];
    this.controller = new AbortController();
  }

  /** One of the parts has ended. */
  finish(error, isFinal) {
    if (error && (!this.error || this.error.code === "ERR_STREAM_PREMATURE_CLOSE")) this.error = error;
    if (!this.error && !isFinal) return;
    for (const destroy of this.destroys.splice(0)) destroy(this.error);
    this.options.signal?.removeEventListener("abort", this.onAbort);
    this.controller.abort();
    if (!isFinal || this.isDone) return;
    this.isDone = true;
    nextTick(this.callback, this.error, this.value);
  }

  /** Waits for a part; the last one that ends ends the pipeline. */
  track(add) {
    this.pending++;
    add((error) => this.finish(error, --this.pending === 0));
  }

  watch(stream, { reading, writing }) {
    let isOver = false;
    stream.on("close", () => {
      isOver = true;
    });
    const stop = finished(stream, { readable: reading, writable: writing }, (error) => {
      isOver = !error;
    });
    this.destroys.push((error) => {
      if (isOver) return;
      isOver = true;
      destroyer(stream, error ?? new codes.ERR_STREAM_DESTROYED("pipe"));
    });
    return stop;
  }

  start() {
    const { signal } = this.options;
    validateAbortSignal(signal, "options.signal");
    this.onAbort = () => this.finish(new AbortError(undefined, { cause: signal?.reason }), this.pending === 0);
    signal?.addEventListener("abort", this.onAbort, { once: true });
    let current;
    this.streams.forEach((given, at) => {
      const isLast = at === this.streams.length - 1;
      const isFirst = at === 0;
      const stream = adapted(given);
      const end = !isLast || this.options.end !== false;
      if (state.isNodeStream(stream) && end) this.watch(stream, { reading: !isLast, writing: !isFirst });
      if (isFirst) current = this.first(stream);
      else if (typeof stream === "function") current = this.call(stream, current, isLast);
      else current = this.join(current, stream, { isLast, end });
    });
    if (signal?.aborted) nextTick(this.onAbort);
    return current;
  }

  first(stream) {
    if (typeof stream === "function") {
      const made = stream({ signal: this.controller.signal });
      if (!state.isIterable(made)) throw new codes.ERR_INVALID_RETURN_VALUE("Iterable, AsyncIterable or Stream", "source", made);
      return made;
    }
    if (state.isIterable(stream) || state.isReadableNode(stream)) return stream;
    return require("stream/duplex").from(stream);
  }

  call(stage, source, isLast) {
    const input = state.isNodeStream(source) ? source[Symbol.asyncIterator]() : source;
    const made = stage(input, { signal: this.controller.signal });
    if (!isLast) {
      if (!state.isIterable(made, true)) throw new codes.ERR_INVALID_RETURN_VALUE("AsyncIterable", `transform[${this.streams.indexOf(stage) - 1}]`, made);
      return made;
    }
    const PassThrough = require("stream/passthrough");
    const through = new PassThrough({ objectMode: true });
    if (typeof made?.then === "function") {
      this.track((done) => made.then((value) => {
        this.value = value;
        if (value !== null && value !== undefined) through.write(value);
        through.end();
        nextTick(done);
      }, (error) => {
        through.destroy(error);
        nextTick(done, error);
      }));
    } else if (state.isIterable(made, true)) {
      this.track((done) => pump(made, through, { end: true }).then(() => done(), done));
    } else {
      throw new codes.ERR_INVALID_RETURN_VALUE("AsyncIterable or Promise", "destination", made);
    }
    this.watch(through, { reading: false, writing: true });
    return through;
  }

  join(source, target, { isLast, end }) {
    if (!state.isNodeStream(target)) throw new codes.ERR_INVALID_ARG_TYPE("val", ["Readable", "Iterable", "AsyncIterable", "ReadableStream"], target);
    if (!state.isReadableNode(source) || !state.isNodeStream(source)) {
      this.track((done) => pump(source, target, { end }).then(() => done(), done));
      return target;
    }
    source.pipe(target, { end: false });
    if (end) {
      const finishTarget = () => target.end();
      if (source.readableEnded) nextTick(finishTarget);
      else source.once("end", finishTarget);
    } else {
      this.track((done) => finished(source, { writable: false }, done));
      return target;
    }
    this.track((done) => finished(source, { readable: true, writable: false }, done));
    if (isLast) this.track((done) => finished(target, { readable: false, writable: true }, done));
    return target;
  }
}

function run(given, callback, options = {}) {
  const streams = given.length === 1 && Array.isArray(given[0]) ? given[0] : given;
  if (streams.length < 2) throw new codes.ERR_MISSING_ARGS("streams");
  return new Run(streams, callback, options).start();
}

function pipeline(...streams) {
  const callback = streams.pop();
  validateFunction(callback, "streams[stream.length - 1]");
  return run(streams, callback);
}

const isOptions = (value) => value && typeof value === "object" && !state.isNodeStream(value) && !state.isIterable(value) && !state.isReadableStream(value) &&
  !state.isWritableStream(value) && !state.isTransformStream(value);

function pipelineLater(...streams) {
  const options = isOptions(streams.at(-1)) ? streams.pop() : {};
  return new Promise((resolve, reject) => {
    run(streams, (error, value) => (error ? reject(error) : resolve(value)), options);
  });
}

/** Several streams as one. */
function compose(...given) {
  if (given.length === 0) throw new codes.ERR_MISSING_ARGS("streams");
  const Duplex = require("stream/duplex");
  if (given.length === 1) return Duplex.from(given[0]);
  const streams = given.map((one, at) => (typeof one === "function" || (at === 0 && !state.isNodeStream(one)) ? Duplex.from(one) : adapted(one)));
  const [first, last] = [streams[0], streams.at(-1)];
  const whole = require("stream/from").pairUp(state.isReadableNode(last) ? last : undefined, state.isWritableNode(first) ? first : undefined);
  run(streams, (error) => {
    if (error) whole.destroy(error);
  });
  return whole;
}

Object.defineProperty(pipeline, Symbol.for("nodejs.util.promisify.custom"), { get: () => pipelineLater, enumerable: true });

module.exports = { compose, pipeline, pipelineLater };

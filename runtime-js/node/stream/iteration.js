// Reading a stream with `for await`.

const { destroyer } = require("stream/destroy");
const { finished } = require("stream/finished");

async function* iterate(stream, options) {
  let wake = () => {};
  const next = (resolve) => {
    if (resolve === undefined) wake();
    else wake = resolve;
  };
  const onReadable = () => next();
  stream.on("readable", onReadable);
  let failure;
  const stop = finished(stream, { writable: false }, (error) => {
    failure = error ?? null;
    wake();
    wake = () => {};
  });
  try {
    while (true) {
      const chunk = stream.destroyed ? null : stream.read();
      if (chunk !== null) yield chunk;
      else if (failure) throw failure;
      else if (failure === null) return;
      else await new Promise(next);
    }
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    if ((failure || options?.destroyOnReturn !== false) && (failure === undefined || stream._readableState.autoDestroy)) {
      destroyer(stream, failure || null);
    } else {
      stream.off("readable", onReadable);
      stop();
    }
  }
}

function iteratorOf(stream, options) {
  const iterator = iterate(stream, options);
  iterator.stream = stream;
  return iterator;
}

module.exports = { iterate: iteratorOf };

// What all streams are, since the first ones.

const EventEmitter = require("events");

function Stream(options) {
  EventEmitter.call(this, options);
}
Object.setPrototypeOf(Stream.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Stream, EventEmitter);

/** Piping of streams that only emit events. */
Stream.prototype.pipe = function (target, options) {
  const source = this;
  const onData = (chunk) => {
    if (target.writable && target.write(chunk) === false) source.pause?.();
  };
  const onDrain = () => {
    if (source.readable) source.resume?.();
  };
  let isEnded = false;
  const onEnd = () => {
    if (!isEnded) target.end();
    isEnded = true;
  };
  const onClose = () => {
    if (!isEnded) target.destroy?.();
    isEnded = true;
  };
  const onError = function (error) {
    cleanUp();
    if (this.listenerCount("error") === 0) this.emit("error", error);
  };
  const pairs = [[source, "data", onData], [target, "drain", onDrain], [source, "error", onError], [target, "error", onError]];
  if (!target._isStdio && options?.end !== false) pairs.push([source, "end", onEnd], [source, "close", onClose]);
  function cleanUp() {
    for (const [emitter, name, listener] of pairs) emitter.removeListener(name, listener);
    for (const [emitter, name] of [[source, "end"], [source, "close"], [target, "close"]]) emitter.removeListener(name, cleanUp);
  }
  for (const [emitter, name, listener] of pairs) emitter.on(name, listener);
  for (const [emitter, name] of [[source, "end"], [source, "close"], [target, "close"]]) emitter.on(name, cleanUp);
  target.emit("pipe", source);
  return target;
};

Stream.prototype.eventNames = function () {
  return EventEmitter.prototype.eventNames.call(this).filter((name) => this.listenerCount(name) > 0);
};

module.exports = Stream;

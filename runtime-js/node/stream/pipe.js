// readable.pipe and unpipe.

const { errorOrDestroy } = require("stream/destroy");
const { nextTick } = require("process_queue");

function resumeAfterDrain(source, target) {
  const state = source._readableState;
  state.awaitDrainWriters.delete(target);
  if (state.awaitDrainWriters.size === 0 && source.listenerCount("data") > 0) source.resume();
}

function pipe(target, options) {
  const source = this;
  const state = source._readableState;
  state.pipes.push(target);
  const stdio = require("stream/stdio").isStandard(target);
  const doEnd = options?.end !== false && !stdio;
  const onEnd = () => target.end();
  const finishUp = () => source.unpipe(target);
  const endListener = doEnd ? onEnd : finishUp;
  if (state.endEmitted) nextTick(endListener);
  else source.once("end", endListener);
  let onDrain;
  let isCleanedUp = false;
  const pause = () => {
    if (!isCleanedUp) {
      state.awaitDrainWriters.add(target);
      source.pause();
    }
    if (!onDrain) {
      onDrain = () => resumeAfterDrain(source, target);
      target.on("drain", onDrain);
    }
  };
  const onData = (chunk) => {
    if (target.write(chunk) === false) pause();
  };
  const onError = (error) => {
    finishUp();
    target.removeListener("error", onError);
    if (target.listenerCount("error") > 0) return;
    const other = target._writableState ?? target._readableState;
    if (other && !other.errorEmitted) errorOrDestroy(target, error);
    else target.emit("error", error);
  };
  const onClose = () => {
    target.removeListener("finish", onFinish);
    finishUp();
  };
  const onFinish = () => {
    target.removeListener("close", onClose);
    finishUp();
  };
  const cleanUp = () => {
    for (const [name, listener] of [["close", onClose], ["finish", onFinish], ["error", onError], ["unpipe", onUnpipe]]) target.removeListener(name, listener);
    if (onDrain) target.removeListener("drain", onDrain);
    source.removeListener("end", endListener);
    source.removeListener("data", onData);
    isCleanedUp = true;
    if (onDrain && state.awaitDrainWriters.has(target) && (!target._writableState || target._writableState.needDrain)) onDrain();
  };
  const onUnpipe = (from, info) => {
    if (from === source && info?.hasUnpiped === false) {
      info.hasUnpiped = true;
      cleanUp();
    }
  };
  target.on("unpipe", onUnpipe);
  source.on("data", onData);
  target.prependListener("error", onError);
  target.once("close", onClose);
  target.once("finish", onFinish);
  target.emit("pipe", source);
  if (target.writableNeedDrain === true) pause();
  else if (!state.flowing) source.resume();
  return target;
}

function unpipe(target) {
  const state = this._readableState;
  if (state.pipes.length === 0) return this;
  if (target === undefined) {
    const targets = state.pipes.splice(0);
    this.pause();
    for (const one of targets) one.emit("unpipe", this, { hasUnpiped: false });
    return this;
  }
  const at = state.pipes.indexOf(target);
  if (at === -1) return this;
  state.pipes.splice(at, 1);
  if (state.pipes.length === 0) this.pause();
  target.emit("unpipe", this, { hasUnpiped: false });
  return this;
}

module.exports = { pipe, unpipe };

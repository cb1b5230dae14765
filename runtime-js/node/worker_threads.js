// node:worker_threads: there is one thread, and this is it.

const { codes, notImplemented } = require("errors");

const refusing = (name) => class {
  constructor() {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED(name);
  }
};

module.exports = {
  BroadcastChannel: refusing("BroadcastChannel"),
  MessageChannel: globalThis.MessageChannel,
  MessagePort: globalThis.MessagePort,
  SHARE_ENV: Symbol.for("nodejs.worker_threads.SHARE_ENV"),
  Worker: refusing("Worker"),
  getEnvironmentData: () => undefined,
  isInternalThread: false,
  isMainThread: true,
  isMarkedAsUntransferable: () => false,
  markAsUncloneable: () => {},
  markAsUntransferable: () => {},
  moveMessagePortToContext: notImplemented("moveMessagePortToContext"),
  parentPort: null,
  postMessageToThread: notImplemented("postMessageToThread"),
  receiveMessageOnPort: () => undefined,
  resourceLimits: {},
  setEnvironmentData: () => {},
  threadId: 0,
  workerData: null,
};

// node:inspector: a Worker does not inspect itself.

const { codes } = require("errors");

class Session {
  constructor() {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED("Session");
  }
}

const events = [
  "requestWillBeSent", "dataReceived", "dataSent", "responseReceived", "loadingFinished", "loadingFailed", "webSocketCreated",
  "webSocketHandshakeResponseReceived", "webSocketClosed",
];

module.exports = {
  Network: Object.fromEntries(events.map((name) => [name, () => {}])),
  Session,
  close: () => {},
  console: platform.console,
  open: () => ({ [Symbol.dispose]() {} }),
  url: () => undefined,
  waitForDebugger: () => {},
};

// node:dgram: a Worker has no datagrams.

const { codes } = require("errors");
const EventEmitter = require("events");

class Socket extends EventEmitter {
  constructor() {
    super();
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED("dgram.Socket");
  }
}

module.exports = { Socket, createSocket: (...values) => new Socket(...values) };

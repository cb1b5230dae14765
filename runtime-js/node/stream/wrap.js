// node:_stream_wrap: in production, too, a class that does nothing but refuse.

const { codes } = require("errors");

class JSStreamSocket {
  constructor() {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED("JSStreamSocket");
  }
}

module.exports = JSStreamSocket;

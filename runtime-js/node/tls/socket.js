// node:_tls_wrap.

const { Socket, connect } = require("net");

class TLSSocket extends Socket {
  encrypted = true;
  authorized = false;
}

module.exports = { TLSSocket, connect };

// node:http2: numbers, and what cannot be done.

const { codes, notImplemented } = require("errors");

const refusing = (name) => ({ [name]: class {
  constructor() {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED(`http2.${name}`);
  }
} })[name];
const refused = ["connect", "createSecureServer", "createServer", "performServerHandshake"];

module.exports = {
  ...Object.fromEntries(refused.map((name) => [name, notImplemented(`http2.${name}`)])),
  Http2ServerRequest: refusing("Http2ServerRequest"),
  Http2ServerResponse: refusing("Http2ServerResponse"),
  constants: require("constants/http2"),
  getDefaultSettings: () => ({ __proto__: null }),
  getPackedSettings: () => require("buffer").Buffer.alloc(0),
  getUnpackedSettings: () => ({ __proto__: null }),
  sensitiveHeaders: Symbol("nodejs.http2.sensitiveHeaders"),
};

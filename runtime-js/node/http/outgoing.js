// node:http OutgoingMessage: headers and a body that are written.

const Writable = require("stream/writable");
const { error } = require("errors");
const { validateHeaderName, validateHeaderValue } = require("http/names");

class OutgoingMessage extends Writable {
  /** Lower-case name -> [name as given, value]. */
  #headers = new Map();

  constructor(options = undefined) {
    super({ ...options, decodeStrings: true, autoDestroy: false });
    Object.assign(this, { headersSent: false, sendDate: false, chunkedEncoding: false, shouldKeepAlive: true, useChunkedEncodingByDefault: true, strictContentLength: false, req: null });
    this.socket = this.connection = null;
    this._chunks = [];
  }

  #check(what) {
    if (this.headersSent) throw error("ERR_HTTP_HEADERS_SENT", `Cannot ${what} headers after they are sent to the client`);
  }

  setHeader(name, value) {
    this.#check("set");
    validateHeaderName(name);
    for (const one of Array.isArray(value) ? value : [value]) validateHeaderValue(name, one);
    this.#headers.set(name.toLowerCase(), [name, value]);
    return this;
  }

  setHeaders(headers) {
    for (const [name, value] of headers) this.setHeader(name, value);
    return this;
  }

  appendHeader(name, value) {
    const before = this.getHeader(name);
    const all = [...(before === undefined ? [] : Array.isArray(before) ? before : [before]), ...(Array.isArray(value) ? value : [value])];
    return this.setHeader(name, all.length === 1 ? all[0] : all);
  }

  getHeader(name) {
    return this.#headers.get(name.toLowerCase())?.[1];
  }

  getHeaderNames() {
    return [...this.#headers.keys()];
  }

  getRawHeaderNames() {
    return Array.from(this.#headers.values(), ([name]) => name);
  }

  getHeaders() {
    const headers = { __proto__: null };
    for (const [key, [, value]] of this.#headers) headers[key] = value;
    return headers;
  }

  hasHeader(name) {
    return this.#headers.has(name.toLowerCase());
  }

  removeHeader(name) {
    this.#check("remove");
    this.#headers.delete(name.toLowerCase());
  }

  /** As the platform takes them. */
  _toHeaders() {
    const headers = new Headers();
    for (const [, [name, value]] of this.#headers) for (const one of Array.isArray(value) ? value : [value]) headers.append(name, `${one}`);
    return headers;
  }

  _write(chunk, _encoding, callback) {
    this._chunks.push(chunk);
    callback();
  }

  flushHeaders() {}

  addTrailers() {}

  setTimeout(_millis, callback = undefined) {
    if (callback) this.once("timeout", callback);
    return this;
  }

  setNoDelay() {}

  setSocketKeepAlive() {}

  get finished() {
    return this.writableEnded;
  }
}

module.exports = { OutgoingMessage, kHighWaterMark: Symbol("kHighWaterMark"), kUniqueHeaders: Symbol("kUniqueHeaders"), parseUniqueHeadersOption: () => null, validateHeaderName, validateHeaderValue };

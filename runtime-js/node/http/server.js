// node:http Server: in a Worker it waits to be given requests, which `cloudflare:node` would do.

const EventEmitter = require("events");
const { error, notImplemented } = require("errors");
const { STATUS_CODES } = require("constants/http");
const { OutgoingMessage } = require("http/outgoing");

class ServerResponse extends OutgoingMessage {
  statusCode = 200;
  statusMessage = undefined;

  constructor(request, options = undefined) {
    super(options);
    this.req = request;
    this.sendDate = request.httpVersionMajor >= 1;
  }

  writeHead(status, reason, headers) {
    if (this.headersSent) throw error("ERR_HTTP_HEADERS_SENT", "Cannot write headers after they are sent to the client");
    if (status < 100 || status > 999) throw error("ERR_HTTP_INVALID_STATUS_CODE", `Invalid status code: ${status}`, RangeError);
    this.statusCode = status;
    if (typeof reason === "string") this.statusMessage = reason;
    const given = typeof reason === "string" ? headers : reason;
    if (Array.isArray(given)) for (let at = 0; at < given.length; at += 2) this.appendHeader(given[at], given[at + 1]);
    else if (given) for (const name of Object.keys(given)) this.setHeader(name, given[name]);
    return this;
  }

  writeContinue() {}

  writeProcessing() {}

  writeEarlyHints() {}
}

class Server extends EventEmitter {
  constructor(options = {}, listener = undefined) {
    super();
    const onRequest = typeof options === "function" ? options : listener;
    if (onRequest) this.on("request", onRequest);
    Object.assign(this, { listening: false, maxHeadersCount: null, timeout: 0, headersTimeout: 60000, requestTimeout: 300000, keepAliveTimeout: 5000, port: null });
  }

  listen() {
    // DIFFERS: `server.listen` throws, since edgeemu has no `cloudflare:node` to hand requests to a server of `node:http`.
    throw new Error("edgeemu does not run servers of node:http yet: answer requests in the Worker's fetch handler");
  }

  address() {
    return null;
  }

  close(callback = undefined) {
    if (callback) queueMicrotask(callback);
    return this;
  }

  closeAllConnections() {}

  closeIdleConnections() {}

  setTimeout() {
    return this;
  }
}

module.exports = {
  STATUS_CODES,
  Server,
  ServerResponse,
  _connectionListener: notImplemented("_connectionListener"),
  httpServerPreClose: () => {},
  kConnectionsCheckingInterval: Symbol("http.server.connectionsCheckingInterval"),
  kServerResponse: Symbol("ServerResponse"),
  setupConnectionsTracking: () => {},
  storeHTTPOptions: () => {},
};

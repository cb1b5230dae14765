// node:http.

const { validateInteger } = require("validators");
const { METHODS, STATUS_CODES } = require("constants/http");
const { Agent, globalAgent } = require("http/agent");
const { ClientRequest } = require("http/client");
const { IncomingMessage } = require("http/incoming");
const { OutgoingMessage } = require("http/outgoing");
const { validateHeaderName, validateHeaderValue } = require("http/names");
const { Server, ServerResponse, _connectionListener } = require("http/server");

const request = (...values) => new ClientRequest(...values);

function get(...values) {
  const made = request(...values);
  made.end();
  return made;
}

module.exports = {
  Agent,
  ClientRequest,
  CloseEvent: globalThis.CloseEvent,
  IncomingMessage,
  METHODS: [...METHODS],
  MessageEvent: globalThis.MessageEvent,
  OutgoingMessage,
  STATUS_CODES,
  Server,
  ServerResponse,
  WebSocket: globalThis.WebSocket,
  _connectionListener,
  createServer: (options, listener) => new Server(options, listener),
  get,
  globalAgent,
  maxHeaderSize: 16384,
  request,
  setMaxIdleHTTPParsers: (max) => validateInteger(max, "max", 1),
  validateHeaderName,
  validateHeaderValue,
};

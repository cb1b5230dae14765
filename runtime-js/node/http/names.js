// node:_http_common: what names and values of headers may be.

const { error } = require("errors");
const { METHODS } = require("constants/http");

const TOKEN = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

const _checkIsHttpToken = (text) => TOKEN.test(text);
const _checkInvalidHeaderChar = (text) => BAD_VALUE.test(text);

function validateHeaderName(name, label = "Header name") {
  if (typeof name !== "string" || !name || !TOKEN.test(name)) throw error("ERR_INVALID_HTTP_TOKEN", `${label} must be a valid HTTP token ["${name}"]`, TypeError);
}

function validateHeaderValue(name, value) {
  if (value === undefined) throw error("ERR_HTTP_INVALID_HEADER_VALUE", `Invalid value "${value}" for header "${name}"`, TypeError);
  if (BAD_VALUE.test(value)) throw error("ERR_INVALID_CHAR", `Invalid character in header content ["${name}"]`, TypeError);
}

module.exports = {
  CRLF: "\r\n",
  _checkInvalidHeaderChar,
  _checkIsHttpToken,
  chunkExpression: /(?:^|\W)chunked(?:$|\W)/i,
  continueExpression: /(?:^|\W)100-continue(?:$|\W)/i,
  kIncomingMessage: Symbol("IncomingMessage"),
  methods: METHODS,
  parsers: {},
  validateHeaderName,
  validateHeaderValue,
};

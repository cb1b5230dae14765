// `Response`, and how one leaves for the client.

import { core, primordials } from "ext:core/mod.js";
import {
  argumentError,
  constructorError,
  fieldError,
  illegalInvocation,
  usedBodyError,
} from "ext:edgeemu_js/web/errors.js";
import { isObject, toInt32, toManualEncoding, toOptions, toUsvString } from "ext:edgeemu_js/web/convert.js";
import { cfFromInit, cloneCf } from "ext:edgeemu_js/web/cf.js";
import {
  Headers,
  cloneHeaders,
  copyHeaders,
  hasHeader,
  headerListToWire,
  headersFromInit,
  headersFromWire,
  readHeader,
  writeHeader,
} from "ext:edgeemu_js/web/headers.js";
import {
  BYTES,
  Body,
  NATIVE,
  NONE,
  PARTS,
  STREAM,
  TEXT,
  extractBody,
  forkBody,
  isUsed,
  kInternal,
  setBody,
  sourceBytes,
  takeBody,
} from "ext:edgeemu_js/web/body.js";
import { isNullBodyStatus, isRedirectStatus } from "ext:edgeemu_js/web/status.js";
import { handOverSocket, isWebSocket } from "ext:edgeemu_js/web/socket_link.js";
import { pumpToSink, streamLength } from "ext:edgeemu_js/web/streams.js";

const {
  JSONStringify,
  RangeError,
  RegExpPrototypeTest,
  SafeRegExp,
  TypeError,
} = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { URL } = core.loadExtScript("ext:deno_web/00_url.js");
const { CompressionStream } = core.loadExtScript("ext:deno_web/14_compression.js");

const { ops } = core;

const DICTIONARY = "InitializerDict";
const CONTROL = new SafeRegExp(/[\0-\x1f]/);
const TEXT_TYPE = "text/plain;charset=UTF-8";

// A script that announces one of these leaves the compressing to the platform, unless it says `encodeBody: "manual"`.
const COMPRESSIONS = { __proto__: null, gzip: "gzip", br: "brotli" };

function nullBodyError() {
  return new TypeError("Response with null body status (101, 204, 205, or 304) cannot have a body.");
}

/** A zero-length buffer is tolerated where no body may be, as in production; a stream is not. */
function isEmptyBuffer(source) {
  switch (source.kind) {
    case TEXT:
    case BYTES:
      return source.data.length === 0;
    case PARTS: {
      let size = 0;
      for (let i = 0; i < source.data.length; i++) size += source.data[i].size ?? source.data[i].length;
      return size === 0;
    }
    default:
      return false;
  }
}

const TRAITS = {
  __proto__: null,
  contentType: (response) => readHeader(headersOf(response), "content-type"),
  send: (id, response) => send(id, response),
};

// Filled by the static block of the class, the only code that can reach its private fields.
let isResponse, headersOf, reasonOf, wireOf, fromHost, stateOf, fromStatus, promisedEncoding;

class Response extends Body {
  #status = 200;
  /** null stands for the usual text of the status */
  #statusText = null;
  /** @type {Headers | null} null while nobody looked at them and they hold at most `#type` */
  #headers = null;
  /** @type {string | null} the Content-Type that the body brought along */
  #type = null;
  #cf = undefined;
  #url = "";
  #redirected = false;
  #webSocket = null;
  #manualEncoding = false;

  constructor(body = null, init = undefined) {
    super(kInternal, TRAITS);
    if (body === kInternal) return;
    if (init !== undefined && init !== null) this.#apply(init);
    if (body === null) return;
    if (typeof body === "string" && this.#headers === null && !isNullBodyStatus(this.#status)) {
      // The commonest response of all: no Headers, no stream, nothing but the text.
      setBody(this, { kind: TEXT, data: toUsvString(body), stream: null });
      this.#type = TEXT_TYPE;
      return;
    }
    this.#applyBody(extractBody(body));
  }

  get status() {
    if (this == null || !(#status in this)) throw illegalInvocation();
    return this.#status;
  }

  get statusText() {
    if (this == null || !(#status in this)) throw illegalInvocation();
    return this.#statusText ?? "";
  }

  get headers() {
    if (this == null || !(#status in this)) throw illegalInvocation();
    return headersOf(this);
  }

  get ok() {
    if (this == null || !(#status in this)) throw illegalInvocation();
    return this.#status >= 200 && this.#status < 300;
  }

  get redirected() {
    if (this == null || !(#status in this)) throw illegalInvocation();
    return this.#redirected;
  }

  get url() {
    if (this == null || !(#status in this)) throw illegalInvocation();
    return this.#url;
  }

  get webSocket() {
    if (this == null || !(#status in this)) throw illegalInvocation();
    return this.#webSocket;
  }

  get cf() {
    if (this == null || !(#status in this)) throw illegalInvocation();
    return this.#cf;
  }

  get type() {
    if (this == null || !(#status in this)) throw illegalInvocation();
    return this.#status === 0 ? "error" : "default";
  }

  clone() {
    if (this == null || !(#status in this)) throw illegalInvocation();
    if (this.#webSocket !== null) throw new TypeError("Cannot clone a response to a WebSocket handshake.");
    const source = forkBody(this);
    const result = new Response(kInternal);
    result.#status = this.#status;
    result.#statusText = this.#statusText;
    result.#headers = this.#headers === null ? null : cloneHeaders(this.#headers);
    result.#type = this.#type;
    result.#cf = cloneCf(this.#cf);
    result.#url = this.#url;
    result.#redirected = this.#redirected;
    setBody(result, source);
    return result;
  }

  static error() {
    return fromStatus(0, null);
  }

  static redirect(url, status = 302) {
    if (arguments.length < 1) throw argumentError("redirect", "Response", 1, "string");
    const text = toUsvString(url);
    const code = toInt32(status);
    if (!isRedirectStatus(code)) {
      throw new RangeError(`${code} is not a redirect status code. It must be one of: 301, 302, 303, 307, or 308.`);
    }
    const parsed = URL.parse(text);
    if (parsed === null) throw new TypeError(`Unable to parse URL: ${text}`);
    return fromStatus(code, headersFromWire(`location\n${parsed.href}`, "immutable"));
  }

  static json(data, init = undefined) {
    if (arguments.length < 1) throw argumentError("json", "Response", 1, "Value");
    if (init !== undefined && init !== null && !isObject(init)) {
      throw argumentError("json", "Response", 2, `${DICTIONARY} or Response`);
    }
    const response = new Response(null, init);
    // What JSON has no text for becomes "undefined", as in production.
    const text = `${JSONStringify(data)}`;
    if (response.#headers === null) response.#type = "application/json";
    else if (!hasHeader(response.#headers, "content-type")) {
      writeHeader(response.#headers, "content-type", "application/json");
    }
    response.#applyBody({ kind: TEXT, data: toUsvString(text), stream: null, type: null });
    return response;
  }

  #apply(init) {
    if (isObject(init) && #status in init) this.#copy(init);
    else this.#applyOptions(toOptions(init, () => constructorError("Response", 2, `${DICTIONARY} or Response`)));
    this.#check();
  }

  #copy(other) {
    this.#status = other.#status;
    this.#manualEncoding = other.#manualEncoding;
    this.#statusText = other.#statusText;
    this.#headers = copyHeaders(headersOf(other));
    this.#cf = cloneCf(other.#cf);
    this.#webSocket = other.#webSocket;
  }

  #applyOptions({ status, statusText, headers, cf, webSocket, encodeBody }) {
    if (status !== undefined) this.#status = toInt32(status);
    if (statusText !== undefined) this.#statusText = toUsvString(statusText);
    this.#manualEncoding = toManualEncoding(encodeBody, "encodeBody");
    if (headers !== undefined) {
      this.#headers = headersFromInit(
        headers,
        () => fieldError("headers", DICTIONARY, "Headers or Sequence or object"),
      );
    }
    this.#cf = cfFromInit(cf, undefined, DICTIONARY);
    if (webSocket !== undefined && webSocket !== null) {
      if (!isWebSocket(webSocket)) throw fieldError("webSocket", DICTIONARY, "WebSocket");
      this.#webSocket = webSocket;
    }
  }

  #check() {
    if (this.#webSocket !== null) {
      if (this.#status !== 101) throw new RangeError("Responses with a WebSocket must have status code 101.");
    } else if (this.#status < 200 || this.#status > 599) {
      throw new RangeError(
        "Responses may only be constructed with status codes in the range 200 to 599, inclusive.",
      );
    }
    // Control characters in the status line would let a script forge headers.
    if (this.#statusText !== null && RegExpPrototypeTest(CONTROL, this.#statusText)) {
      throw new TypeError("Invalid statusText");
    }
  }

  #applyBody(source) {
    if (isNullBodyStatus(this.#status)) {
      if (!isEmptyBuffer(source)) throw nullBodyError();
      source = { kind: NONE, data: null, stream: null, type: source.type };
    }
    if (source.type !== null) {
      if (this.#headers === null) this.#type = source.type;
      else if (!hasHeader(this.#headers, "content-type")) writeHeader(this.#headers, "content-type", source.type);
    }
    setBody(this, source);
  }

  static {
    isResponse = (value) => isObject(value) && #status in value;
    headersOf = (response) => {
      if (response.#headers === null) {
        response.#headers = new Headers();
        if (response.#type !== null) writeHeader(response.#headers, "content-type", response.#type);
      }
      return response.#headers;
    };
    reasonOf = (response) => response.#statusText ?? "";
    wireOf = (response) => {
      if (response.#headers !== null) return headerListToWire(response.#headers);
      return response.#type === null ? "" : `content-type\n${response.#type}`;
    };
    fromStatus = (status, headers) => {
      const response = new Response(kInternal);
      response.#status = status;
      response.#headers = headers;
      return response;
    };
    fromHost = ({ status, statusText, headers, url, redirected, manualEncoding, webSocket = null }, source) => {
      const response = fromStatus(status, headersFromWire(headers, "immutable"));
      response.#statusText = statusText;
      response.#url = url;
      response.#redirected = redirected;
      response.#webSocket = webSocket;
      response.#manualEncoding = manualEncoding === true;
      if (source !== null) setBody(response, source);
      return response;
    };
    promisedEncoding = (response) => {
      if (response.#manualEncoding || response.#headers === null) return undefined;
      const encoding = readHeader(response.#headers, "content-encoding");
      return encoding === null ? undefined : COMPRESSIONS[encoding];
    };
    stateOf = (response) => ({ webSocket: response.#webSocket, manualEncoding: response.#manualEncoding });
  }
}

function send(id, response) {
  if (isUsed(response)) throw usedBodyError();
  const { status, webSocket } = response;
  const statusText = reasonOf(response);
  const wire = wireOf(response);
  if (webSocket !== null) {
    ops.op_respond_socket(id, statusText, wire, handOverSocket(webSocket));
    return undefined;
  }
  const source = takeBody(response);
  switch (source.kind) {
    case NATIVE:
      // The bytes go out as they came in: whatever encoding they have is the one the headers name.
      ops.op_respond_native(id, status, statusText, wire, source.data.handOver());
      return undefined;
    case NONE:
      ops.op_respond(id, status, statusText, wire, null);
      return undefined;
    default:
  }
  const encoding = promisedEncoding(response);
  if (encoding !== undefined) return sendEncoded(id, response, source, encoding);
  if (source.kind === TEXT || source.kind === BYTES) {
    ops.op_respond(id, status, statusText, wire, source.data);
    return undefined;
  }
  if (source.kind === PARTS) return sendParts(id, response, source);
  const sink = ops.op_respond_stream(id, status, statusText, wire, streamLength(source.stream));
  return pumpToSink(source.stream, sink);
}

async function sendParts(id, response, source) {
  const bytes = await sourceBytes(source);
  ops.op_respond(id, response.status, reasonOf(response), wireOf(response), bytes);
}

async function sendEncoded(id, response, source, encoding) {
  const { status } = response;
  const statusText = reasonOf(response);
  const compressor = new CompressionStream(encoding);
  const plain = source.kind === STREAM ? source.stream : new Response(await sourceBytes(source)).body;
  const sink = ops.op_respond_stream(id, status, statusText, wireOf(response), -1);
  await pumpToSink(plain.pipeThrough(compressor), sink);
}

/**
 * Takes the content of a response out as it goes over the wire: compressed, if that was left to the platform.
 *
 * @param {Response} response
 * @returns {Promise<{ kind: number, data: unknown, stream: ReadableStream | null }>}
 */
export async function encodedSource(response) {
  const source = takeBody(response);
  if (source.kind === NATIVE || source.kind === NONE) return source;
  const encoding = promisedEncoding(response);
  if (encoding === undefined) return source;
  const plain = source.kind === STREAM ? source.stream : new Response(await sourceBytes(source)).body;
  return { kind: STREAM, data: null, stream: plain.pipeThrough(new CompressionStream(encoding)) };
}

webidl.configureInterface(Response);

/**
 * A response that came from the host.
 *
 * @param {{ status: number, statusText: string, headers: string, url: string, redirected: boolean }} head
 * @param {{ kind: number, data: unknown, stream: null } | null} source
 * @returns {Response} with immutable headers
 */
export function responseFromHost(head, source) {
  return fromHost(head, source);
}

/**
 * What sending a response needs beside its public properties.
 *
 * @param {Response} response
 * @returns {{ webSocket: object | null, manualEncoding: boolean }}
 */
export function responseState(response) {
  return stateOf(response);
}

export { Response, isResponse };

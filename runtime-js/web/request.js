// `Request`: one built by a script, or an incoming one whose parts are pulled from the host when they are read.

import { core, primordials } from "ext:core/mod.js";
import { constructorError, fieldError, illegalInvocation, reusedRequestError } from "ext:edgeemu_js/web/errors.js";
import { isObject, toManualEncoding, toOptions, toUsvString } from "ext:edgeemu_js/web/convert.js";
import { cfFromInit, cloneCf, incomingCf } from "ext:edgeemu_js/web/cf.js";
import {
  Headers,
  cloneHeaders,
  copyHeaders,
  hasHeader,
  headersFromInit,
  headersFromWire,
  readHeader,
  writeHeader,
} from "ext:edgeemu_js/web/headers.js";
import {
  Body,
  extractBody,
  forkBody,
  hasBody,
  isUsed,
  kInternal,
  moveBody,
  setBody,
  setIncoming,
  shareBody,
} from "ext:edgeemu_js/web/body.js";

const {
  ObjectPrototypeIsPrototypeOf,
  PromisePrototypeThen,
  RegExpPrototypeTest,
  SafeSet,
  SetPrototypeHas,
  StringPrototypeToLowerCase,
  StringPrototypeToUpperCase,
  TypeError,
} = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { AbortSignalPrototype, newSignal, signalAbort } = core.loadExtScript("ext:deno_web/03_abort_signal.js");
const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");
const { URL, URLPrototype } = core.loadExtScript("ext:deno_web/00_url.js");

const { ops } = core;

const DICTIONARY = "RequestInitializerDict";

// The methods production's HTTP layer knows; others are refused by name.
const METHODS = new SafeSet([
  "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "PURGE", "OPTIONS", "TRACE", "COPY", "LOCK", "MKCOL", "MOVE",
  "PROPFIND", "PROPPATCH", "SEARCH", "UNLOCK", "ACL", "REPORT", "MKACTIVITY", "CHECKOUT", "MERGE", "MSEARCH", "NOTIFY",
  "SUBSCRIBE", "UNSUBSCRIBE", "QUERY", "BAN",
]);

let abortWithClient = false;

/** @param {boolean} enabled whether an incoming request's signal aborts with its client (`enable_request_signal`) */
export function setRequestSignal(enabled) {
  abortWithClient = enabled;
}

function normalizeMethod(value) {
  const text = `${value}`;
  if (text === "GET" || text === "POST") return text;
  const upper = StringPrototypeToUpperCase(text);
  if (!SetPrototypeHas(METHODS, upper)) throw new TypeError(`Invalid HTTP method string: ${text}`);
  return upper;
}

function parseUrl(input) {
  if (isObject(input) && ObjectPrototypeIsPrototypeOf(URLPrototype, input)) return input.href;
  const text = toUsvString(input);
  const url = URL.parse(text);
  if (url === null) throw new TypeError(`Invalid URL: ${text}`);
  return url.href;
}

// Nearly every request target is already what a URL parser would make of it; this finds those that need no parser.
const NORMAL_URL =
  /^https?:\/\/[a-z0-9.-]+(?::(?!(?:80|443)\/)\d+)?\/(?:[\w\-~/?&=+,;:@!$*()]|%(?!2[eE])|(?<!\/)\.)*$/;

/** The URL of an incoming request: what the client sent, in the form every parsed URL has. */
function normalizedUrl(text) {
  return RegExpPrototypeTest(NORMAL_URL, text) ? text : URL.parse(text)?.href ?? text;
}

function parseRedirect(value) {
  const text = StringPrototypeToLowerCase(`${value}`);
  if (text === "follow" || text === "manual") return text;
  throw new TypeError(
    'Invalid redirect value, must be one of "follow" or "manual" ("error" won\'t be implemented since it does not ' +
      'make sense at the edge; use "manual" and check the response status code).',
  );
}

function parseCache(value) {
  const text = `${value}`;
  if (text === "no-store" || text === "no-cache") return text;
  throw new TypeError(`Unsupported cache mode: ${text}`);
}

function parseSignal(value) {
  if (value === null) return null;
  if (isObject(value) && ObjectPrototypeIsPrototypeOf(AbortSignalPrototype, value)) return value;
  throw fieldError("signal", DICTIONARY, "AbortSignal");
}

function requireEmptyIntegrity(value) {
  if (`${value}` === "") return;
  throw new TypeError(
    "Subrequest integrity checking is not implemented. The integrity option must be either undefined or an empty " +
      "string.",
  );
}

function isBodyless(method) {
  return method === "GET" || method === "HEAD";
}

function bodyNotAllowed() {
  return new TypeError("Request with a GET or HEAD method cannot have a body.");
}

const TRAITS = {
  __proto__: null,
  contentType: (request) => readHeader(headersOf(request), "content-type"),
};

// Filled by the static block of the class, the only code that can reach its private fields.
let isRequest, fromHost, headersOf, stateOf;

class Request extends Body {
  /** Id of the incoming request, -1 for one built by a script. What is undefined below is still with the host. */
  #id = -1;
  #method = "GET";
  #url = "";
  #headers = undefined;
  #cf = undefined;
  #cfKnown = true;
  #redirect = "follow";
  #cache = undefined;
  #fetcher = null;
  /** @type {AbortSignal | null} the signal that can really abort this request */
  #signal = null;
  /** @type {AbortSignal | null} what scripts see when there is no such signal */
  #quietSignal = null;
  #manualEncoding = false;

  constructor(input, init = undefined) {
    super(kInternal, TRAITS);
    if (input === kInternal) return;
    if (arguments.length < 1) throw constructorError("Request", 1, "Request or string");
    if (isObject(input) && #id in input) this.#copy(input, init);
    else this.#url = parseUrl(input);
    if (init !== undefined && init !== null) this.#apply(init);
    this.#headers ??= new Headers();
  }

  get method() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#method ??= ops.op_request_method(this.#id);
  }

  get url() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#url ??= normalizedUrl(ops.op_request_url(this.#id));
  }

  get headers() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return headersOf(this);
  }

  get redirect() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#redirect;
  }

  get fetcher() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#fetcher;
  }

  get signal() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    if (this.#signal !== null) return this.#signal;
    if (this.#quietSignal === null) {
      this.#quietSignal = newSignal();
      if (abortWithClient && this.#id !== -1) abortWhenGone(this.#id, this.#quietSignal);
    }
    return this.#quietSignal;
  }

  get cf() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#readCf();
  }

  get integrity() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return "";
  }

  get keepalive() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return false;
  }

  get cache() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#cache;
  }

  clone() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    const source = forkBody(this);
    const result = new Request(kInternal);
    result.#inherit(this);
    result.#headers = cloneHeaders(headersOf(this));
    result.#manualEncoding = this.#manualEncoding;
    setBody(result, source);
    return result;
  }

  #readCf() {
    if (!this.#cfKnown) {
      this.#cf = incomingCf(this.#id);
      this.#cfKnown = true;
    }
    return this.#cf;
  }

  /** Everything but headers, body and encoding, which are inherited differently by each caller. */
  #inherit(other) {
    this.#method = other.#method ??= ops.op_request_method(other.#id);
    this.#url = other.#url ??= normalizedUrl(ops.op_request_url(other.#id));
    this.#cf = cloneCf(other.#readCf());
    this.#redirect = other.#redirect;
    this.#cache = other.#cache;
    this.#fetcher = other.#fetcher;
    this.#signal = other.#signal;
  }

  /** `input` is a Request: its body moves here, unless `init` brings another one. */
  #copy(input, init) {
    this.#inherit(input);
    this.#headers = copyHeaders(headersOf(input));
    const replaced = isObject(init) && (#id in init || init.body !== undefined);
    if (replaced) return;
    if (isUsed(input)) throw reusedRequestError();
    setBody(this, moveBody(input));
  }

  #apply(init) {
    if (isObject(init) && #id in init) {
      const url = this.#url;
      this.#inherit(init);
      this.#url = url;
      this.#headers = copyHeaders(headersOf(init));
      this.#manualEncoding = init.#manualEncoding;
      // `init` only lends its body, as a plain object with these properties would.
      setBody(this, shareBody(init));
      return;
    }
    this.#applyOptions(toOptions(init, () => constructorError("Request", 2, `${DICTIONARY} or Request`)));
  }

  #applyOptions(options) {
    const { method, headers, body, redirect, fetcher, cf, cache, integrity, signal, encodeResponseBody } = options;
    if (integrity !== undefined) requireEmptyIntegrity(integrity);
    if (method !== undefined) this.#method = normalizeMethod(method);
    if (headers !== undefined) {
      this.#headers = headersFromInit(
        headers,
        () => fieldError("headers", DICTIONARY, "Headers or Sequence or object"),
      );
    }
    // Nothing can be one as long as there are no service bindings.
    if (fetcher !== undefined && fetcher !== null) throw fieldError("fetcher", DICTIONARY, "Fetcher");
    if (signal !== undefined) this.#signal = parseSignal(signal);
    this.#cf = cfFromInit(cf, this.#cf, DICTIONARY);
    if (redirect !== undefined) this.#redirect = parseRedirect(redirect);
    if (cache !== undefined) this.#cache = parseCache(cache);
    this.#manualEncoding = toManualEncoding(encodeResponseBody, "encodeResponseBody");
    this.#applyBody(method, body);
  }

  #applyBody(method, body) {
    if (body !== undefined && body !== null) {
      if (isBodyless(this.#method)) throw bodyNotAllowed();
      const source = extractBody(body);
      this.#headers ??= new Headers();
      if (source.type !== null && !hasHeader(this.#headers, "content-type")) {
        writeHeader(this.#headers, "content-type", source.type);
      }
      setBody(this, source);
    } else if (method !== undefined && isBodyless(this.#method) && hasBody(this)) {
      // Proxying a GET that came with a body is allowed as long as neither is touched.
      throw bodyNotAllowed();
    }
  }

  static {
    isRequest = (value) => isObject(value) && #id in value;
    fromHost = (id) => {
      const request = new Request(kInternal);
      request.#id = id;
      request.#method = undefined;
      request.#url = undefined;
      // A redirect is the client's business, unless the script asks otherwise.
      request.#redirect = "manual";
      request.#cfKnown = false;
      setIncoming(request, id);
      return request;
    };
    headersOf = (request) => {
      if (request.#headers === undefined) {
        request.#headers = headersFromWire(ops.op_request_headers(request.#id), "immutable");
      }
      return request.#headers;
    };
    stateOf = (request) => ({
      headers: headersOf(request),
      signal: request.#signal,
      fetcher: request.#fetcher,
      cache: request.#cache,
      redirect: request.#redirect,
      manualEncoding: request.#manualEncoding,
    });
  }
}

/** The signal of an incoming request aborts when its client goes away. */
function abortWhenGone(id, signal) {
  PromisePrototypeThen(ops.op_request_aborted(id), () => {
    signal[signalAbort](new DOMException("The client disconnected", "AbortError"));
  }, () => {});
}

webidl.configureInterface(Request);

/**
 * @param {number} id of an incoming request
 * @returns {Request}
 */
export function requestFromHost(id) {
  return fromHost(id);
}

/**
 * What sending a request needs beside its public properties.
 *
 * @param {Request} request
 * @returns {{ headers: Headers, signal: AbortSignal | null, fetcher: object | null, cache: string | undefined,
 *   redirect: string, manualEncoding: boolean }}
 */
export function requestState(request) {
  return stateOf(request);
}

export { Request, isRequest };

// node:http ClientRequest: a request that the platform's fetch carries out.

const { codes, error } = require("errors");
const { IncomingMessage } = require("http/incoming");
const { OutgoingMessage } = require("http/outgoing");
const { _checkIsHttpToken } = require("http/names");
const { urlToHttpOptions } = require("url");

const BODILESS = new Set(["GET", "HEAD"]);

/** The three ways to say where to: an address, options, or both. */
function optionsOf(input, options, callback) {
  if (typeof input === "string") return optionsOf(new URL(input), options, callback);
  if (input instanceof URL) {
    const own = urlToHttpOptions(input);
    return typeof options === "function" ? [own, options] : [{ ...own, ...options }, callback];
  }
  return [{ ...input }, typeof options === "function" ? options : callback];
}

function addressOf(options, defaults) {
  const protocol = options.protocol ?? options.agent?.protocol ?? defaults.protocol;
  if (protocol !== defaults.protocol) throw error("ERR_INVALID_PROTOCOL", `Protocol "${protocol}" not supported. Expected "${defaults.protocol}"`, TypeError);
  const host = options.hostname ?? options.host ?? "localhost";
  const port = options.port ?? options.defaultPort ?? defaults.port;
  const path = options.path ?? "/";
  if (/[\0-\x20]/.test(path)) throw error("ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters", TypeError);
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return { protocol, host, path, url: `${protocol}//${name}${+port === defaults.port ? "" : `:${port}`}${path}` };
}

class ClientRequest extends OutgoingMessage {
  #controller = new AbortController();
  #timer = undefined;

  constructor(input, givenOptions = undefined, givenCallback = undefined) {
    super();
    const [options, callback] = optionsOf(input, givenOptions, givenCallback);
    const defaults = options._defaults ?? { protocol: "http:", port: 80 };
    const { protocol, host, path, url } = addressOf(options, defaults);
    const method = options.method ?? "GET";
    if (typeof method !== "string") throw new codes.ERR_INVALID_ARG_TYPE("options.method", "string", method);
    if (!_checkIsHttpToken(method)) throw error("ERR_INVALID_HTTP_TOKEN", `Method must be a valid HTTP token ["${method}"]`, TypeError);
    Object.assign(this, { method: method.toUpperCase(), protocol, host, path, agent: options.agent, reusedSocket: false, maxHeadersCount: null, aborted: false, res: null, timeout: options.timeout });
    this._url = url;
    if (callback) this.once("response", callback);
    this.#takeHeaders(options);
    options.signal?.addEventListener("abort", () => this.destroy(Object.assign(new Error("The operation was aborted"), { name: "AbortError", code: "ABORT_ERR" })), { once: true });
    if (options.timeout) this.setTimeout(options.timeout);
  }

  #takeHeaders({ headers, auth, setHost }) {
    if (Array.isArray(headers)) {
      const pairs = Array.isArray(headers[0]) ? headers : headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]]] : []));
      for (const [name, value] of pairs) this.appendHeader(name, value);
    } else if (headers) {
      for (const name of Object.keys(headers)) this.setHeader(name, headers[name]);
    }
    if (setHost !== false && !this.hasHeader("host")) this.setHeader("Host", new URL(this._url).host);
    if (auth && !this.hasHeader("authorization")) this.setHeader("Authorization", `Basic ${require("buffer").Buffer.from(auth).toString("base64")}`);
  }

  _final(callback) {
    const body = this._chunks.length > 0 && !BODILESS.has(this.method) ? require("buffer").Buffer.concat(this._chunks) : undefined;
    const headers = this._toHeaders();
    headers.delete("host");
    this.headersSent = true;
    callback();
    platform.fetch(this._url, { method: this.method, headers, body, redirect: "manual", signal: this.#controller.signal }).then(
      (response) => this.#answer(response),
      (failure) => this.#fail(failure),
    );
  }

  #answer(response) {
    if (this.destroyed) return;
    const message = new IncomingMessage(response.body, response.headers);
    Object.assign(message, { statusCode: response.status, statusMessage: response.statusText, req: this });
    this.res = message;
    platform.clearTimeout(this.#timer);
    message.once("close", () => this.destroy());
    if (!this.emit("response", message)) message.resume();
  }

  #fail(failure) {
    if (this.destroyed) return;
    this.destroy(failure);
  }

  _destroy(failure, callback) {
    platform.clearTimeout(this.#timer);
    if (this.res === null) this.#controller.abort();
    else if (!this.res.complete) this.res.destroy(failure ?? undefined);
    callback(failure ?? (this.res === null && !this.aborted ? Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }) : failure));
  }

  abort() {
    if (this.aborted) return;
    this.aborted = true;
    this.emit("abort");
    this.destroy();
  }

  setTimeout(millis, callback = undefined) {
    if (callback) this.once("timeout", callback);
    platform.clearTimeout(this.#timer);
    if (millis > 0) this.#timer = platform.setTimeout(() => this.emit("timeout"), millis);
    return this;
  }

  clearTimeout() {
    platform.clearTimeout(this.#timer);
  }

  onSocket() {}
}

module.exports = { ClientRequest, optionsOf };

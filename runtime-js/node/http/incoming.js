// node:http IncomingMessage: the answer to a request, or a request to a server.

const Readable = require("stream/readable");
const { nextTick } = require("process_queue");

/** Headers of which only the first counts. */
const SINGLE = new Set([
  "age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host", "if-modified-since", "if-unmodified-since",
  "last-modified", "location", "max-forwards", "proxy-authorization", "referer", "retry-after", "server", "user-agent",
]);

class IncomingMessage extends Readable {
  #reader = null;
  #isReading = false;

  constructor(source = undefined, headers = undefined) {
    super({});
    Object.assign(this, { complete: false, aborted: false, httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1, url: "", method: null, statusCode: null, statusMessage: "", trailers: {}, rawTrailers: [] });
    this.socket = this.connection = null;
    this.rawHeaders = [];
    this.headers = {};
    this.headersDistinct = {};
    if (headers !== undefined) this._addHeaders(headers);
    this._source = source ?? null;
  }

  _addHeaders(headers) {
    for (const [name, value] of headers) {
      const key = name.toLowerCase();
      this.rawHeaders.push(name, value);
      (this.headersDistinct[key] ??= []).push(value);
      if (key === "set-cookie") (this.headers[key] ??= []).push(value);
      else if (this.headers[key] === undefined) this.headers[key] = value;
      else if (!SINGLE.has(key)) this.headers[key] += `${key === "cookie" ? "; " : ", "}${value}`;
    }
  }

  _read() {
    if (this._source === null) {
      this.complete = true;
      return void this.push(null);
    }
    this.#reader ??= this._source.getReader();
    if (this.#isReading) return;
    this.#isReading = true;
    this.#reader.read().then(({ value, done }) => {
      this.#isReading = false;
      if (done) this.complete = true;
      this.push(done ? null : require("buffer").Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    }, (error) => this.destroy(error));
  }

  _destroy(error, callback) {
    if (!this.complete) this.#reader?.cancel(error ?? undefined).catch(() => {});
    nextTick(callback, error);
  }

  setTimeout(_millis, callback = undefined) {
    if (callback) this.on("timeout", callback);
    return this;
  }
}

module.exports = { IncomingMessage };

// `crypto.DigestStream`: a writable stream that keeps nothing but the digest of what it is given.

import { core, primordials } from "ext:core/mod.js";
import { illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { algorithmName, isBytes } from "ext:edgeemu_js/web/crypto/algorithms.js";

const { BigInt, PromisePrototypeCatch, PromiseWithResolvers, SymbolDispose, TypeError } = primordials;

const { ops } = core;
const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { WritableStream } = core.loadExtScript("ext:deno_web/06_streams.js");

/** The sink of one stream; what it holds is what the stream shows. */
class Sink {
  written = 0;
  #digest;
  #result = PromiseWithResolvers();
  #failure;

  constructor(name) {
    this.#digest = ops.op_crypto_digest_start(name);
    // Whoever aborts the stream may not care for the digest.
    PromisePrototypeCatch(this.#result.promise, () => {});
  }

  get promise() {
    return this.#result.promise;
  }

  write(chunk) {
    if (this.#failure !== undefined) throw this.#failure.reason;
    const bytes = typeof chunk === "string" ? core.encode(chunk) : chunk;
    if (!isBytes(bytes)) {
      throw new TypeError(
        "DigestStream is a byte stream but received an object of non-ArrayBuffer/ArrayBufferView/string type on its " +
          "writable side.",
      );
    }
    this.written += ops.op_crypto_digest_update(this.#digest, bytes);
  }

  close() {
    if (this.#failure !== undefined) throw this.#failure.reason;
    this.#result.resolve(ops.op_crypto_digest_finish(this.#digest));
  }

  fail(reason) {
    this.#failure ??= { reason };
    this.#result.reject(reason);
  }
}

export class DigestStream extends WritableStream {
  #sink;

  constructor(algorithm) {
    const sink = new Sink(algorithmName(algorithm, "HashAlgorithm"));
    super({
      write: (chunk) => sink.write(chunk),
      close: () => sink.close(),
      abort: (reason) => sink.fail(reason),
    });
    this.#sink = sink;
  }

  /** Settles when the stream is closed: an ArrayBuffer. */
  get digest() {
    if (this == null || !(#sink in this)) throw illegalInvocation();
    return this.#sink.promise;
  }

  /** A BigInt, as in production. */
  get bytesWritten() {
    if (this == null || !(#sink in this)) throw illegalInvocation();
    return BigInt(this.#sink.written);
  }

  [SymbolDispose]() {
    if (this == null || !(#sink in this)) throw illegalInvocation();
    this.#sink.fail(new TypeError("The DigestStream was disposed."));
  }
}

webidl.configureInterface(DigestStream);

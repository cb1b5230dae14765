// CompressionStream and DecompressionStream. A write is done when its bytes are compressed, whoever reads them when.

import { core, primordials } from "ext:core/mod.js";
import { constructorError, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { Pipe, openPipe } from "ext:edgeemu_js/web/pipes.js";
import { closeByteController } from "ext:edgeemu_js/web/streams.js";

const { ObjectSetPrototypeOf, TypeError, TypedArrayPrototypeGetByteLength } = primordials;

const { ops } = core;
const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { TransformStream } = core.loadExtScript("ext:deno_web/06_streams.js");

class CodecPipe extends Pipe {
  constructor(format, decompress) {
    super();
    this.codec = ops.op_codec_new(format, decompress);
  }

  carry(view) {
    this.pass(() => ops.op_codec_write(this.codec, view));
  }

  finish() {
    this.pass(() => ops.op_codec_finish(this.codec));
    closeByteController(this.readable);
  }

  /** Hands on what a step of the codec gives; if it fails, nothing works any more. */
  pass(step) {
    let output;
    try {
      output = step();
    } catch (error) {
      this.over = true;
      this.readable.error(error);
      throw error;
    }
    if (TypedArrayPrototypeGetByteLength(output) > 0) this.readable.enqueue(output);
  }
}

function openCodec(owner, count, format, decompress) {
  if (count < 1) throw constructorError(owner, 1, "string");
  const name = `${format}`;
  if (name !== "gzip" && name !== "deflate" && name !== "deflate-raw") {
    throw new TypeError("The compression format must be either 'deflate', 'deflate-raw' or 'gzip'.");
  }
  return openPipe(new CodecPipe(name, decompress));
}

class CompressionStream {
  #pair;

  constructor(format) {
    this.#pair = openCodec("CompressionStream", arguments.length, format, false);
  }

  get readable() {
    if (this == null || !(#pair in this)) throw illegalInvocation();
    return this.#pair.readable;
  }

  get writable() {
    if (this == null || !(#pair in this)) throw illegalInvocation();
    return this.#pair.writable;
  }
}

class DecompressionStream {
  #pair;

  constructor(format) {
    this.#pair = openCodec("DecompressionStream", arguments.length, format, true);
  }

  get readable() {
    if (this == null || !(#pair in this)) throw illegalInvocation();
    return this.#pair.readable;
  }

  get writable() {
    if (this == null || !(#pair in this)) throw illegalInvocation();
    return this.#pair.writable;
  }
}

for (const constructor of [CompressionStream, DecompressionStream]) {
  ObjectSetPrototypeOf(constructor.prototype, TransformStream.prototype);
  webidl.configureInterface(constructor);
}

export { CompressionStream, DecompressionStream };

// `crypto`: randomness, and the doors to `SubtleCrypto` and `DigestStream`.

import { core, primordials } from "ext:core/mod.js";
import { argumentError, illegalConstructor, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { CryptoKey } from "ext:edgeemu_js/web/crypto/key.js";
import { DigestStream } from "ext:edgeemu_js/web/crypto/digest_stream.js";
import { SubtleCrypto, createSubtle } from "ext:edgeemu_js/web/crypto/subtle.js";
import { quotaExceeded, typeMismatch } from "ext:edgeemu_js/web/crypto/errors.js";

const {
  ArrayBufferIsView,
  ObjectDefineProperty,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetSymbolToStringTag,
  Uint8Array,
} = primordials;

const { ops } = core;
const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");

const CREATE = { __proto__: null };

/** The most bytes that one call of getRandomValues fills. */
const RANDOM_BYTES_MAX = 65536;

const INTEGER_ARRAYS = {
  __proto__: null,
  Int8Array: true,
  Uint8Array: true,
  Uint8ClampedArray: true,
  Int16Array: true,
  Uint16Array: true,
  Int32Array: true,
  Uint32Array: true,
  BigInt64Array: true,
  BigUint64Array: true,
};

let create;

export class Crypto {
  #subtle;

  constructor(token = undefined) {
    if (token !== CREATE) throw illegalConstructor();
    this.#subtle = createSubtle();
  }

  get subtle() {
    if (this == null || !(#subtle in this)) throw illegalInvocation();
    return this.#subtle;
  }

  getRandomValues(array) {
    if (this == null || !(#subtle in this)) throw illegalInvocation();
    if (!ArrayBufferIsView(array)) throw argumentError("getRandomValues", "Crypto", 1, "ArrayBufferView");
    // A DataView has no tag and is no integer type either.
    if (INTEGER_ARRAYS[TypedArrayPrototypeGetSymbolToStringTag(array)] === undefined) {
      throw typeMismatch("ArrayBufferView argument to getRandomValues() must be an integer-typed view.");
    }
    const length = TypedArrayPrototypeGetByteLength(array);
    if (length > RANDOM_BYTES_MAX) {
      throw quotaExceeded(`getRandomValues() only accepts buffers of size <= 64K but provided ${length} bytes.`);
    }
    const buffer = TypedArrayPrototypeGetBuffer(array);
    ops.op_random_fill(new Uint8Array(buffer, TypedArrayPrototypeGetByteOffset(array), length));
    return array;
  }

  randomUUID() {
    if (this == null || !(#subtle in this)) throw illegalInvocation();
    const bytes = new Uint8Array(16);
    ops.op_random_fill(bytes);
    // Version 4, variant 1.
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = "";
    for (let index = 0; index < 16; index++) {
      if (index === 4 || index === 6 || index === 8 || index === 10) text += "-";
      text += HEX[bytes[index] >> 4] + HEX[bytes[index] & 15];
    }
    return text;
  }

  static {
    create = () => new Crypto(CREATE);
  }
}

const HEX = "0123456789abcdef";

webidl.configureInterface(Crypto);
ObjectDefineProperty(Crypto.prototype, "DigestStream", {
  __proto__: null,
  value: DigestStream,
  writable: true,
  enumerable: false,
  configurable: true,
});

export const crypto = create();

export { CryptoKey, DigestStream, SubtleCrypto };

// Values on their way into another isolate: bytes made by the engine's structured clone. What it refuses or would take
// apart (functions, stubs, streams, classes of the platform) is replaced by a marker first.

import { core, primordials } from "ext:core/mod.js";
import {
  bareParts,
  domExceptionParts,
  errorParts,
  isDomException,
  revivedDomException,
  revivedError,
  takesErrorsApart,
} from "ext:edgeemu_js/rpc/errors.js";

const {
  ArrayIsArray,
  ArrayPrototypePush,
  Map,
  MapPrototypeGet,
  MapPrototypeSet,
  ObjectDefineProperty,
  ObjectGetPrototypeOf,
  ObjectKeys,
  ObjectPrototype,
  SafeMap,
  SafeSet,
  Set,
  SetPrototypeAdd,
  SetPrototypeHas,
} = primordials;

const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");

/** Stands for an object that the engine does not clone: `parts` are cloned in its place. */
class Marker {
  constructor(parts) {
    this.parts = parts;
  }
}
ObjectDefineProperty(Marker.prototype, core.hostObjectBrand, {
  __proto__: null,
  value() {
    return this.parts;
  },
});

/**
 * Kinds of objects that take care of themselves, in the order in which they are asked: `accepts(value)`,
 * `parts(value, message)` gives cloneable data with a `type`.
 */
const kinds = [];

/** What becomes of the parts on arrival, by their `type`. */
const revivers = { __proto__: null, error: revivedError, domException: revivedDomException };

/**
 * @param {{ type: string, accepts: (value: object) => boolean, parts: Function, revive: Function }} kind
 */
export function addKind({ type, accepts, parts, revive }) {
  ArrayPrototypePush(kinds, { accepts, parts });
  if (revive !== undefined) revivers[type] = revive;
}

/** What the engine's refusal looks like to a script. */
function refused(message) {
  throw new DOMException(message, "DataCloneError");
}

function unsupported(value) {
  const name = value.constructor?.name ?? "Object";
  return new DOMException(
    `Could not serialize object of type "${name}". This type does not support serialization.`,
    "DataCloneError",
  );
}

/** Objects that hold nothing and that the engine clones, or refuses in its own words. */
function isLeaf(value) {
  return core.isDate(value) || core.isRegExp(value) || core.isAnyArrayBuffer(value) ||
    core.isArrayBufferView(value) || core.isBoxedPrimitive(value) || core.isPromise(value) ||
    core.isWeakMap(value) || core.isWeakSet(value) || core.isGeneratorObject(value) ||
    (core.isNativeError(value) && !takesErrorsApart());
}

/** Whether the engine can clone `value` as it is. */
function isPlain(value, seen) {
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  const prototype = ObjectGetPrototypeOf(value);
  if (prototype !== ObjectPrototype && !ArrayIsArray(value)) {
    return core.isArrayBufferView(value) || core.isAnyArrayBuffer(value) || core.isDate(value);
  }
  if (core.isProxy(value)) return false;
  if (SetPrototypeHas(seen, value)) return true;
  SetPrototypeAdd(seen, value);
  const keys = ObjectKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const item = value[keys[i]];
    if (typeof item === "object" || typeof item === "function") {
      if (!isPlain(item, seen)) return false;
    }
  }
  return true;
}

/** A message in the making. */
class Message {
  constructor(isLenient) {
    /** Pairs of numbers: what kind of thing the host hands over, and its id here. */
    this.attachments = [];
    /** What has to be done once the message was sent. */
    this.after = [];
    this.isLenient = isLenient;
    this.copies = new SafeMap();
  }

  attach(kind, id) {
    ArrayPrototypePush(this.attachments, kind, id);
    return this.attachments.length / 2 - 1;
  }

  copy(value) {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return value;
    const known = MapPrototypeGet(this.copies, value);
    if (known !== undefined) return known;
    return (typeof value === "function" ? undefined : this.#container(value)) ?? this.#special(value);
  }

  /** Something to do when the message has been sent. */
  afterwards(action) {
    ArrayPrototypePush(this.after, action);
  }

  #container(value) {
    if (core.isProxy(value)) return undefined;
    if (ArrayIsArray(value)) return this.#properties(value, new primordials.Array(value.length));
    if (ObjectGetPrototypeOf(value) === ObjectPrototype) return this.#properties(value, {});
    if (core.isMap(value)) {
      const copy = new Map();
      MapPrototypeSet(this.copies, value, copy);
      primordials.MapPrototypeForEach(value, (item, key) => {
        MapPrototypeSet(copy, this.copy(key), this.copy(item));
      });
      return copy;
    }
    if (core.isSet(value)) {
      const copy = new Set();
      MapPrototypeSet(this.copies, value, copy);
      primordials.SetPrototypeForEach(value, (item) => {
        SetPrototypeAdd(copy, this.copy(item));
      });
      return copy;
    }
    return undefined;
  }

  #properties(value, copy) {
    MapPrototypeSet(this.copies, value, copy);
    const keys = ObjectKeys(value);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      // Not by assignment, which `__proto__` would take for something else.
      ObjectDefineProperty(copy, key, {
        __proto__: null,
        value: this.copy(value[key]),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return copy;
  }

  #special(value) {
    for (let i = 0; i < kinds.length; i++) {
      if (!kinds[i].accepts(value)) continue;
      // What the host would have to hand over cannot go with an exception.
      if (this.isLenient) throw unsupported(value);
      return this.#mark(value, kinds[i].parts(value, this));
    }
    if (isDomException(value)) return this.#mark(value, domExceptionParts(value));
    if (core.isNativeError(value) && takesErrorsApart()) {
      const marker = this.#mark(value, errorParts(value));
      marker.parts.properties = this.copy(marker.parts.properties);
      return marker;
    }
    if (typeof value === "function" || isLeaf(value)) return value;
    if (this.isLenient) return this.#properties(value, {});
    throw unsupported(value);
  }

  #mark(value, parts) {
    const marker = new Marker(parts);
    MapPrototypeSet(this.copies, value, marker);
    return marker;
  }
}

/**
 * A value on its way to another isolate.
 *
 * @param {unknown} value
 * @returns {{ bytes: Uint8Array, attachments: number[], after: (() => void)[] }}
 */
export function encode(value) {
  if (isPlain(value, new SafeSet())) return { bytes: core.serialize(value, undefined, refused), attachments: [], after: [] };
  const message = new Message(false);
  const copy = message.copy(value);
  return { bytes: core.serialize(copy, undefined, refused), attachments: message.attachments, after: message.after };
}

/**
 * An exception on its way to another isolate: what cannot go with it is left behind.
 *
 * @param {unknown} thrown
 * @returns {Uint8Array}
 */
export function encodeThrown(thrown) {
  const whole = takesErrorsApart() ? wholeThrown(thrown) : undefined;
  return whole ?? core.serialize(new Marker(bareParts(thrown)), undefined, refused);
}

function wholeThrown(thrown) {
  const isObject = typeof thrown === "object" && thrown !== null;
  const isData = isObject && (core.isNativeError(thrown) || isDomException(thrown) ||
    ArrayIsArray(thrown) || ObjectGetPrototypeOf(thrown) === ObjectPrototype);
  if (!isData) return undefined;
  try {
    const message = new Message(true);
    const copy = message.copy(thrown);
    return core.serialize(copy, undefined, refused);
  } catch {
    return undefined;
  }
}

/** A value that has arrived. `context` is what the revivers are given besides the parts. */
let arriving = null;

const deserializers = {
  __proto__: null,
};

/** Connects the types with what revives them; called once all kinds are known. */
export function installRevivers() {
  const types = ObjectKeys(revivers);
  for (let i = 0; i < types.length; i++) {
    const revive = revivers[types[i]];
    deserializers[types[i]] = (parts) => revive(parts, arriving);
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {object} context for the revivers
 * @returns {unknown}
 */
export function decode(bytes, context) {
  const outer = arriving;
  arriving = context;
  try {
    return core.deserialize(bytes, { deserializers });
  } finally {
    arriving = outer;
  }
}

/**
 * What a call of the host was rejected with, as the script gets it: an error of our own, the bytes of what somebody
 * else threw, or, in a list, of what the instance threw that was called before.
 *
 * @param {unknown} error
 * @returns {unknown} to be thrown here
 */
export function rejection(error) {
  if (core.isTypedArray(error)) return decodeThrown(error);
  if (!ArrayIsArray(error)) return error;
  const before = decode(error[0], null);
  delete before.remote;
  return before;
}

/**
 * What another isolate threw, marked as such.
 *
 * @param {Uint8Array} bytes
 * @returns {unknown} to be thrown here
 */
export function decodeThrown(bytes) {
  const thrown = decode(bytes, null);
  if (typeof thrown === "object" && thrown !== null) thrown.remote = true;
  return thrown;
}

// Gives the errors that the engine's own web classes make production's words. It has to be evaluated before any of
// them: they keep the constructors of errors that they find when they are loaded.

import { core, internals, primordials } from "ext:core/mod.js";

const {
  ObjectAssign,
  ObjectPrototypeIsPrototypeOf,
  RangeError,
  RegExpPrototypeExec,
  SafeRegExp,
  StringPrototypeStartsWith,
  TypeError,
} = primordials;

const LOCKED = "This ReadableStream is currently locked to a reader.";
const LOCKED_WRITABLE = "This WritableStream is currently locked to a writer.";
const RELEASED = "This ReadableStream reader has been released.";
const RELEASED_WRITER = "This WritableStream writer has been released.";
const CLOSED = "This WritableStream has been closed.";
const CLOSING = "Cannot close a writer that is already being closed";
const INVALIDATED = "This ReadableStreamBYOBRequest has been invalidated.";
const EMPTY_VIEW = 'You must call read() on a "byob" reader with a positive-sized TypedArray object.';
const NOT_AN_INTEGER = "The value cannot be converted because it is not an integer.";
const NEGATIVE = "The value cannot be converted because it is negative and this API expects a positive bigint.";

/** The engine's text -> production's. */
const EXACT = {
  __proto__: null,
  "Illegal invocation":
    "Illegal invocation: function called with incorrect `this` reference. See " +
    "https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.",
  "ReadableStream is locked": LOCKED,
  "ReadableStream is already locked": LOCKED,
  "ReadableStream is already locked.": LOCKED,
  "Cannot cancel a locked ReadableStream.": LOCKED,
  "Cannot use a BYOB reader with a non-byte stream": "This ReadableStream does not support BYOB reads.",
  "Reader has no associated stream.": RELEASED,
  "The reader was released.": RELEASED,
  "Reader was released and can no longer be used to monitor the stream's closedness.": RELEASED,
  "view must have non-zero byteLength": EMPTY_VIEW,
  "view's buffer has been detached": EMPTY_VIEW,
  "view's buffer must have non-zero byteLength": EMPTY_VIEW,
  "The stream controller cannot close or enqueue": "Unable to enqueue",
  "Cannot enqueue chunk after a close has been requested": "This ReadableByteStreamController is closed.",
  "Cannot enqueue chunk when underlying stream is not readable": "This ReadableByteStreamController is closed.",
  "Closed already requested.": "This ReadableStream is closed.",
  "ReadableByteStreamController's stream is not in a readable state": "This ReadableStream is closed.",
  "This BYOB request has been invalidated": INVALIDATED,
  '"bytesWritten" must be greater than 0 when calling respond() on a readable stream':
    "The bytesWritten must be more than zero while the stream is open.",
  "The view's length must be greater than 0 when calling respondWithNewView() on a readable stream":
    "The view byte length must be more than zero while the stream is open.",
  "Failed to execute 'enqueue' on 'ReadableByteStreamController': Argument 1 Length must be non-zero":
    "Cannot enqueue a zero-length ArrayBuffer.",
  '"autoAllocateChunkSize" must be greater than 0': "The autoAllocateChunkSize option cannot be zero.",
  "Readable stream is unavailable": "The readable side of this TransformStream is no longer readable.",
  "The stream has been terminated.": "The transform stream has been terminated",
  "The stream is already locked": LOCKED_WRITABLE,
  "Target WritableStream is already locked": LOCKED_WRITABLE,
  "destination WritableStream is already locked.": "This WritableStream is currently locked to a writer",
  "The writable stream is locked, therefore cannot be aborted.": LOCKED_WRITABLE,
  "The writable stream is locked, therefore cannot be closed.": LOCKED_WRITABLE,
  "The destination writable stream closed before all the data could be piped to it.":
    "This destination writable stream is closed.",
  "A writable stream is not associate with the writer.": RELEASED_WRITER,
  "A writable stream is not associated with the writer.": RELEASED_WRITER,
  "A writable stream is not associated with the writer": RELEASED_WRITER,
  "The writer has already been released.": RELEASED_WRITER,
  "The stream is closing or is closed.": CLOSED,
  "Writable stream is closed or errored.": CLOSED,
  "The associated stream is already closing.": CLOSING,
  "The writable stream is already closing.": CLOSING,
  "Each query pair must be an iterable [name, value] tuple": "Invalid URL search params sequence.",
  'The "callback" argument must be of type function. Received undefined':
    "Failed to execute 'forEach' on 'URLSearchParams': parameter 1 is not of type 'function'.",
};

const URL_PARTS = ["USVString", "USVString"];
const LISTENER = ["string", "function or HandlerObject"];

/** Class, or class and method -> what its parameters are called. */
const PARAMETERS = {
  __proto__: null,
  "AbortSignal.any": ["Array"],
  "Blob": ["Array", "Options"],
  "ByteLengthQueuingStrategy": ["QueuingStrategyInit"],
  "CloseEvent": ["string", "Initializer"],
  "CountQueuingStrategy": ["QueuingStrategyInit"],
  "CustomEvent": ["string", "CustomEventInit"],
  "ErrorEvent": ["string", "ErrorEventInit"],
  "Event": ["string", "Init"],
  "EventTarget.addEventListener": LISTENER,
  "EventTarget.dispatchEvent": ["Event"],
  "EventTarget.removeEventListener": ["string", "Object"],
  "File": ["Array", "string", "Options"],
  "MessageEvent": ["string", "Initializer"],
  "MessagePort.postMessage": ["Value", "Array or PostMessageOptions"],
  "ReadableByteStreamController.enqueue": ["BufferSource"],
  "ReadableStream": ["UnderlyingSource", "StreamQueuingStrategy"],
  "ReadableStream.from": ["AsyncGenerator"],
  "ReadableStream.getReader": ["GetReaderOptions"],
  "ReadableStream.pipeThrough": ["Transform", "PipeToOptions"],
  "ReadableStream.pipeTo": ["WritableStream", "PipeToOptions"],
  "ReadableStream.values": ["ValuesOptions"],
  "ReadableStreamBYOBReader": ["ReadableStream"],
  "ReadableStreamBYOBRequest.respond": ["integer"],
  "ReadableStreamBYOBRequest.respondWithNewView": ["BufferSource"],
  "ReadableStreamDefaultReader": ["ReadableStream"],
  "TextDecoder": ["string", "ConstructorOptions"],
  "TextDecoder.decode": ["Array", "DecodeOptions"],
  "TextDecoderStream": ["string", "TextDecoderStreamInit"],
  "TextEncoder.encodeInto": ["String", "Uint8Array"],
  "TransformStream": ["Transformer", "StreamQueuingStrategy", "StreamQueuingStrategy"],
  "URL": URL_PARTS,
  "URL.canParse": URL_PARTS,
  "URL.parse": URL_PARTS,
  "URLSearchParams.append": URL_PARTS,
  "URLSearchParams.delete": URL_PARTS,
  "URLSearchParams.forEach": ["function"],
  "URLSearchParams.get": URL_PARTS,
  "URLSearchParams.getAll": URL_PARTS,
  "URLSearchParams.has": URL_PARTS,
  "URLSearchParams.set": URL_PARTS,
  "WritableStream": ["UnderlyingSink", "StreamQueuingStrategy"],
  "WritableStreamDefaultWriter": ["WritableStream"],
};

/** The engine's name of an options object -> production's. */
const DICTIONARIES = { __proto__: null, QueuingStrategy: "StreamQueuingStrategy" };

/** Kind of a choice -> what is said of a value that is none of them. */
const CHOICES = {
  __proto__: null,
  ReadableStreamReaderMode: () => "mode must be undefined or 'byob' in call to getReader().",
  ReadableStreamType: (value) => `"${value}" is not a valid type of ReadableStream.`,
};

/** What is said if an object lacks the property that it is about. */
const REQUIRED = {
  __proto__: null,
  readable: "Incorrect type for the 'readable' field on 'Transform': the provided value is not of type " +
    "'ReadableStream'.",
  writable: "Incorrect type for the 'writable' field on 'Transform': the provided value is not of type " +
    "'WritableStream'.",
};

const FAILED = new SafeRegExp(/^Failed to (construct|execute) '(?:(\w+)\.)?(\w+)'(?: on '(\w+)')?: ([^]*)$/);
const TOO_FEW = new SafeRegExp(/^\d+ arguments? required, but only (\d+) present$/);
const ELEMENT = new SafeRegExp(/^Argument \d+, index (\d+) is not of type (\w+)$/);
const MISSING = new SafeRegExp(/^Argument \d+ can not be converted to '\w+' because '(\w+)' is required in '\w+'$/);
const ARGUMENT = new SafeRegExp(/^Argument (\d+) /);
const NOT_A_FUNCTION = new SafeRegExp(/^'(\w+)' of '(\w+)' \(.*\) is not a function$/);
const NOT_A_CHOICE = new SafeRegExp(/^The provided value '([^]*)' is not a valid enum value of type (\w+)$/);
const MEMBER = new SafeRegExp(/^'(\w+)' of '(\w+)' \(Argument \d+\) is not of type (\w+)$/);
const INVALID_URL = new SafeRegExp(/^Invalid URL: '/);
const WATER_MARK = new SafeRegExp(/^Expected highWaterMark to be a positive number or Infinity, got "(.*)"\.$/);
const UNSUPPORTED_TYPE = new SafeRegExp(/: (readableType|writableType) transformers not supported$/);

/** A parameter that is missing or of a wrong type; undefined if nobody knows what it is called. */
function wrongParameter(owner, member, position) {
  const type = PARAMETERS[member === undefined ? owner : `${owner}.${member}`]?.[position - 1];
  if (type === undefined) return undefined;
  return member === undefined
    ? `Failed to construct '${owner}': constructor parameter ${position} is not of type '${type}'.`
    : `Failed to execute '${member}' on '${owner}': parameter ${position} is not of type '${type}'.`;
}

function wrongField(field, dictionary, type) {
  return `Incorrect type for the '${field}' field on '${dictionary}': the provided value is not of type '${type}'.`;
}

/** What is said of the arguments of a call. */
function explain(owner, member, rest) {
  let found = RegExpPrototypeExec(TOO_FEW, rest);
  if (found !== null) return wrongParameter(owner, member, +found[1] + 1);
  found = RegExpPrototypeExec(ELEMENT, rest);
  if (found !== null) {
    return `Incorrect type for array element ${found[1]}: the provided value is not of type '${found[2]}'.`;
  }
  found = RegExpPrototypeExec(MISSING, rest);
  if (found !== null) return REQUIRED[found[1]];
  found = RegExpPrototypeExec(ARGUMENT, rest);
  if (found !== null) return wrongParameter(owner, member, +found[1]);
  found = RegExpPrototypeExec(NOT_A_FUNCTION, rest);
  if (found !== null) return wrongField(found[1], DICTIONARIES[found[2]] ?? found[2], "function");
  found = RegExpPrototypeExec(MEMBER, rest);
  if (found !== null) return wrongField(found[1], PARAMETERS[`${owner}.${member}`]?.[1] ?? found[2], found[3]);
  found = RegExpPrototypeExec(NOT_A_CHOICE, rest);
  if (found !== null) return CHOICES[found[2]]?.(found[1]);
  if (owner === "TextDecoderStream" && StringPrototypeStartsWith(rest, "chunk is not ")) {
    return "This TransformStream is being used as a byte stream, but received a value that is not a BufferSource.";
  }
  return undefined;
}

function translate(text) {
  const exact = EXACT[text];
  if (exact !== undefined) return exact;
  const failed = RegExpPrototypeExec(FAILED, text);
  if (failed !== null) {
    const { 1: kind, 2: namespace, 3: name, 4: owner, 5: rest } = failed;
    const told = kind === "construct" ? explain(name, undefined, rest) : explain(namespace ?? owner, name, rest);
    return told ?? text;
  }
  return RegExpPrototypeExec(INVALID_URL, text) === null ? text : "Invalid URL string.";
}

/** What production does not call a range error. */
function translateRange(text) {
  const mark = RegExpPrototypeExec(WATER_MARK, text);
  if (mark !== null) return new TypeError(mark[1] === "NaN" ? NOT_AN_INTEGER : NEGATIVE);
  const type = RegExpPrototypeExec(UNSUPPORTED_TYPE, text);
  return type === null ? null : new TypeError(`transformer.${type[1]} must be undefined.`);
}

function ProductionTypeError(message = "", options = undefined) {
  return new TypeError(translate(message), options);
}
ProductionTypeError.prototype = TypeError.prototype;

function ProductionRangeError(message = "", options = undefined) {
  return translateRange(message) ?? new RangeError(message, options);
}
ProductionRangeError.prototype = RangeError.prototype;

/** Ops of the engine that make errors themselves. */
function renameErrors(ops, name, explainFailure) {
  const op = ops[name];
  ops[name] = function (first, second, third, fourth) {
    try {
      return op(first, second, third, fourth);
    } catch {
      throw explainFailure(first);
    }
  };
}

/** The errors of these have a `code` elsewhere, and none in production. */
const webidlMethods = {
  assertBranded(self, prototype) {
    if (!ObjectPrototypeIsPrototypeOf(prototype, self) || self[this.brand] !== this.brand) {
      throw new ProductionTypeError("Illegal invocation");
    }
  },
  illegalConstructor() {
    throw new TypeError("Illegal constructor");
  },
  requiredArguments(count, required, prefix) {
    if (count >= required) return;
    const plural = required === 1 ? "" : "s";
    throw new ProductionTypeError(`${prefix}: ${required} argument${plural} required, but only ${count} present`);
  },
};

/** Called with what the engine's scripts are given when they are loaded. */
internals.adoptTexts = (bootstrap) => {
  const { ops } = bootstrap.core;
  const undecodable = () => new TypeError("Failed to decode input.");
  renameErrors(ops, "op_encoding_normalize_label", (label) => new RangeError(`"${label}" is not a valid encoding.`));
  renameErrors(ops, "op_encoding_decode_single", undecodable);
  renameErrors(ops, "op_encoding_decode", undecodable);
  bootstrap.primordials = { __proto__: primordials, TypeError: ProductionTypeError, RangeError: ProductionRangeError };
};

core.loadExtScript("ext:edgeemu_js/web/engine_texts.js");
ObjectAssign(core.loadExtScript("ext:deno_webidl/00_webidl.js"), webidlMethods);

// The body half of Request and Response. What a body is made of stays as it was given (a string, bytes, a native
// source) until somebody asks for a stream; reading or sending it whole never makes one.

import { core, primordials } from "ext:core/mod.js";
import {
  disturbedStreamError,
  illegalConstructor,
  illegalInvocation,
  lockedBodyError,
  lockedBranchError,
  lockedContentError,
  lockedStreamError,
  usedBodyError,
} from "ext:edgeemu_js/web/errors.js";
import { toUsvString } from "ext:edgeemu_js/web/convert.js";
import { isFormData, parseFormData, serializeFormData } from "ext:edgeemu_js/web/formdata.js";
import { NativeSource, READER, ReceivedBytes } from "ext:edgeemu_js/web/native.js";
import {
  ReadableStream,
  attachSource,
  byteStream,
  bytesView,
  claimStream,
  concatBytes,
  copyBytes,
  exactBuffer,
  isReadableStream,
  isReadableStreamDisturbed,
  isReadableStreamLocked,
  proxyStream,
  readAllBytes,
  setSourceMeasure,
  splitStream,
  untouchedSource,
} from "ext:edgeemu_js/web/streams.js";

const {
  ArrayPrototypePush,
  JSONParse,
  ObjectGetOwnPropertySymbols,
  ObjectPrototypeIsPrototypeOf,
  PromisePrototypeThen,
  RegExpPrototypeTest,
  StringPrototypeCharCodeAt,
  StringPrototypeReplace,
  StringPrototypeSlice,
  StringPrototypeSplit,
  Symbol,
  SymbolAsyncIterator,
  SymbolIterator,
  TypeError,
  TypedArrayPrototypeGetByteLength,
  Uint8Array,
} = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { Blob, isBlob } = core.loadExtScript("ext:deno_web/09_file.js");
const { URLSearchParamsPrototype } = core.loadExtScript("ext:deno_web/00_url.js");
const { extractMimeType, serializeMimeType } = core.loadExtScript("ext:deno_web/01_mimesniff.js");
const { readableStreamTee } = core.loadExtScript("ext:deno_web/06_streams.js");

const { ops } = core;

/** Where a Blob keeps its type. */
const kBlobType = ObjectGetOwnPropertySymbols(new Blob()).find((symbol) => symbol.description === "Type");

/** Key to the constructor that scripts cannot call. */
export const kInternal = Symbol("internal");

// What a body is made of.
export const NONE = 0;
/** `data` is a string. */
export const TEXT = 1;
/** `data` is a Uint8Array of our own. */
export const BYTES = 2;
/** `data` is an array of Uint8Array and Blob. */
export const PARTS = 3;
/** `data` is a NativeSource. */
export const NATIVE = 4;
/** `data` is the id of an incoming request, whose body nobody has asked for yet. */
export const INCOMING = 5;
/** `data` is null, the content is in the stream. */
export const STREAM = 6;
/** `data` is a ReceivedBytes. Never leaves this file: whoever takes the body gets its bytes. */
const RECEIVED = 7;

/** How the engine says that an iterator is no object. */
const NOT_ITERABLE = /could not be iterated because iterator method did not return object/;

let iterableBodies = true;

/** @param {boolean} enabled whether objects with an iterator are bodies (since 2026-02-19) or become strings */
export function setIterableBodies(enabled) {
  iterableBodies = enabled;
}

/**
 * What a value given as a body is made of. `type` is the Content-Type it brings, or null.
 *
 * @param {unknown} init not null, not undefined
 * @returns {{ kind: number, data: unknown, stream: ReadableStream | null, type: string | null }}
 */
export function extractBody(init) {
  if (typeof init !== "object" && typeof init !== "function") return textSource(init);
  if (isReadableStream(init)) return streamSource(init);
  const view = bytesView(init);
  if (view !== null) return { kind: BYTES, data: copyBytes(view), stream: null, type: null };
  if (isBlob(init)) return { kind: PARTS, data: [init], stream: null, type: init.type === "" ? null : init.type };
  if (isFormData(init)) {
    const { parts, type } = serializeFormData(init);
    return { kind: PARTS, data: parts, stream: null, type };
  }
  if (ObjectPrototypeIsPrototypeOf(URLSearchParamsPrototype, init)) {
    const type = "application/x-www-form-urlencoded;charset=UTF-8";
    return { kind: TEXT, data: init.toString(), stream: null, type };
  }
  return iterableBodies && isIterable(init) ? iterableSource(init) : textSource(init);
}

function textSource(init) {
  return { kind: TEXT, data: toUsvString(init), stream: null, type: "text/plain;charset=UTF-8" };
}

function streamSource(stream) {
  if (isReadableStreamDisturbed(stream)) throw disturbedStreamError();
  if (isReadableStreamLocked(stream)) throw lockedBodyError();
  return { kind: STREAM, data: null, stream, type: null };
}

function iterableSource(init) {
  let stream;
  try {
    stream = ReadableStream.from(init);
  } catch (error) {
    // What only seems to be iterable is text like any other object.
    if (RegExpPrototypeTest(NOT_ITERABLE, error?.message)) return textSource(init);
    throw error;
  }
  return streamSource(stream);
}

function isIterable(value) {
  // A String object is text, although it has an iterator.
  if (core.isStringObject(value)) return false;
  return typeof value[SymbolAsyncIterator] === "function" || typeof value[SymbolIterator] === "function";
}

/**
 * The stream form of a source. The source stays attached, for whoever can use it without the stream.
 *
 * @param {number} kind
 * @param {unknown} data
 * @returns {ReadableStream}
 */
export function streamFromSource(kind, data) {
  const stream = kind === NATIVE
    ? byteStream(() => data.read(READER), () => data.cancel())
    : byteStream(stepsOf(kind, data), () => {});
  attachSource(stream, { kind, data });
  return stream;
}

/** A source as whoever takes the body gets it: what came with another invocation is refused. */
export function openSource(kind, data) {
  if (kind === RECEIVED) return { kind: BYTES, data: data.read(), stream: null };
  return { kind, data, stream: null };
}

function stepsOf(kind, data) {
  let at = 0;
  const parts = kind === PARTS ? data : [data];
  return async () => {
    if (at >= parts.length) return null;
    const part = kind === RECEIVED ? parts[at++].read(READER) : parts[at++];
    if (kind === TEXT) return core.encode(part);
    return isBlob(part) ? await part.bytes() : copyBytes(part);
  };
}

/** How many bytes a source has; -1 if that is not known. */
function measure({ kind, data }) {
  switch (kind) {
    case TEXT:
      return TypedArrayPrototypeGetByteLength(core.encode(data));
    case BYTES:
      return TypedArrayPrototypeGetByteLength(data);
    case PARTS: {
      let length = 0;
      for (let i = 0; i < data.length; i++) {
        length += isBlob(data[i]) ? data[i].size : TypedArrayPrototypeGetByteLength(data[i]);
      }
      return length;
    }
    case NATIVE:
      return ops.op_body_length(data.rid);
    case RECEIVED:
      return TypedArrayPrototypeGetByteLength(data.bytes);
    default:
      return -1;
  }
}

setSourceMeasure(measure);

async function joinParts(parts) {
  // Clones share their parts, so bytes that go out alone are copied.
  if (parts.length === 1) return isBlob(parts[0]) ? await parts[0].bytes() : copyBytes(parts[0]);
  const chunks = [];
  for (let i = 0; i < parts.length; i++) {
    ArrayPrototypePush(chunks, isBlob(parts[i]) ? await parts[i].bytes() : parts[i]);
  }
  return concatBytes(chunks);
}

/**
 * The content of a source taken with `takeBody`, whole.
 *
 * @param {{ kind: number, data: unknown, stream: ReadableStream | null }} source
 * @returns {Promise<Uint8Array>} in memory of its own
 */
export async function sourceBytes({ kind, data, stream }) {
  switch (kind) {
    case NONE:
      return new Uint8Array(0);
    case TEXT:
      return core.encode(data);
    case BYTES:
      return data;
    case PARTS:
      return await joinParts(data);
    case NATIVE:
      return await data.readWhole();
    default:
      return await readAllBytes(stream);
  }
}

// Filled by the static block of the class, the only code that can reach its private fields.
let isBody, setBody, setIncoming, hasBody, isLocked, isUsed, takeBody, forkBody, traitsOf, moveBody, shareBody;

const EMPTY = { kind: NONE, data: null, stream: null };

class Body {
  #kind = NONE;
  #data = null;
  #stream = null;
  /** True once the content was taken without a stream. */
  #used = false;
  #traits;

  constructor(key = undefined, traits = undefined) {
    if (key !== kInternal) throw illegalConstructor();
    this.#traits = traits;
  }

  get body() {
    if (this == null || !(#kind in this)) throw illegalInvocation();
    if (this.#kind === INCOMING) this.#receive();
    if (this.#kind === NONE) return null;
    if (this.#stream === null) {
      if (this.#used) this.#stream = spentStream();
      else this.#stream = streamFromSource(this.#kind, this.#data);
    }
    return this.#stream;
  }

  get bodyUsed() {
    if (this == null || !(#kind in this)) throw illegalInvocation();
    return this.#isUsed();
  }

  arrayBuffer() {
    if (this == null || !(#kind in this)) throw illegalInvocation();
    return readBuffer(this);
  }

  bytes() {
    if (this == null || !(#kind in this)) throw illegalInvocation();
    return readBytes(this);
  }

  text() {
    if (this == null || !(#kind in this)) throw illegalInvocation();
    return this.#readText();
  }

  json() {
    if (this == null || !(#kind in this)) throw illegalInvocation();
    return PromisePrototypeThen(this.#readText(), JSONParseText);
  }

  blob() {
    if (this == null || !(#kind in this)) throw illegalInvocation();
    return readBlob(this);
  }

  formData() {
    if (this == null || !(#kind in this)) throw illegalInvocation();
    return readForm(this);
  }

  #isUsed() {
    return this.#used || (this.#stream !== null && isReadableStreamDisturbed(this.#stream));
  }

  #receive() {
    const content = ops.op_request_body(this.#data);
    if (content === null) {
      this.#kind = NONE;
      this.#data = null;
    } else if (typeof content === "number") {
      this.#kind = NATIVE;
      this.#data = new NativeSource(content);
    } else {
      this.#kind = RECEIVED;
      this.#data = new ReceivedBytes(content);
    }
  }

  /** Takes the content out, leaving the body used. An empty body can be read as often as one likes. */
  #take() {
    if (this.#kind === INCOMING) this.#receive();
    if (this.#kind === NONE) return EMPTY;
    if (this.#isUsed()) throw usedBodyError();
    const stream = this.#stream;
    if (stream === null) {
      this.#used = true;
      return this.#release();
    }
    if (isReadableStreamLocked(stream)) throw lockedStreamError();
    const source = untouchedSource(stream);
    if (source?.kind === undefined) return { kind: STREAM, data: null, stream };
    const taken = openSource(source.kind, source.data);
    claimStream(stream);
    this.#data = null;
    return taken;
  }

  /** The body keeps no memory alive that it will never use again. */
  #release() {
    const source = openSource(this.#kind, this.#data);
    this.#data = null;
    return source;
  }

  async #readText() {
    const source = this.#take();
    if (source.kind === TEXT) return withoutMark(source.data);
    if (source.kind === NONE) return "";
    return core.decode(await sourceBytes(source));
  }

  /** Two bodies with the same content: this one, and what is returned. */
  #fork() {
    if (this.#kind === INCOMING) this.#receive();
    if (this.#kind === NONE) return EMPTY;
    // What was read in part can still be forked, what was read whole cannot: its stream stays locked.
    if (this.#used || (this.#stream !== null && isReadableStreamLocked(this.#stream))) throw lockedBranchError();
    if (this.#stream === null && (this.#kind === TEXT || this.#kind === PARTS)) {
      return { kind: this.#kind, data: this.#data, stream: null };
    }
    if (this.#stream === null && this.#kind === BYTES) {
      return { kind: BYTES, data: copyBytes(this.#data), stream: null };
    }
    if (this.#stream === null && this.#kind === RECEIVED) {
      return { kind: RECEIVED, data: new ReceivedBytes(copyBytes(this.#data.read())), stream: null };
    }
    const { body } = this;
    const { 0: first, 1: second } = splitStream(body, () => readableStreamTee(body, true));
    this.#kind = STREAM;
    this.#data = null;
    this.#stream = first;
    return { kind: STREAM, data: null, stream: second };
  }

  static {
    isBody = (value) => typeof value === "object" && value !== null && #kind in value;
    setBody = (body, source) => {
      body.#kind = source.kind;
      body.#data = source.data;
      body.#stream = source.stream;
    };
    setIncoming = (body, id) => {
      body.#kind = INCOMING;
      body.#data = id;
    };
    hasBody = (body) => {
      if (body.#kind === INCOMING) body.#receive();
      return body.#kind !== NONE;
    };
    isLocked = (body) => body.#stream !== null && isReadableStreamLocked(body.#stream);
    isUsed = (body) => body.#isUsed();
    takeBody = (body) => body.#take();
    forkBody = (body) => body.#fork();
    traitsOf = (body) => body.#traits;
    moveBody = (body) => {
      if (body.#stream !== null && isReadableStreamLocked(body.#stream)) throw lockedContentError();
      const source = body.#take();
      return source.kind === STREAM ? { kind: STREAM, data: null, stream: proxyStream(source.stream) } : source;
    };
    shareBody = (body) => {
      if (body.#kind === INCOMING) body.#receive();
      if (body.#kind === NONE) return EMPTY;
      return streamSource(body.body);
    };
  }
}

const JSONParseText = (text) => JSONParse(text);

async function readBytes(body) {
  return await sourceBytes(takeBody(body));
}

async function readBuffer(body) {
  return exactBuffer(await sourceBytes(takeBody(body)));
}

async function readBlob(body) {
  const bytes = await sourceBytes(takeBody(body));
  const blob = new Blob([bytes]);
  const type = traitsOf(body).contentType(body);
  const mime = type === null ? null : extractMimeType(StringPrototypeSplit(type, ","));
  // Set beside the constructor, which would make all of it lower-case.
  if (mime !== null) blob[kBlobType] = typeText(mime);
  return blob;
}

/** A media type as production writes it: with a space only where there are several parts. */
function typeText(mime) {
  const text = serializeMimeType(mime);
  return mime.type === "multipart" ? StringPrototypeReplace(text, ";", "; ") : text;
}

async function readForm(body) {
  if (isUsed(body)) throw usedBodyError();
  const type = traitsOf(body).contentType(body);
  if (type === null) throw new TypeError("Parsing a Body as FormData requires a Content-Type header.");
  return parseFormData(await sourceBytes(takeBody(body)), type);
}

/** What `.body` shows after the content was read whole. */
function spentStream() {
  const stream = new ReadableStream({ type: "bytes", start: (controller) => controller.close() });
  claimStream(stream);
  return stream;
}

function withoutMark(text) {
  return StringPrototypeCharCodeAt(text, 0) === 0xfeff ? StringPrototypeSlice(text, 1) : text;
}

webidl.configureInterface(Body);

/**
 * Answers the incoming request `id`.
 *
 * @param {number} id
 * @param {Response} response
 * @returns {Promise<void> | undefined} the pump of a streaming body, rejected if its stream fails
 */
export function sendResponse(id, response) {
  return traitsOf(response).send(id, response);
}

export { Body, forkBody, hasBody, isBody, isLocked, isUsed, moveBody, setBody, setIncoming, shareBody, takeBody };

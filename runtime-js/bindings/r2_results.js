// What R2 answers: objects with their checksums, and with their bytes where they were asked for.

import { core, primordials } from "ext:core/mod.js";
import {
  argumentError,
  illegalConstructor,
  illegalInvocation,
  lockedStreamError,
  usedBodyError,
} from "ext:edgeemu_js/web/errors.js";
import { Headers, isHeaders } from "ext:edgeemu_js/web/headers.js";
import { NATIVE, kInternal, streamFromSource } from "ext:edgeemu_js/web/body.js";
import { NativeSource } from "ext:edgeemu_js/web/native.js";
import {
  attachSource,
  claimStream,
  exactBuffer,
  isReadableStreamDisturbed,
  isReadableStreamLocked,
  untouchedSource,
} from "ext:edgeemu_js/web/streams.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";

const {
  ArrayPrototypePush,
  Date,
  DatePrototypeToUTCString,
  JSONParse,
  NumberParseInt,
  ObjectDefineProperty,
  ReflectApply,
  StringPrototypeSlice,
  TypedArrayPrototypeGetBuffer,
  Uint8Array,
} = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { Blob } = core.loadExtScript("ext:deno_web/09_file.js");

const setHeader = Headers.prototype.set;
/** In the order in which production shows them. */
const CHECKSUMS = ["sha512", "sha384", "sha256", "sha1", "md5"];

function define(target, name, value) {
  ObjectDefineProperty(target, name, {
    __proto__: null,
    value,
    writable: false,
    enumerable: true,
    configurable: true,
  });
}

function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = NumberParseInt(StringPrototypeSlice(text, 2 * i, 2 * i + 2), 16);
  return TypedArrayPrototypeGetBuffer(bytes);
}

class Checksums {
  #texts;

  constructor(key = undefined, texts = undefined) {
    if (key !== kInternal) throw illegalConstructor();
    this.#texts = texts;
    for (let i = 0; i < CHECKSUMS.length; i++) {
      const text = texts[CHECKSUMS[i]];
      define(this, CHECKSUMS[i], text === undefined ? undefined : fromHex(text));
    }
  }

  toJSON() {
    if (this == null || !(#texts in this)) throw illegalInvocation();
    const { md5, sha1, sha256, sha384, sha512 } = this.#texts;
    return { md5, sha1, sha256, sha384, sha512 };
  }
}

/** Every field is there, whether or not it has a value. */
function httpMetadata(metadata) {
  const { cacheControl, cacheExpiry, contentDisposition, contentEncoding, contentLanguage, contentType } = metadata;
  return {
    contentType,
    contentLanguage,
    contentDisposition,
    contentEncoding,
    cacheControl,
    cacheExpiry: cacheExpiry === undefined ? undefined : new Date(cacheExpiry),
  };
}

class HeadResult {
  #http;

  constructor(key = undefined, object = undefined) {
    if (key !== kInternal) throw illegalConstructor();
    const { range } = object;
    this.#http = object.httpMetadata;
    define(this, "ssecKeyMd5", object.ssecKeyMd5);
    define(this, "storageClass", object.storageClass);
    define(this, "range", range && { offset: range.offset, length: range.length, suffix: undefined });
    define(this, "customMetadata", object.customMetadata);
    define(this, "httpMetadata", httpMetadata(object.httpMetadata));
    define(this, "uploaded", new Date(object.uploaded));
    define(this, "checksums", new Checksums(kInternal, object.checksums));
    define(this, "httpEtag", `"${object.etag}"`);
    define(this, "etag", object.etag);
    define(this, "size", object.size);
    define(this, "version", object.version);
    define(this, "key", object.key);
  }

  writeHttpMetadata(headers = undefined) {
    if (this == null || !(#http in this)) throw illegalInvocation();
    if (!isHeaders(headers)) throw argumentError("writeHttpMetadata", "HeadResult", 1, "Headers");
    const http = this.#http;
    const set = (name, value) => {
      if (value !== undefined) ReflectApply(setHeader, headers, [name, value]);
    };
    set("content-type", http.contentType);
    set("content-language", http.contentLanguage);
    set("content-disposition", http.contentDisposition);
    set("content-encoding", http.contentEncoding);
    set("cache-control", http.cacheControl);
    if (http.cacheExpiry !== undefined) set("expires", DatePrototypeToUTCString(new Date(http.cacheExpiry)));
  }
}

class GetResult extends HeadResult {
  #stream;
  #type;

  constructor(key = undefined, object = undefined) {
    super(key, object);
    const source = new NativeSource(object.body);
    this.#stream = streamFromSource(NATIVE, source);
    attachSource(this.#stream, { kind: NATIVE, data: source, length: object.range.length });
    this.#type = object.httpMetadata.contentType ?? "";
  }

  get body() {
    if (this == null || !(#stream in this)) throw illegalInvocation();
    return this.#stream;
  }

  get bodyUsed() {
    if (this == null || !(#stream in this)) throw illegalInvocation();
    return isReadableStreamDisturbed(this.#stream);
  }

  arrayBuffer() {
    if (this == null || !(#stream in this)) throw illegalInvocation();
    return readBuffer(this.#stream);
  }

  bytes() {
    if (this == null || !(#stream in this)) throw illegalInvocation();
    return readBytes(this.#stream);
  }

  text() {
    if (this == null || !(#stream in this)) throw illegalInvocation();
    return readText(this.#stream);
  }

  json() {
    if (this == null || !(#stream in this)) throw illegalInvocation();
    return readJson(this.#stream);
  }

  blob() {
    if (this == null || !(#stream in this)) throw illegalInvocation();
    return readBlob(this.#stream, this.#type);
  }
}

/** The content, whole. The stream stays locked and disturbed. */
async function readBytes(stream) {
  if (isReadableStreamDisturbed(stream)) throw usedBodyError();
  if (isReadableStreamLocked(stream)) throw lockedStreamError();
  const source = untouchedSource(stream).data;
  claimStream(stream);
  return await source.readWhole();
}

async function readBuffer(stream) {
  return exactBuffer(await readBytes(stream));
}

async function readText(stream) {
  return core.decode(await readBytes(stream));
}

async function readJson(stream) {
  return JSONParse(await readText(stream));
}

async function readBlob(stream, type) {
  return new Blob([await readBytes(stream)], { type });
}

webidl.configureInterface(Checksums);
webidl.configureInterface(HeadResult);
webidl.configureInterface(GetResult);
const ONLY_FOR_RPC = "R2 resources can only be serialized for RPC.";

refuseCloning(Checksums);
refuseCloning(HeadResult, ONLY_FOR_RPC);
refuseCloning(GetResult, ONLY_FOR_RPC);

/**
 * @param {string | null} text an object as JSON
 * @returns {HeadResult | null} without its bytes
 */
export function headResult(text) {
  return text === null ? null : toHeadResult(JSONParse(text));
}

/**
 * @param {object} object as the host describes it
 * @returns {HeadResult}
 */
export function toHeadResult(object) {
  return new HeadResult(kInternal, object);
}

/**
 * @param {string | null} text an object as JSON, with the id of its bytes if there are any
 * @returns {HeadResult | null} a GetResult if there are
 */
export function getResult(text) {
  if (text === null) return null;
  const object = JSONParse(text);
  return object.body === null ? new HeadResult(kInternal, object) : new GetResult(kInternal, object);
}

/**
 * @param {string} text a page as JSON
 * @returns {object} as scripts get it
 */
export function listResult(text) {
  const { cursor, delimitedPrefixes, objects: found } = JSONParse(text);
  const objects = [];
  for (let i = 0; i < found.length; i++) ArrayPrototypePush(objects, new HeadResult(kInternal, found[i]));
  return { objects, truncated: cursor !== null, cursor: cursor ?? undefined, delimitedPrefixes };
}

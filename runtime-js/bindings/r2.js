// R2 as a script sees it. The buckets themselves, their limits and the texts of their errors live in the host.

/**
 * Ops; they throw the error the script gets, or reject with it (its text begins with "put: " and so on). A `body` is
 * null, a string, bytes, or the id of a native source, of which `length` says how many bytes it has. Objects come as
 * JSON: key, version, size, etag, uploaded, checksums (hexadecimal), httpMetadata, customMetadata, storageClass,
 * ssecKeyMd5, range; times in milliseconds. Options are made by r2_options.js.
 *
 * op_r2_head(bucket: number, key: string) -> string | null
 * op_r2_get(bucket: number, key: string, options: object) -> string | null; with `body`: number | null
 * op_r2_put(bucket: number, key: string, body, length: number, options: object) -> Promise<object | null>
 * op_r2_delete(bucket: number, keys: string[]) -> undefined
 * op_r2_list(bucket: number, options: object) -> string: { objects, cursor: string | null, delimitedPrefixes }
 * op_r2_create_upload(bucket: number, key: string, options: object) -> string
 * op_r2_upload_part(bucket: number, key: string, upload: string, number: i32, body, length: number, options: object)
 *   -> Promise<string>
 * op_r2_complete_upload(bucket: number, key: string, upload: string, parts: { number: i32, etag: string }[]) -> string
 * op_r2_abort_upload(bucket: number, key: string, upload: string) -> undefined
 */

import { core, primordials } from "ext:core/mod.js";
import { requireIo } from "ext:edgeemu_js/context.js";
import {
  toGetOptions,
  toKeys,
  toListOptions,
  toPartOptions,
  toParts,
  toPutOptions,
  toText,
  toUploadOptions,
} from "ext:edgeemu_js/bindings/r2_options.js";
import { getResult, headResult, listResult, toHeadResult } from "ext:edgeemu_js/bindings/r2_results.js";
import { NATIVE, PARTS, kInternal, openSource, sourceBytes } from "ext:edgeemu_js/web/body.js";
import { toInt32 } from "ext:edgeemu_js/web/convert.js";
import { argumentError, illegalConstructor, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";
import {
  bytesView,
  claimStream,
  isReadableStream,
  isReadableStreamLocked,
  pumpToSink,
  streamLength,
  untouchedSource,
} from "ext:edgeemu_js/web/streams.js";

const { Error, ObjectDefineProperty, PromisePrototypeThen, TypeError } = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { isBlob } = core.loadExtScript("ext:deno_web/09_file.js");

const { ops } = core;

const VALUES = "JsReadableStream or ArrayBuffer or ArrayBufferView or string or Blob";

/** What can be uploaded: a string, bytes, a Blob or a stream. */
function toUploadable(value, member, owner) {
  if (typeof value === "string") return toText(value);
  if (isReadableStream(value) || isBlob(value)) return value;
  const view = bytesView(value);
  if (view === null) throw argumentError(member, owner, 2, VALUES);
  return view;
}

/**
 * @param {unknown} value of `toUploadable`, or null
 * @param {(body: unknown, length: number) => Promise<unknown>} start hands the bytes to the host
 */
async function upload(value, start) {
  if (isReadableStream(value)) return await uploadStream(value, start);
  return await start(isBlob(value) ? await value.bytes() : value, 0);
}

async function uploadStream(stream, start) {
  if (isReadableStreamLocked(stream)) throw new TypeError("The ReadableStream has been locked to a reader.");
  const source = untouchedSource(stream);
  if (source?.kind === undefined) return await pump(stream, requireLength(streamLength(stream)), start);
  const opened = openSource(source.kind, source.data);
  const { data, kind } = opened;
  if (kind === NATIVE) {
    const length = requireLength(source.length ?? ops.op_body_length(data.rid));
    claimStream(stream);
    return await start(data.handOver(), length);
  }
  claimStream(stream);
  return await start(kind === PARTS ? await sourceBytes(opened) : data, 0);
}

function requireLength(length) {
  if (length >= 0) return length;
  throw new TypeError(
    "Provided readable stream must have a known length (request/response body or readable half of FixedLengthStream)",
  );
}

async function pump(stream, length, start) {
  const { 0: sink, 1: body } = ops.op_fetch_body_channel(length);
  const answer = begin(stream, () => start(body, length));
  let failure = null;
  PromisePrototypeThen(pumpToSink(stream, sink), undefined, (error) => {
    failure = { error };
  });
  try {
    return await answer;
  } catch (error) {
    // The script's own error says more than "the body broke off".
    throw failure === null ? error : failure.error;
  }
}

/** If an upload is refused before it begins, whoever writes into the stream learns that nobody will read it. */
function begin(body, action) {
  try {
    return action();
  } catch (error) {
    if (isReadableStream(body) && !isReadableStreamLocked(body)) {
      body.cancel(new Error("Stream cancelled because the associated put operation encountered an error."));
    }
    throw error;
  }
}

// Called on something else, a method throws at once; everything else it has to say comes through its promise.
class R2Bucket {
  #bucket;

  constructor(key = undefined, bucket = undefined) {
    if (key !== kInternal) throw illegalConstructor();
    this.#bucket = bucket;
  }

  head(key = undefined) {
    if (this == null || !(#bucket in this)) throw illegalInvocation();
    return this.#head(...arguments);
  }

  async #head(key) {
    if (arguments.length < 1) throw argumentError("head", "R2Bucket", 1, "string");
    const name = toText(key);
    requireIo();
    return headResult(ops.op_r2_head(this.#bucket, name));
  }

  get(key = undefined, options = undefined) {
    if (this == null || !(#bucket in this)) throw illegalInvocation();
    return this.#get(...arguments);
  }

  async #get(key, options) {
    if (arguments.length < 1) throw argumentError("get", "R2Bucket", 1, "string");
    const name = toText(key);
    const wire = toGetOptions(options);
    requireIo();
    return getResult(ops.op_r2_get(this.#bucket, name, wire));
  }

  put(key = undefined, value = undefined, options = undefined) {
    if (this == null || !(#bucket in this)) throw illegalInvocation();
    return this.#put(...arguments);
  }

  async #put(key, value, options) {
    if (arguments.length < 1) throw argumentError("put", "R2Bucket", 1, "string");
    if (arguments.length < 2) throw argumentError("put", "R2Bucket", 2, VALUES);
    const name = toText(key);
    const body = value === undefined || value === null ? null : toUploadable(value, "put", "R2Bucket");
    const wire = begin(body, () => toPutOptions(options));
    requireIo();
    const object = await upload(body, (bytes, length) => ops.op_r2_put(this.#bucket, name, bytes, length, wire));
    return object === null ? null : toHeadResult(object);
  }

  createMultipartUpload(key = undefined, options = undefined) {
    if (this == null || !(#bucket in this)) throw illegalInvocation();
    return this.#createMultipartUpload(...arguments);
  }

  async #createMultipartUpload(key, options) {
    if (arguments.length < 1) throw argumentError("createMultipartUpload", "R2Bucket", 1, "string");
    const name = toText(key);
    const wire = toUploadOptions(options);
    requireIo();
    return new R2MultipartUpload(kInternal, this.#bucket, name, ops.op_r2_create_upload(this.#bucket, name, wire));
  }

  resumeMultipartUpload(key = undefined, uploadId = undefined) {
    if (this == null || !(#bucket in this)) throw illegalInvocation();
    if (arguments.length < 1) throw argumentError("resumeMultipartUpload", "R2Bucket", 1, "string");
    if (arguments.length < 2) throw argumentError("resumeMultipartUpload", "R2Bucket", 2, "string");
    return new R2MultipartUpload(kInternal, this.#bucket, toText(key), toText(uploadId));
  }

  delete(keys = undefined) {
    if (this == null || !(#bucket in this)) throw illegalInvocation();
    return this.#delete(...arguments);
  }

  async #delete(keys) {
    if (arguments.length < 1) throw argumentError("delete", "R2Bucket", 1, "string or Array");
    const names = toKeys(keys);
    requireIo();
    ops.op_r2_delete(this.#bucket, names);
  }

  list(options = undefined) {
    if (this == null || !(#bucket in this)) throw illegalInvocation();
    return this.#list(...arguments);
  }

  async #list(options) {
    const wire = toListOptions(options);
    requireIo();
    return listResult(ops.op_r2_list(this.#bucket, wire));
  }
}

class R2MultipartUpload {
  #bucket;
  #key;
  #id;

  constructor(internal = undefined, bucket = undefined, key = undefined, id = undefined) {
    if (internal !== kInternal) throw illegalConstructor();
    this.#bucket = bucket;
    this.#key = key;
    this.#id = id;
    const property = (value) => ({ __proto__: null, value, writable: false, enumerable: true, configurable: true });
    ObjectDefineProperty(this, "uploadId", property(id));
    ObjectDefineProperty(this, "key", property(key));
  }

  uploadPart(partNumber = undefined, value = undefined, options = undefined) {
    if (this == null || !(#bucket in this)) throw illegalInvocation();
    return this.#uploadPart(...arguments);
  }

  async #uploadPart(partNumber, value, options) {
    if (arguments.length < 1) throw argumentError("uploadPart", "R2MultipartUpload", 1, "integer");
    const number = toInt32(partNumber);
    const body = toUploadable(value, "uploadPart", "R2MultipartUpload");
    const wire = begin(body, () => toPartOptions(options));
    requireIo();
    const start = (bytes, length) =>
      ops.op_r2_upload_part(this.#bucket, this.#key, this.#id, number, bytes, length, wire);
    return { partNumber: number, etag: await upload(body, start) };
  }

  abort() {
    if (this == null || !(#bucket in this)) throw illegalInvocation();
    return this.#abort();
  }

  async #abort() {
    requireIo();
    ops.op_r2_abort_upload(this.#bucket, this.#key, this.#id);
  }

  complete(uploadedParts = undefined) {
    if (this == null || !(#bucket in this)) throw illegalInvocation();
    return this.#complete(uploadedParts);
  }

  async #complete(uploadedParts) {
    const parts = toParts(uploadedParts);
    requireIo();
    return headResult(ops.op_r2_complete_upload(this.#bucket, this.#key, this.#id, parts));
  }
}

webidl.configureInterface(R2Bucket);
webidl.configureInterface(R2MultipartUpload);
refuseCloning(R2Bucket, "An R2 bucket binding cannot be serialized.");
refuseCloning(R2MultipartUpload);

/**
 * @param {number} bucket the host's handle of a bucket
 * @returns {R2Bucket}
 */
export function createR2Bucket(bucket) {
  return new R2Bucket(kInternal, bucket);
}

// What scripts pass to R2, in the shape in which it crosses to the host: conversions only, the host checks what they mean.

import { core, primordials } from "ext:core/mod.js";
import { argumentError, fieldError } from "ext:edgeemu_js/web/errors.js";
import { isObject, toInt32, toOptions } from "ext:edgeemu_js/web/convert.js";
import { isHeaders, readHeader } from "ext:edgeemu_js/web/headers.js";
import { bytesView } from "ext:edgeemu_js/web/streams.js";

const {
  ArrayIsArray,
  ArrayPrototypePush,
  DateParse,
  DatePrototypeGetTime,
  MathTrunc,
  NumberIsFinite,
  ObjectKeys,
  StringPrototypeReplace,
  TypeError,
} = primordials;

const LONE_SURROGATE = /\p{Cs}/gu;
const HASHES = ["md5", "sha1", "sha256", "sha384", "sha512"];
const HTTP_FIELDS = ["contentType", "contentLanguage", "contentDisposition", "contentEncoding", "cacheControl"];
const HTTP_HEADERS = {
  __proto__: null,
  contentType: "content-type",
  contentLanguage: "content-language",
  contentDisposition: "content-disposition",
  contentEncoding: "content-encoding",
  cacheControl: "cache-control",
};

/**
 * Text on its way to the service: what has no UTF-8 form arrives there as one replacement character for each byte.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function toText(value) {
  const text = typeof value === "string" ? value : `${value}`;
  return text.isWellFormed() ? text : StringPrototypeReplace(text, LONE_SURROGATE, "\ufffd\ufffd\ufffd");
}

/** A text that nothing else is converted to. */
function strictText(value, field, dictionary) {
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw fieldError(field, dictionary, "string");
  return toText(value);
}

/** Milliseconds since the epoch. */
function toMillis(value, field, dictionary) {
  if (value === undefined) return undefined;
  if (!core.isDate(value) && typeof value !== "number") throw fieldError(field, dictionary, "date");
  const millis = typeof value === "number" ? value : DatePrototypeGetTime(value);
  if (!NumberIsFinite(millis)) {
    throw new TypeError("The value cannot be converted because it is not a valid Date.");
  }
  return MathTrunc(millis);
}

/** What no parser of dates understands is the epoch. */
function headerMillis(headers, name) {
  const text = readHeader(headers, name);
  if (text === null) return undefined;
  const millis = DateParse(text);
  return NumberIsFinite(millis) ? millis : 0;
}

function headerText(headers, name) {
  return readHeader(headers, name) ?? undefined;
}

function toCondition(value, dictionary) {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw fieldError("onlyIf", dictionary, "Conditional or Headers");
  if (isHeaders(value)) {
    return {
      ifMatch: headerText(value, "if-match"),
      ifNoneMatch: headerText(value, "if-none-match"),
      uploadedAfter: headerMillis(value, "if-modified-since"),
      uploadedBefore: headerMillis(value, "if-unmodified-since"),
      seconds: true,
    };
  }
  const { etagDoesNotMatch, etagMatches, secondsGranularity, uploadedAfter, uploadedBefore } = value;
  return {
    etagMatches: strictText(etagMatches, "etagMatches", "Conditional"),
    etagDoesNotMatch: strictText(etagDoesNotMatch, "etagDoesNotMatch", "Conditional"),
    uploadedBefore: toMillis(uploadedBefore, "uploadedBefore", "Conditional"),
    uploadedAfter: toMillis(uploadedAfter, "uploadedAfter", "Conditional"),
    seconds: !!secondsGranularity,
  };
}

function toRange(value) {
  if (value === undefined) return undefined;
  if (value === null) return {};
  if (!isObject(value)) throw fieldError("range", "GetOptions", "Range or Headers");
  if (isHeaders(value)) {
    const header = readHeader(value, "range");
    return header === null ? undefined : { header };
  }
  const { length, offset, suffix } = value;
  return { offset: optionalNumber(offset), length: optionalNumber(length), suffix: optionalNumber(suffix) };
}

function optionalNumber(value) {
  return value === undefined ? undefined : +value;
}

function toHttpMetadata(value, dictionary) {
  const metadata = {};
  if (value === undefined || value === null) return metadata;
  if (!isObject(value)) throw fieldError("httpMetadata", dictionary, "HttpMetadata or Headers");
  const fromHeaders = isHeaders(value);
  for (let i = 0; i < HTTP_FIELDS.length; i++) {
    const field = HTTP_FIELDS[i];
    const text = fromHeaders ? headerText(value, HTTP_HEADERS[field]) : value[field];
    if (text !== undefined) metadata[field] = toText(text);
  }
  const expiry = fromHeaders
    ? headerMillis(value, "expires")
    : toMillis(value.cacheExpiry, "cacheExpiry", "HttpMetadata");
  if (expiry !== undefined) metadata.cacheExpiry = expiry;
  return metadata;
}

/** Pairs, in the order of the object. */
function toCustomMetadata(value, dictionary) {
  const pairs = [];
  if (value === undefined) return pairs;
  if (!isObject(value) || ArrayIsArray(value)) throw fieldError("customMetadata", dictionary, "object");
  const names = ObjectKeys(value);
  for (let i = 0; i < names.length; i++) ArrayPrototypePush(pairs, [toText(names[i]), toText(value[names[i]])]);
  return pairs;
}

function toChecksums(options) {
  const checksums = [];
  for (let i = 0; i < HASHES.length; i++) {
    const field = HASHES[i];
    const value = options[field];
    if (value === undefined) continue;
    const bytes = bytesView(value);
    if (bytes === null && typeof value !== "string") throw fieldError(field, "PutOptions", "BufferSource or string");
    ArrayPrototypePush(checksums, bytes === null ? { field, hex: toText(value) } : { field, bytes });
  }
  return checksums;
}

function toSsecKey(value) {
  if (value === undefined) return undefined;
  const bytes = bytesView(value);
  return bytes === null ? { hex: toText(value) } : { bytes };
}

function optionalText(value) {
  return value === undefined ? undefined : toText(value);
}

/** Options of `get`. */
export function toGetOptions(value) {
  const options = toOptions(value, () => argumentError("get", "R2Bucket", 2, "GetOptions"));
  return {
    onlyIf: toCondition(options.onlyIf, "GetOptions"),
    range: toRange(options.range),
    ssecKey: toSsecKey(options.ssecKey),
  };
}

/** Options of `put`. */
export function toPutOptions(value) {
  const options = toOptions(value, () => argumentError("put", "R2Bucket", 3, "PutOptions"));
  return {
    onlyIf: toCondition(options.onlyIf, "PutOptions"),
    http: toHttpMetadata(options.httpMetadata, "PutOptions"),
    custom: toCustomMetadata(options.customMetadata, "PutOptions"),
    checksums: toChecksums(options),
    storageClass: optionalText(options.storageClass),
    ssecKey: toSsecKey(options.ssecKey),
  };
}

/** Options of `createMultipartUpload`. */
export function toUploadOptions(value) {
  const refuse = () => argumentError("createMultipartUpload", "R2Bucket", 2, "MultipartOptions");
  const options = toOptions(value, refuse);
  return {
    http: toHttpMetadata(options.httpMetadata, "MultipartOptions"),
    custom: toCustomMetadata(options.customMetadata, "MultipartOptions"),
    storageClass: optionalText(options.storageClass),
    ssecKey: toSsecKey(options.ssecKey),
  };
}

/** Options of `uploadPart`. */
export function toPartOptions(value) {
  const options = toOptions(value, () => argumentError("uploadPart", "R2MultipartUpload", 3, "UploadPartOptions"));
  return { ssecKey: toSsecKey(options.ssecKey) };
}

/** Options of `list`. */
export function toListOptions(value) {
  const options = toOptions(value, () => argumentError("list", "R2Bucket", 1, "ListOptions"));
  const { cursor, delimiter, include, limit, prefix, startAfter } = options;
  return {
    limit: limit === undefined ? undefined : toInt32(limit),
    prefix: strictText(prefix, "prefix", "ListOptions"),
    cursor: strictText(cursor, "cursor", "ListOptions"),
    delimiter: strictText(delimiter, "delimiter", "ListOptions"),
    startAfter: strictText(startAfter, "startAfter", "ListOptions"),
    include: toInclude(include),
  };
}

function elementError(index, expected) {
  return new TypeError(`Incorrect type for array element ${index}: the provided value is not of type '${expected}'.`);
}

function toInclude(value) {
  const fields = [];
  if (value === undefined) return fields;
  if (!ArrayIsArray(value)) throw fieldError("include", "ListOptions", "Array");
  for (let i = 0; i < value.length; i++) {
    if (typeof value[i] !== "string") throw elementError(i, "string");
    ArrayPrototypePush(fields, value[i]);
  }
  return fields;
}

/** The parts that `complete` names. */
export function toParts(value) {
  if (!ArrayIsArray(value)) throw argumentError("complete", "R2MultipartUpload", 1, "Array");
  const parts = [];
  for (let i = 0; i < value.length; i++) {
    if (!isObject(value[i])) throw elementError(i, "UploadedPart");
    const { etag, partNumber } = value[i];
    ArrayPrototypePush(parts, { number: toInt32(partNumber), etag: toText(etag) });
  }
  return parts;
}

/** The keys that `delete` names. */
export function toKeys(value) {
  if (!ArrayIsArray(value)) return [toText(value)];
  const keys = [];
  for (let i = 0; i < value.length; i++) ArrayPrototypePush(keys, toText(value[i]));
  return keys;
}

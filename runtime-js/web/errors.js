// Builders of the error texts which the web classes share, so that one wording exists once.

import { primordials } from "ext:core/mod.js";

const { TypeError } = primordials;

/** @returns {TypeError} for a method or getter called on an object of another class */
export function illegalInvocation() {
  return new TypeError(
    "Illegal invocation: function called with incorrect `this` reference. See " +
      "https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.",
  );
}

/** @returns {TypeError} for a class scripts cannot construct */
export function illegalConstructor() {
  return new TypeError("Illegal constructor");
}

/**
 * @param {string} member method name
 * @param {string} owner class name
 * @param {number} position of the argument, from 1
 * @param {string} expected type names joined by " or "
 * @returns {TypeError}
 */
export function argumentError(member, owner, position, expected) {
  return new TypeError(
    `Failed to execute '${member}' on '${owner}': parameter ${position} is not of type '${expected}'.`,
  );
}

/**
 * @param {string} owner class name
 * @param {number} position of the argument, from 1
 * @param {string} expected type names joined by " or "
 * @returns {TypeError}
 */
export function constructorError(owner, position, expected) {
  return new TypeError(
    `Failed to construct '${owner}': constructor parameter ${position} is not of type '${expected}'.`,
  );
}

/**
 * @param {string} field name of the option
 * @param {string} dictionary name of the options type
 * @param {string} expected type names joined by " or "
 * @returns {TypeError}
 */
export function fieldError(field, dictionary, expected) {
  return new TypeError(
    `Incorrect type for the '${field}' field on '${dictionary}': the provided value is not of type '${expected}'.`,
  );
}

/** @returns {TypeError} for a second read of a body */
export function usedBodyError() {
  return new TypeError(
    "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.",
  );
}

/** @returns {TypeError} for a request that was read or sent before */
export function reusedRequestError() {
  return new TypeError("Cannot reconstruct a Request with a used body.");
}

/** @returns {Error} for an object of another invocation */
export function foreignIoError(type) {
  return new Error(
    "Cannot perform I/O on behalf of a different request. I/O objects (such as streams, request/response bodies, and " +
      "others) created in the context of one request handler cannot be accessed from a different request's handler. " +
      `This is a limitation of Cloudflare Workers which allows us to improve overall performance. (I/O type: ${type})`,
  );
}

/** @returns {TypeError} for a body whose stream another reader holds */
export function lockedBodyError() {
  return new TypeError("This ReadableStream is locked to a reader, and cannot be used as a body.");
}

/** @returns {TypeError} for an operation on a stream that somebody reads */
export function lockedStreamError() {
  return new TypeError("This ReadableStream is currently locked to a reader.");
}

/** @returns {TypeError} for a second branch of a stream that somebody reads, with production's own comma */
export function lockedBranchError() {
  return new TypeError("This ReadableStream is currently locked to a reader,");
}

/** @returns {TypeError} for reading a body whose stream somebody reads */
export function lockedContentError() {
  return new TypeError("The ReadableStream has been locked to a reader.");
}

/** @returns {TypeError} for a stream which was read before it became a body */
export function disturbedStreamError() {
  return new TypeError(
    "This ReadableStream is disturbed (has already been read from), and cannot be used as a body.",
  );
}

/** @returns {TypeError} for a body stream whose chunks are no bytes */
export function notBytesError() {
  return new TypeError("This ReadableStream did not return bytes.");
}

const CLOSED_WRITABLE = "This WritableStream has been closed.";

/** @returns {TypeError} for a write or a close that comes too late */
export function closedWritableError() {
  return new TypeError(CLOSED_WRITABLE);
}

/**
 * @param {unknown} error
 * @returns {boolean} whether it is one of `closedWritableError`
 */
export function isClosedWritableError(error) {
  return typeof error === "object" && error !== null && error.message === CLOSED_WRITABLE;
}

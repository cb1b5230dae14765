// What the status of a response means.

/**
 * @param {number} status
 * @returns {boolean} whether a response with it never has a body
 */
export function isNullBodyStatus(status) {
  return status === 101 || status === 204 || status === 205 || status === 304;
}

/**
 * @param {number} status
 * @returns {boolean}
 */
export function isRedirectStatus(status) {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

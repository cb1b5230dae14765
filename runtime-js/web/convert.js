// Conversions of script values the way production's bindings layer does them.

import { primordials } from "ext:core/mod.js";
import { fieldError } from "ext:edgeemu_js/web/errors.js";

const { MathTrunc, Number, StringPrototypeToWellFormed, TypeError } = primordials;

/** Stands for "option not given" where an op takes a 32-bit integer. */
export const ABSENT = -2147483648;

/**
 * A 32-bit integer option: fractions are cut, numeric strings parse, what is not finite becomes 0.
 *
 * @param {unknown} value
 * @returns {number}
 */
export function toInt32(value) {
  // Unary plus refuses symbols and BigInts with V8's own text, as production does.
  const number = +value;
  if (number !== number || number === Infinity || number === -Infinity) return 0;
  const whole = MathTrunc(number);
  if (whole < -2147483648 || whole > 2147483647) {
    throw new TypeError("Value out of range. Must be between -2147483648 and 2147483647 (inclusive).");
  }
  return whole + 0;
}

/**
 * @param {unknown} value
 * @returns {number} `ABSENT` for undefined
 */
export function optionalInt32(value) {
  return value === undefined ? ABSENT : toInt32(value);
}

/**
 * A length in bytes: an unsigned 64-bit integer, of which only what a double holds exactly can be used.
 *
 * @param {unknown} value
 * @returns {number}
 */
export function toLength(value) {
  if (typeof value === "bigint") {
    if (value >= 0n && value < 2n ** 64n) return Number(value);
    throw new TypeError(
      "The value cannot be converted because it is either negative and this API expects a positive bigint, or the " +
        "value would be truncated.",
    );
  }
  const number = +value;
  if (number !== number || number === Infinity || number === -Infinity) {
    throw new TypeError("The value cannot be converted because it is not an integer.");
  }
  if (number < 0) {
    throw new TypeError(
      "The value cannot be converted because it is negative and this API expects a positive bigint.",
    );
  }
  if (number > 2 ** 64) throw new TypeError("Value out of range. Must be less than or equal to 18446744073709551615.");
  return MathTrunc(number);
}

/**
 * A string in which every lone surrogate is replaced, since it is about to become UTF-8.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function toUsvString(value) {
  const text = typeof value === "string" ? value : `${value}`;
  return StringPrototypeToWellFormed(text);
}

/**
 * @param {unknown} value
 * @returns {boolean}
 */
export function isObject(value) {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/**
 * An options argument: nothing becomes an empty object, anything but an object is refused.
 *
 * @param {unknown} value
 * @param {() => TypeError} refuse
 * @returns {object}
 */
export function toOptions(value, refuse) {
  if (value === undefined || value === null) return EMPTY_OPTIONS;
  if (!isObject(value)) throw refuse();
  return value;
}

const EMPTY_OPTIONS = { __proto__: null };

/**
 * The "automatic" | "manual" options of Request and Response.
 *
 * @param {unknown} value
 * @param {string} name of the option
 * @returns {boolean} true for "manual"
 */
export function toManualEncoding(value, name) {
  if (value === undefined) return false;
  const text = `${value}`;
  if (text === "manual") return true;
  if (text === "automatic") return false;
  throw new TypeError(`${name}: unexpected value: ${text}`);
}

/**
 * @param {unknown} value
 * @param {string} field
 * @param {string} dictionary
 * @returns {object}
 */
export function requireObjectField(value, field, dictionary) {
  if (!isObject(value)) throw fieldError(field, dictionary, "Object");
  return value;
}

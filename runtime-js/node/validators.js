// Checks of arguments, with Node's errors.

const { codes } = require("errors");

function validateType(type) {
  return (value, name) => {
    if (typeof value !== type) throw new codes.ERR_INVALID_ARG_TYPE(name, type, value);
  };
}

const validateString = validateType("string");
const validateBoolean = validateType("boolean");
const validateFunction = validateType("function");

function validateNumber(value, name, min = undefined, max = undefined) {
  if (typeof value !== "number") throw new codes.ERR_INVALID_ARG_TYPE(name, "number", value);
  if ((min !== undefined && value < min) || (max !== undefined && value > max) ||
      ((min !== undefined || max !== undefined) && Number.isNaN(value))) {
    const both = min !== undefined && max !== undefined;
    const range = `${min === undefined ? "" : `>= ${min}`}${both ? " && " : ""}${max === undefined ? "" : `<= ${max}`}`;
    throw new codes.ERR_OUT_OF_RANGE(name, range, value);
  }
}

function validateInteger(value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  if (typeof value !== "number") throw new codes.ERR_INVALID_ARG_TYPE(name, "number", value);
  if (!Number.isInteger(value)) throw new codes.ERR_OUT_OF_RANGE(name, "an integer", value);
  if (value < min || value > max) throw new codes.ERR_OUT_OF_RANGE(name, `>= ${min} && <= ${max}`, value);
}

function validateInt32(value, name, min = -2147483648, max = 2147483647) {
  validateInteger(value, name, min, max);
}

function validateUint32(value, name, positive = false) {
  validateInteger(value, name, positive ? 1 : 0, 4294967295);
}

function validateObject(value, name, { nullable = false, arrays = false, functions = false } = {}) {
  if ((!nullable && value === null) || (!arrays && Array.isArray(value)) ||
      (typeof value !== "object" && (!functions || typeof value !== "function"))) {
    throw new codes.ERR_INVALID_ARG_TYPE(name, "Object", value);
  }
}

function validateArray(value, name, min = 0) {
  if (!Array.isArray(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, "Array", value);
  if (value.length < min) throw new codes.ERR_INVALID_ARG_VALUE(name, value, `must be longer than ${min}`);
}

function validateStringArray(value, name) {
  validateArray(value, name);
  value.forEach((one, at) => validateString(one, `${name}[${at}]`));
}

function validateOneOf(value, name, allowed) {
  if (allowed.includes(value)) return;
  const list = allowed.map((one) => (typeof one === "string" ? `'${one}'` : String(one))).join(", ");
  throw new codes.ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${list}`);
}

function validateAbortSignal(value, name) {
  if (value !== undefined && (value === null || typeof value !== "object" || !("aborted" in value))) {
    throw new codes.ERR_INVALID_ARG_TYPE(name, "AbortSignal", value);
  }
}

function validateBuffer(value, name = "buffer") {
  if (!ArrayBuffer.isView(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, ["Buffer", "TypedArray", "DataView"], value);
}

module.exports = {
  validateAbortSignal,
  validateArray,
  validateBoolean,
  validateBuffer,
  validateFunction,
  validateInt32,
  validateInteger,
  validateNumber,
  validateObject,
  validateOneOf,
  validateString,
  validateStringArray,
  validateUint32,
};

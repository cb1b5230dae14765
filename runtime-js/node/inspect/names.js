// inspect: the name of what V8 knows an object to be, whatever its prototype says.

const types = require("types");

function internalName(value) {
  if (typeof value === "function") return "Function";
  if (Array.isArray(value)) return "Array";
  if (types.isMap(value)) return "Map";
  if (types.isSet(value)) return "Set";
  if (types.isNativeError(value)) return "Error";
  if (types.isPromise(value)) return "Promise";
  if (types.isRegExp(value)) return "RegExp";
  if (types.isDate(value)) return "Date";
  if (types.isWeakMap(value)) return "WeakMap";
  if (types.isWeakSet(value)) return "WeakSet";
  if (types.isArrayBuffer(value)) return "ArrayBuffer";
  return "Object";
}

module.exports = { internalName };

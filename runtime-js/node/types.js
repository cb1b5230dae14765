// node:util/types: what a value really is, whatever it says of itself.

const { core } = platform;

const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
const viewTag = (value) => (ArrayBuffer.isView(value) ? tagOf.call(value) : undefined);

const types = {
  isExternal: () => false,
  isDate: (value) => core.isDate(value),
  isArgumentsObject: (value) => core.isArgumentsObject(value),
  isBigIntObject: (value) => core.isBigIntObject(value),
  isBooleanObject: (value) => core.isBooleanObject(value),
  isNumberObject: (value) => core.isNumberObject(value),
  isStringObject: (value) => core.isStringObject(value),
  isSymbolObject: (value) => core.isSymbolObject(value),
  isBoxedPrimitive: (value) => core.isBoxedPrimitive(value),
  isNativeError: (value) => core.isNativeError(value),
  isRegExp: (value) => core.isRegExp(value),
  isAsyncFunction: (value) => core.isAsyncFunction(value),
  isGeneratorFunction: (value) => core.isGeneratorFunction(value),
  isGeneratorObject: (value) => core.isGeneratorObject(value),
  isPromise: (value) => core.isPromise(value),
  isMap: (value) => core.isMap(value),
  isSet: (value) => core.isSet(value),
  isMapIterator: (value) => core.isMapIterator(value),
  isSetIterator: (value) => core.isSetIterator(value),
  isWeakMap: (value) => core.isWeakMap(value),
  isWeakSet: (value) => core.isWeakSet(value),
  isArrayBuffer: (value) => core.isArrayBuffer(value),
  isDataView: (value) => core.isDataView(value),
  isSharedArrayBuffer: (value) => core.isSharedArrayBuffer(value),
  isProxy: (value) => core.isProxy(value),
  isModuleNamespaceObject: (value) => core.isModuleNamespaceObject(value),
  isAnyArrayBuffer: (value) => core.isAnyArrayBuffer(value),
  isCryptoKey: (value) => value instanceof platform.CryptoKey,
  isKeyObject: (value) => typeof value === "object" && value !== null && value instanceof require("crypto/keys").KeyObject,
  isArrayBufferView: ArrayBuffer.isView,
  isTypedArray: (value) => viewTag(value) !== undefined,
};

for (const name of ["Uint8Array", "Uint8ClampedArray", "Uint16Array", "Uint32Array", "Int8Array", "Int16Array", "Int32Array", "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"]) {
  types[`is${name}`] = (value) => viewTag(value) === name;
}
for (const [name, value] of Object.entries(types)) Object.defineProperty(value, "name", { value: name });

module.exports = types;

// util.promisify, callbackify, deprecate, inherits, debuglog: functions made of functions.

const { codes } = require("errors");
const { validateFunction, validateString } = require("validators");
const { nextTick } = require("process_queue");

const customPromisify = Symbol.for("nodejs.util.promisify.custom");
const customNames = Symbol("customPromisifyArgs");

function withPropertiesOf(made, original) {
  Object.setPrototypeOf(made, Object.getPrototypeOf(original));
  return made;
}

function promisify(original) {
  validateFunction(original, "original");
  const own = original[customPromisify];
  if (own) {
    validateFunction(own, "util.promisify.custom");
    return Object.defineProperty(own, customPromisify, { value: own, enumerable: false, writable: false, configurable: true });
  }
  const names = original[customNames];
  function promisified(...values) {
    return new Promise((resolve, reject) => {
      Reflect.apply(original, this, [...values, (error, ...results) => {
        if (error) return reject(error);
        if (names === undefined || results.length <= 1) return resolve(results[0]);
        return resolve(Object.fromEntries(names.map((name, at) => [name, results[at]])));
      }]);
    });
  }
  withPropertiesOf(promisified, original);
  Object.defineProperty(promisified, customPromisify, { value: promisified, enumerable: false, writable: false, configurable: true });
  const descriptors = Object.getOwnPropertyDescriptors(original);
  for (const descriptor of Object.values(descriptors)) Object.setPrototypeOf(descriptor, null);
  return Object.defineProperties(promisified, descriptors);
}
promisify.custom = customPromisify;

function callbackify(original) {
  validateFunction(original, "original");
  function callbackified(...values) {
    const callback = values.pop();
    validateFunction(callback, "last argument");
    Reflect.apply(original, this, values).then(
      (value) => nextTick(callback, null, value),
      (error) => {
        let reason = error;
        if (!reason) {
          reason = new codes.ERR_FALSY_VALUE_REJECTION();
          reason.reason = error;
        }
        nextTick(callback, reason);
      },
    );
  }
  const descriptors = Object.getOwnPropertyDescriptors(original);
  if (typeof descriptors.length.value === "number") descriptors.length.value++;
  if (typeof descriptors.name.value === "string") descriptors.name.value += "Callbackified";
  return Object.defineProperties(callbackified, descriptors);
}

const warned = new Set();

function deprecate(original, message, code = undefined) {
  validateFunction(original, "fn");
  if (code !== undefined) validateString(code, "code");
  let isWarned = false;
  function deprecated(...values) {
    if (!isWarned) {
      isWarned = true;
      if (code === undefined || !warned.has(code)) {
        warned.add(code);
        platform.console.warn(`${code === undefined ? "" : `[${code}] `}DeprecationWarning: ${message}`);
      }
    }
    return new.target ? Reflect.construct(original, values, new.target) : Reflect.apply(original, this, values);
  }
  withPropertiesOf(deprecated, original);
  if (original.prototype) deprecated.prototype = original.prototype;
  return Object.defineProperty(deprecated, "length", { ...Object.getOwnPropertyDescriptor(original, "length") });
}

function inherits(constructor, parent) {
  if (constructor === undefined || constructor === null) throw new codes.ERR_INVALID_ARG_TYPE("ctor", "Function", constructor);
  if (parent === undefined || parent === null) throw new codes.ERR_INVALID_ARG_TYPE("superCtor", "Function", parent);
  if (parent.prototype === undefined) throw new codes.ERR_INVALID_ARG_TYPE("superCtor.prototype", "Object", parent.prototype);
  Object.defineProperty(constructor, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

/** Whether `NODE_DEBUG` names the section. */
function isDebugged(section) {
  const list = `${require("process").env.NODE_DEBUG ?? ""}`.toUpperCase().split(",");
  return list.some((one) => new RegExp(`^${one.replace(/[|\\{}()[\]^$+?.]/g, "\\$&").replaceAll("*", ".*")}$`).test(section) && one !== "");
}

function debuglog(section, onCreate = undefined) {
  let enabled;
  const isEnabled = () => (enabled ??= isDebugged(section.toUpperCase()));
  const logger = (...values) => {
    onCreate?.(logger);
    onCreate = undefined;
    if (isEnabled()) platform.console.error(`${section.toUpperCase()} 1: ${require("utilities/format").format(...values)}`);
  };
  return Object.defineProperty(logger, "enabled", { get: isEnabled, configurable: true, enumerable: true });
}

module.exports = { callbackify, customNames, debuglog, deprecate, inherits, promisify };

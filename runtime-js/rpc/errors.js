// Exceptions on their way into another Worker: which class, message and properties arrive there.

import { core, primordials } from "ext:core/mod.js";

const {
  AggregateError,
  ArrayPrototypePush,
  Error,
  EvalError,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ObjectGetOwnPropertyNames,
  ObjectGetPrototypeOf,
  ObjectPrototypeIsPrototypeOf,
  RangeError,
  ReferenceError,
  String,
  SyntaxError,
  TypeError,
  URIError,
} = primordials;

const { DOMException, DOMExceptionPrototype } = core.loadExtScript("ext:deno_web/01_dom_exception.js");

const { SuppressedError } = globalThis;

/** The classes that an error keeps on its way; any other becomes an Error with a name of its own. */
const CLASSES = {
  __proto__: null,
  AggregateError,
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SuppressedError,
  SyntaxError,
  TypeError,
  URIError,
};

/** Before `enhanced_error_serialization` these names, too, named a class for what was thrown. */
const ONLY_NAMES = { __proto__: null, CompileError: true, LinkError: true, RuntimeError: true };

/** The properties that mark what happened to a call, and that an error always keeps. */
const MARKS = ["retryable", "overloaded", "durableObjectReset"];

let isEnhanced = true;

/** @param {boolean} enabled `enhanced_error_serialization` of this Worker */
export function setEnhancedErrors(enabled) {
  isEnhanced = enabled;
}

/** Whether errors are taken apart here, instead of by the engine. */
export function takesErrorsApart() {
  return isEnhanced;
}

/** Whether `value` is a DOMException. */
export function isDomException(value) {
  return ObjectPrototypeIsPrototypeOf(DOMExceptionPrototype, value);
}

/** The parts of an error that is a value, with the class, the name and all own properties. */
export function errorParts(error) {
  const name = `${error.name}`;
  const kind = name in CLASSES ? name : "Error";
  const properties = [];
  if (kind !== name) ArrayPrototypePush(properties, ["name", name]);
  const keys = ObjectGetOwnPropertyNames(error);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (key !== "stack" && key !== "message" && key !== "name") ArrayPrototypePush(properties, [key, error[key]]);
  }
  return { type: "error", kind, message: `${error.message}`, properties };
}

export function domExceptionParts(error) {
  return { type: "domException", name: error.name, message: error.message };
}

/** The parts of anything that was thrown, without what may not be sendable. */
export function bareParts(thrown) {
  if (isDomException(thrown)) return domExceptionParts(thrown);
  if (!core.isNativeError(thrown)) return { type: "error", kind: "Error", message: describe(thrown), properties: [] };
  if (isEnhanced) {
    const parts = errorParts(thrown);
    parts.properties = parts.kind === thrown.name ? [] : [["name", `${thrown.name}`]];
    return parts;
  }
  return oldParts(thrown);
}

/** What arrived before `enhanced_error_serialization`: a class by its name, or the name as part of the message. */
function oldParts(thrown) {
  const name = plainName(thrown);
  const properties = [];
  for (let i = 0; i < MARKS.length; i++) {
    if (thrown[MARKS[i]] === true) ArrayPrototypePush(properties, [MARKS[i], true]);
  }
  const message = `${thrown.message}`;
  if (name in CLASSES) return { type: "error", kind: name, message, properties };
  if (name in ONLY_NAMES) return { type: "error", kind: "Error", message, properties: [["name", name], ...properties] };
  return { type: "error", kind: "Error", message: name === "" ? message : `${name}: ${message}`, properties };
}

/** The name as it is written down, without calling a getter. */
function plainName(error) {
  for (let at = error; at !== null; at = ObjectGetPrototypeOf(at)) {
    const own = ObjectGetOwnPropertyDescriptor(at, "name");
    if (own !== undefined) return own.get === undefined ? `${own.value}` : "Error";
  }
  return "Error";
}

/** How the engine writes a value that was thrown and is no error. */
function describe(value) {
  if (typeof value !== "object" || value === null) return String(value);
  return `#<${value.constructor?.name ?? "Object"}>`;
}

/** From the parts of an error to the error. */
export function revivedError({ kind, message, properties }) {
  const Class = CLASSES[kind] ?? Error;
  const error = kind === "AggregateError" ? new Class([], message) : new Class(message);
  if (kind === "AggregateError") delete error.errors;
  ObjectDefineProperty(error, "message", {
    __proto__: null,
    value: message,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  for (let i = 0; i < properties.length; i++) {
    const { 0: key, 1: value } = properties[i];
    ObjectDefineProperty(error, key, {
      __proto__: null,
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  const headline = error.name === "" ? message : message === "" ? error.name : `${error.name}: ${message}`;
  error.stack = headline;
  return error;
}

export function revivedDomException({ name, message }) {
  return new DOMException(message, name);
}

// The exceptions of WebCrypto: those the host raises by class name, and those raised here.

import { core } from "ext:core/mod.js";

const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");

// The class names of the host's `CryptoError`.
for (const name of ["OperationError", "DataError", "NotSupportedError", "InvalidAccessError", "SyntaxError"]) {
  core.registerErrorBuilder(`Crypto${name}`, (message) => new DOMException(message, name));
}

export function notSupported(message) {
  return new DOMException(message, "NotSupportedError");
}

export function invalidAccess(message) {
  return new DOMException(message, "InvalidAccessError");
}

export function operationError(message) {
  return new DOMException(message, "OperationError");
}

export function syntaxError(message) {
  return new DOMException(message, "SyntaxError");
}

export function typeMismatch(message) {
  return new DOMException(message, "TypeMismatchError");
}

export function quotaExceeded(message) {
  return new DOMException(message, "QuotaExceededError");
}

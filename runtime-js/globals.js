// The global scope of a Worker: which names exist, and where each comes from.

import { core } from "ext:core/mod.js";
import { atob, btoa } from "ext:edgeemu_js/web/base64.js";
import { installDispatch, reportError } from "ext:edgeemu_js/events/exceptions.js";
import { Body } from "ext:edgeemu_js/web/body.js";
import "ext:edgeemu_js/web/inspection.js";
import { hideLengths } from "ext:edgeemu_js/web/define.js";
import { CompressionStream, DecompressionStream } from "ext:edgeemu_js/web/compression.js";
import { console } from "ext:edgeemu_js/web/console.js";
import { Crypto, CryptoKey, SubtleCrypto, crypto } from "ext:edgeemu_js/web/crypto.js";
import { ExtendableEvent, FetchEvent, ScheduledEvent } from "ext:edgeemu_js/events/listeners.js";
import { FormData } from "ext:edgeemu_js/web/formdata.js";
import { Headers } from "ext:edgeemu_js/web/headers.js";
import { Cloudflare, Navigator, Performance, navigator, performance } from "ext:edgeemu_js/web/navigator.js";
import { Request } from "ext:edgeemu_js/web/request.js";
import { Response } from "ext:edgeemu_js/web/response.js";
import { ExecutionContext } from "ext:edgeemu_js/modules/entrypoints.js";
import { refuseCloning, structuredClone } from "ext:edgeemu_js/web/clone.js";
import { defineLazyGlobals } from "ext:edgeemu_js/lazy.js";
import { fetch } from "ext:edgeemu_js/web/fetch.js";
import { FixedLengthStream, IdentityTransformStream } from "ext:edgeemu_js/web/identity.js";
import {
  Scheduler,
  clearInterval,
  clearTimeout,
  queueMicrotask,
  scheduler,
  setInterval,
  setTimeout,
} from "ext:edgeemu_js/web/timers.js";

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const abort = core.loadExtScript("ext:deno_web/03_abort_signal.js");
const encoding = core.loadExtScript("ext:deno_web/08_text_encoding.js");
const event = core.loadExtScript("ext:deno_web/02_event.js");
const exception = core.loadExtScript("ext:deno_web/01_dom_exception.js");
const file = core.loadExtScript("ext:deno_web/09_file.js");
const ports = core.loadExtScript("ext:deno_web/13_message_port.js");
const streams = core.loadExtScript("ext:deno_web/06_streams.js");
const url = core.loadExtScript("ext:deno_web/00_url.js");
const urlPattern = core.loadExtScript("ext:deno_web/01_urlpattern.js");

class WorkerGlobalScope extends event.EventTarget {
  constructor() {
    throw new TypeError("Illegal constructor");
  }
}

class ServiceWorkerGlobalScope extends WorkerGlobalScope {}

/** What the global object inherits: interfaces and functions. */
const inherited = {
  __proto__: null,
  AbortController: abort.AbortController,
  AbortSignal: abort.AbortSignal,
  Blob: file.Blob,
  Body,
  ByteLengthQueuingStrategy: streams.ByteLengthQueuingStrategy,
  CloseEvent: event.CloseEvent,
  CompressionStream,
  CountQueuingStrategy: streams.CountQueuingStrategy,
  Crypto,
  CryptoKey,
  CustomEvent: event.CustomEvent,
  DOMException: exception.DOMException,
  DecompressionStream,
  ErrorEvent: event.ErrorEvent,
  Event: event.Event,
  EventTarget: event.EventTarget,
  ExtendableEvent,
  FetchEvent,
  File: file.File,
  FixedLengthStream,
  FormData,
  Headers,
  IdentityTransformStream,
  MessageChannel: ports.MessageChannel,
  MessageEvent: event.MessageEvent,
  MessagePort: ports.MessagePort,
  Navigator,
  PromiseRejectionEvent: event.PromiseRejectionEvent,
  ReadableByteStreamController: streams.ReadableByteStreamController,
  ReadableStream: streams.ReadableStream,
  ReadableStreamBYOBReader: streams.ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest: streams.ReadableStreamBYOBRequest,
  ReadableStreamDefaultController: streams.ReadableStreamDefaultController,
  ReadableStreamDefaultReader: streams.ReadableStreamDefaultReader,
  Request,
  Response,
  ScheduledEvent,
  ServiceWorkerGlobalScope,
  SubtleCrypto,
  TextDecoder: encoding.TextDecoder,
  TextDecoderStream: encoding.TextDecoderStream,
  TextEncoder: encoding.TextEncoder,
  TextEncoderStream: encoding.TextEncoderStream,
  TransformStream: streams.TransformStream,
  TransformStreamDefaultController: streams.TransformStreamDefaultController,
  URL: url.URL,
  URLPattern: urlPattern.URLPattern,
  URLSearchParams: url.URLSearchParams,
  WorkerGlobalScope,
  WritableStream: streams.WritableStream,
  WritableStreamDefaultController: streams.WritableStreamDefaultController,
  WritableStreamDefaultWriter: streams.WritableStreamDefaultWriter,
};

/** More of what it inherits. */
const functions = {
  __proto__: null,
  atob,
  btoa,
  clearInterval,
  clearTimeout,
  fetch,
  queueMicrotask,
  reportError,
  setInterval,
  setTimeout,
  structuredClone,
};

/** What the global object has itself. */
const own = { __proto__: null, Cloudflare, crypto, navigator, performance, scheduler, self: globalThis };

/** Compatibility flag -> what is missing without it. */
const enabledBy = {
  __proto__: null,
  enable_weak_ref: ["FinalizationRegistry", "WeakRef"],
  expose_global_message_channel: ["MessageChannel", "MessagePort"],
  global_navigator: ["Navigator", "navigator"],
  streams_enable_constructors: [
    "ReadableByteStreamController",
    "ReadableStreamBYOBRequest",
    "ReadableStreamDefaultController",
    "TransformStreamDefaultController",
    "WritableStreamDefaultController",
  ],
};

/** Names that V8 or the engine defines and a Worker does not have. */
const absent = ["Deno", "Temporal", "__bootstrap"];

/** Members of the engine's classes that production does not have. */
const absentMembers = [
  [event.EventTarget.prototype, ["getParent"]],
  [Date.prototype, ["toTemporalInstant"]],
  [file.Blob.prototype, ["textStream"]],
  [ports.MessagePort.prototype, ["hasRef", "ref", "unref"]],
];

/** Classes whose instances structured clone refuses; what it copies says so itself. */
const uncloneable = [
  ExecutionContext, CompressionStream, Crypto, CryptoKey, DecompressionStream, FixedLengthStream, FormData,
  IdentityTransformStream, Navigator, Performance, Scheduler, SubtleCrypto, abort.AbortController,
  encoding.TextDecoder, encoding.TextDecoderStream, encoding.TextEncoder, encoding.TextEncoderStream, event.Event,
  ports.MessageChannel, streams.ByteLengthQueuingStrategy, streams.CountQueuingStrategy, url.URL, url.URLSearchParams,
  urlPattern.URLPattern,
];

function define(target, names, enumerable = true) {
  for (const name in names) {
    Object.defineProperty(target, name, { value: names[name], writable: true, enumerable, configurable: true });
  }
}

function showMembers(prototype) {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === "constructor" || name.startsWith("_")) continue;
    Object.defineProperty(prototype, name, { ...descriptor, enumerable: true });
  }
}

function correctClasses() {
  for (const [owner, names] of absentMembers) for (const name of names) delete owner[name];
  for (const constructor of uncloneable) refuseCloning(constructor);
  refuseCloning(abort.AbortSignal, "AbortSignal serialization is not enabled.");
  showMembers(event.Event.prototype);
  const events = [event.CloseEvent, event.ErrorEvent, event.MessageEvent, event.PromiseRejectionEvent];
  for (const constructor of [...events, ExtendableEvent, FetchEvent, ScheduledEvent]) {
    Object.defineProperty(constructor.prototype, Symbol.toStringTag, { value: constructor.name, configurable: true });
  }
  for (const name of ["createObjectURL", "revokeObjectURL"]) {
    const { [name]: method } = {
      [name]() {
        throw new Error(`URL.${name}() is not implemented`);
      },
    };
    define(url.URL, { [name]: method });
  }
}

export function defineGlobals() {
  correctClasses();
  const scope = ServiceWorkerGlobalScope.prototype;
  define(scope, inherited);
  define(scope, functions);
  hideLengths(scope);
  for (const name in inherited) {
    hideLengths(inherited[name]);
    if (inherited[name].prototype !== undefined) hideLengths(inherited[name].prototype);
  }
  defineLazyGlobals(scope);
  define(globalThis, own);
  define(globalThis, { console }, false);
  Object.defineProperty(globalThis, "origin", { value: "null", enumerable: true, configurable: true });
  Object.defineProperty(scope, Symbol.toStringTag, { value: scope.constructor.name, configurable: true });
  event.setEventTargetData(scope);
  Object.defineProperty(scope, webidl.brand, { value: webidl.brand });
  installDispatch();
  Object.setPrototypeOf(globalThis, scope);
}

/** In a world decided by a seed, V8's own generator must not be asked. */
export function seedMathRandom() {
  const { ops } = core;
  const { random } = {
    random() {
      return ops.op_math_random();
    },
  };
  Object.defineProperty(Math, "random", { value: random, writable: true, enumerable: false, configurable: true });
}

/** Last step of the bootstrap: what only the engine needs disappears, and what these flags do not bring. */
export function sealGlobals(flags) {
  for (const name of absent) delete globalThis[name];
  // Not part of the snapshot.
  for (const name of ["compileStreaming", "instantiateStreaming"]) delete WebAssembly[name];
  for (const flag in enabledBy) {
    if (flags.includes(flag)) continue;
    for (const name of enabledBy[flag]) {
      delete globalThis[name];
      delete ServiceWorkerGlobalScope.prototype[name];
    }
  }
  for (const flag of flags) Cloudflare.compatibilityFlags[flag] = true;
}

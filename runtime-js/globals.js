// The global scope of a Worker: which names exist, and where each comes from.

import { core } from "ext:core/mod.js";
import { atob, btoa } from "ext:edgeemu_js/web/base64.js";
import { installDispatch, reportError } from "ext:edgeemu_js/events/exceptions.js";
import { Body } from "ext:edgeemu_js/web/body.js";
import { CompressionStream, DecompressionStream } from "ext:edgeemu_js/web/compression.js";
import { console } from "ext:edgeemu_js/web/console.js";
import { Crypto, CryptoKey, SubtleCrypto, crypto } from "ext:edgeemu_js/web/crypto.js";
import { ExtendableEvent, FetchEvent, ScheduledEvent } from "ext:edgeemu_js/events/listeners.js";
import { FormData } from "ext:edgeemu_js/web/formdata.js";
import { Headers } from "ext:edgeemu_js/web/headers.js";
import { Navigator, Performance, navigator, performance } from "ext:edgeemu_js/web/navigator.js";
import { Request } from "ext:edgeemu_js/web/request.js";
import { Response } from "ext:edgeemu_js/web/response.js";
import { ExecutionContext } from "ext:edgeemu_js/modules/entrypoints.js";
import { structuredClone } from "ext:edgeemu_js/web/clone.js";
import { refuseCloning } from "ext:edgeemu_js/web/uncloneable.js";
import { fetch } from "ext:edgeemu_js/web/fetch.js";
import { FixedLengthStream, IdentityTransformStream } from "ext:edgeemu_js/web/identity.js";
import {
  Scheduler,
  clearInterval,
  clearTimeout,
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

class ServiceWorkerGlobalScope extends WorkerGlobalScope {
  get [Symbol.toStringTag]() {
    return "ServiceWorkerGlobalScope";
  }
}

/** Interfaces and constructors: writable, configurable, not enumerable. */
const classes = {
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
  Performance,
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

/** Functions and objects: writable, configurable, enumerable. */
const values = {
  __proto__: null,
  atob,
  btoa,
  clearInterval,
  clearTimeout,
  console,
  crypto,
  fetch,
  navigator,
  origin: "null",
  performance,
  reportError,
  scheduler: Object.create(Scheduler.prototype),
  setInterval,
  setTimeout,
  structuredClone,
};

/** Names that V8 or the engine defines and a Worker does not have. */
const absent = ["Deno", "__bootstrap", "SharedArrayBuffer"];

export function defineGlobals() {
  for (const constructor of [ExecutionContext, FormData, Headers, Request, Response]) refuseCloning(constructor);
  for (const [name, value] of Object.entries(classes)) {
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  }
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: true, configurable: true });
  }
  Object.defineProperty(globalThis, "self", {
    value: globalThis,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  event.setEventTargetData(globalThis);
  Object.defineProperty(globalThis, webidl.brand, { value: webidl.brand });
  installDispatch();
  Object.setPrototypeOf(globalThis, ServiceWorkerGlobalScope.prototype);
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

/** Last step of the bootstrap: what only the engine needs disappears. */
export function sealGlobals() {
  for (const name of absent) delete globalThis[name];
}

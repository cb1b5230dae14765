// How `console` shows objects of the platform: what their getters give, in production's order, and in brackets what
// only the platform knows of them.

import { core, primordials } from "ext:core/mod.js";
import { ExtendableEvent, FetchEvent, ScheduledEvent } from "ext:edgeemu_js/events/listeners.js";
import { ExecutionContext } from "ext:edgeemu_js/modules/entrypoints.js";
import { BYTES, TEXT } from "ext:edgeemu_js/web/body.js";
import { CompressionStream, DecompressionStream } from "ext:edgeemu_js/web/compression.js";
import { Crypto, CryptoKey } from "ext:edgeemu_js/web/crypto.js";
import { FormData } from "ext:edgeemu_js/web/formdata.js";
import { Headers, areImmutable } from "ext:edgeemu_js/web/headers.js";
import { IdentityTransformStream } from "ext:edgeemu_js/web/identity.js";
import { Navigator, Performance } from "ext:edgeemu_js/web/navigator.js";
import { isPipeEnd } from "ext:edgeemu_js/web/pipes.js";
import { Request } from "ext:edgeemu_js/web/request.js";
import { Response } from "ext:edgeemu_js/web/response.js";
import { attachedSource } from "ext:edgeemu_js/web/streams.js";

const {
  ArrayPrototypeIncludes,
  BigInt,
  Map,
  MapPrototypeSet,
  ObjectAssign,
  ObjectDefineProperty,
  ObjectGetOwnPropertySymbols,
  ObjectKeys,
  ReflectApply,
  StringPrototypeRepeat,
  StringPrototypeReplaceAll,
  StringPrototypeSlice,
  SymbolFor,
} = primordials;

const abort = core.loadExtScript("ext:deno_web/03_abort_signal.js");
const encoding = core.loadExtScript("ext:deno_web/08_text_encoding.js");
const event = core.loadExtScript("ext:deno_web/02_event.js");
const exception = core.loadExtScript("ext:deno_web/01_dom_exception.js");
const file = core.loadExtScript("ext:deno_web/09_file.js");
const ports = core.loadExtScript("ext:deno_web/13_message_port.js");
const streams = core.loadExtScript("ext:deno_web/06_streams.js");
const url = core.loadExtScript("ext:deno_web/00_url.js");

const kInspect = SymbolFor("Deno.privateCustomInspect");

/** The engine's own way of showing a stream, which knows its state. */
const nativeInspect = streams.ReadableStream.prototype[kInspect];
const kWritableState = ObjectGetOwnPropertySymbols(new streams.WritableStream()).find(
  (symbol) => symbol.description === "[[state]]",
);

/** Adds what was set on the object itself, and what is shown in brackets. */
function complete(shell, object, keys, hidden) {
  const own = ObjectKeys(object);
  for (let i = 0; i < own.length; i++) {
    if (!ArrayPrototypeIncludes(keys, own[i])) shell[own[i]] = object[own[i]];
  }
  for (const name in hidden) {
    ObjectDefineProperty(shell, name, { __proto__: null, value: hidden[name], enumerable: false });
  }
  return shell;
}

/** Columns that a line may have before it is broken; production counts as if the object stood by itself. */
const LINE = 80;

/** What production takes for the longest name of a collection, less the name of what we show instead: `Map`. */
const LONGER_THAN_MAP = "Object".length - "Map".length;

/**
 * Shows the objects of a class by `render`, which gets the object and a function that shows a shell of it without a
 * name, and gives a text to which the name is added.
 */
function install(constructor, render) {
  const value = function (inspect, options) {
    const name = this.constructor?.name || constructor.name;
    // How deep it lies is how many objects are being shown around it.
    const level = options.seen?.length ?? 0;
    if (options.depth !== null && level > options.depth) return `[${name}]`;
    const within = ObjectAssign({ __proto__: null }, options, { showHidden: true, indentationLvl: 0 });
    if (options.depth !== null) within.depth = options.depth - level;
    try {
      const show = (shell, breakLength = LINE) => inspect(shell, ObjectAssign(within, { breakLength }));
      const indentation = StringPrototypeRepeat(" ", options.indentationLvl ?? 0);
      return StringPrototypeReplaceAll(`${name}${render(this, show)}`, "\n", `\n${indentation}`);
    } catch {
      // A prototype, or what only looks like one of the class.
      return `${name} {}`;
    }
  };
  ObjectDefineProperty(constructor.prototype, kInspect, {
    __proto__: null,
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/** Objects shown by their properties. `hide` gives what is shown in brackets. */
export function byKeys(constructor, keys, hide = () => ({})) {
  install(constructor, (object, show) => {
    const shell = {};
    for (let i = 0; i < keys.length; i++) shell[keys[i]] = object[keys[i]];
    return ` ${show(complete(shell, object, keys, hide(object)))}`;
  });
}

/** Collections shown by their entries, of which several may have the same key. */
function byEntries(constructor, hide = () => ({})) {
  const { entries } = constructor.prototype;
  install(constructor, (object, show) => {
    const map = new Map();
    const rows = [...ReflectApply(entries, object, [])];
    for (let i = 0; i < rows.length; i++) {
      const name = rows[i][0];
      MapPrototypeSet(map, { [kInspect]: (inspect, options) => inspect(name, options) }, rows[i][1]);
    }
    const text = show(complete(map, object, [], hide(object)), LINE - LONGER_THAN_MAP);
    return StringPrototypeSlice(text, "Map".length);
  });
}

/** What a readable stream is bound to deliver, as far as it is known. */
function knownLength(stream, state) {
  const source = attachedSource(stream);
  if (source === undefined) return undefined;
  if (state !== "readable") return 0n;
  if (source.length !== undefined) return BigInt(source.length);
  if (source.kind === TEXT) return BigInt(core.encode(source.data).length);
  return source.kind === BYTES ? BigInt(source.data.length) : undefined;
}

const EVENT_KEYS = [
  "type", "eventPhase", "composed", "bubbles", "cancelable", "defaultPrevented", "returnValue", "currentTarget",
  "target", "srcElement", "timeStamp", "isTrusted", "cancelBubble",
];
const PHASES = ["NONE", "CAPTURING_PHASE", "AT_TARGET", "BUBBLING_PHASE"];
const PAIR = ["readable", "writable"];

byKeys(event.Event, EVENT_KEYS);
for (
  const [constructor, keys] of [
    [event.CustomEvent, ["detail"]],
    [event.MessageEvent, ["ports", "source", "lastEventId", "origin", "data"]],
    [event.CloseEvent, ["wasClean", "reason", "code"]],
    [event.ErrorEvent, ["filename", "message", "lineno", "colno", "error"]],
    [event.PromiseRejectionEvent, ["promise", "reason"]],
    [ExtendableEvent, []],
    [FetchEvent, ["request"]],
    [ScheduledEvent, ["scheduledTime", "cron"]],
  ]
) byKeys(constructor, [...keys, ...EVENT_KEYS, ...PHASES]);

byKeys(abort.AbortController, ["signal"]);
byKeys(abort.AbortSignal, ["aborted", "reason", "onabort"]);
byKeys(exception.DOMException, ["code", "name", "message", "stack"]);
byKeys(file.Blob, ["size", "type"]);
byKeys(file.File, ["name", "lastModified", "size", "type"]);
byKeys(encoding.TextEncoder, ["encoding"]);
byKeys(encoding.TextDecoder, ["encoding", "fatal", "ignoreBOM"]);
byKeys(encoding.TextEncoderStream, ["encoding", ...PAIR]);
byKeys(encoding.TextDecoderStream, ["encoding", "fatal", "ignoreBOM", ...PAIR]);
byKeys(ports.MessageChannel, ["port2", "port1"]);
byKeys(url.URL, [
  "origin", "href", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash",
  "searchParams",
]);
byEntries(url.URLSearchParams);
byEntries(FormData);
byEntries(Headers, (headers) => ({ immutable: areImmutable(headers) }));
byKeys(Request, [
  "method", "url", "headers", "redirect", "fetcher", "signal", "cf", "integrity", "keepalive", "cache", "body",
  "bodyUsed",
]);
byKeys(Response, [
  "status", "statusText", "headers", "ok", "redirected", "url", "webSocket", "cf", "type", "body", "bodyUsed",
]);
byKeys(streams.ReadableStream, ["locked"], (stream) => {
  const { state, supportsBYOB } = ReflectApply(nativeInspect, stream, [(shell) => shell, {}]);
  return { state, supportsBYOB, length: knownLength(stream, state) };
});
byKeys(streams.WritableStream, ["locked"], (stream) => ({
  state: stream[kWritableState],
  expectsBytes: isPipeEnd(stream),
}));
for (const constructor of [streams.TransformStream, IdentityTransformStream, CompressionStream, DecompressionStream]) {
  byKeys(constructor, PAIR);
}
byKeys(streams.WritableStreamDefaultWriter, ["closed", "ready", "desiredSize"]);
byKeys(Crypto, ["subtle"]);
byKeys(CryptoKey, ["usages", "algorithm", "extractable", "type"]);
byKeys(ExecutionContext, ["props"]);
byKeys(Navigator, ["languages", "language", "platform", "hardwareConcurrency", "userAgent"]);
byKeys(Performance, ["timeOrigin"]);

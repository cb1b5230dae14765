// The kinds of objects that RPC sends by reference, or takes apart in a way of its own.

import { core, primordials } from "ext:core/mod.js";
import { currentIo } from "ext:edgeemu_js/context.js";
import { BYTES, NATIVE, NONE, TEXT, isUsed, openSource, streamFromSource, takeBody } from "ext:edgeemu_js/web/body.js";
import { lockedContentError } from "ext:edgeemu_js/web/errors.js";
import { isHeaders, headerListToWire, headersFromWire } from "ext:edgeemu_js/web/headers.js";
import { NativeSource } from "ext:edgeemu_js/web/native.js";
import { Request, isRequest, requestState } from "ext:edgeemu_js/web/request.js";
import { Response, isResponse } from "ext:edgeemu_js/web/response.js";
import {
  ReadableStream,
  bytesView,
  claimStream,
  exactBuffer,
  isReadableStreamLocked,
  pumpToSink,
  streamLength,
  untouchedSource,
} from "ext:edgeemu_js/web/streams.js";
import { exportValue, stubKind } from "ext:edgeemu_js/rpc/exports.js";
import {
  CalleeHandler,
  PromiseHandler,
  PropertyHandler,
  StubHandler,
  callMember,
  handlerOf,
} from "ext:edgeemu_js/rpc/stubs.js";
import { addKind } from "ext:edgeemu_js/rpc/wire.js";

const {
  ObjectPrototypeIsPrototypeOf,
  PromisePrototypeThen,
  TypeError,
} = primordials;

const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");
const { AbortSignalPrototype } = core.loadExtScript("ext:deno_web/03_abort_signal.js");
const { isBlob } = core.loadExtScript("ext:deno_web/09_file.js");
const { WritableStream } = core.loadExtScript("ext:deno_web/06_streams.js");

const { ops } = core;

// Kinds of attachments, as the host tells them apart.
const EXPORT = 0;
const LINE = 1;
const SOURCE = 2;
const CALLEE = 4;

function dataCloneError(text) {
  return new DOMException(text, "DataCloneError");
}

/** Work that this invocation has to outlive. */
function during(io, promise) {
  const end = () => ops.op_wait_until_end(io);
  ops.op_wait_until_start(io);
  PromisePrototypeThen(promise, end, end);
}

// References.

addKind({
  type: "stub",
  accepts: (value) => handlerOf(value) instanceof StubHandler,
  parts: (value, message) => {
    const handler = handlerOf(value);
    handler.requireUsable();
    message.afterwards(() => handler.dispose());
    return { type: "stub", at: message.attach(LINE, handler.line) };
  },
  revive: ({ at }, arrivals) => arrivals.stub(at),
});

addKind({
  type: "unsendable",
  accepts: (value) => {
    const handler = handlerOf(value);
    return handler instanceof PropertyHandler || handler instanceof PromiseHandler;
  },
  parts: (value) => {
    const name = handlerOf(value) instanceof PromiseHandler ? "RpcPromise" : "RpcProperty";
    throw dataCloneError(`Could not serialize object of type "${name}". This type does not support serialization.`);
  },
});

/** @param {(callee: number) => object} create what a script gets for somebody who can be called */
export function addCalleeKind(create) {
  addKind({
    type: "callee",
    accepts: (value) => handlerOf(value) instanceof CalleeHandler,
    parts: (value, message) => ({ type: "callee", at: message.attach(CALLEE, handlerOf(value).callee) }),
    revive: ({ at }, arrivals) => create(arrivals.attachments[at]),
  });
}

addKind({
  type: "proxy",
  accepts: (value) => core.isProxy(value) && handlerOf(value) === undefined,
  parts: (value, message) => {
    const kind = stubKind(value);
    if (kind === undefined) {
      throw dataCloneError(
        "Proxy could not be serialized because it is not a valid RPC receiver type. The Proxy must emulate either a " +
          "plain object or an RpcTarget, as indicated by the Proxy's prototype chain.",
      );
    }
    return { type: "stub", at: message.attach(EXPORT, exportValue(value, kind)) };
  },
});

addKind({
  type: "target",
  accepts: (value) => typeof value === "function" || stubKind(value)?.ownProperties === false,
  parts: (value, message) => ({ type: "stub", at: message.attach(EXPORT, exportValue(value, stubKind(value))) }),
});

addKind({
  type: "blob",
  accepts: isBlob,
  parts: () => {
    // DIFFERS: a Blob cannot be sent over RPC: send its bytes or its stream.
    throw dataCloneError("edgeemu does not send a Blob over RPC yet: send its bytes or its stream");
  },
});

addKind({
  type: "signal",
  accepts: (value) => ObjectPrototypeIsPrototypeOf(AbortSignalPrototype, value),
  parts: () => {
    throw dataCloneError("AbortSignal serialization is not enabled.");
  },
});

// Streams.

/** A stream as an attachment: as it came from the host if nobody has touched it, or else chunk by chunk. */
function attachStream(stream, message) {
  if (isReadableStreamLocked(stream)) throw lockedContentError();
  const source = untouchedSource(stream);
  if (source?.kind === NATIVE && ops.op_body_length(source.data.rid) >= 0) {
    const taken = openSource(source.kind, source.data);
    claimStream(stream);
    return message.attach(SOURCE, taken.data.handOver());
  }
  const { 0: sink, 1: body } = ops.op_fetch_body_channel(streamLength(stream));
  during(currentIo(), pumpToSink(stream, sink, () => DISCONNECTED));
  return message.attach(SOURCE, body);
}

/** What fails on the other side is no more than a stream that has no end. */
const DISCONNECTED = "ReadableStream received over RPC disconnected prematurely.";

function reviveStream(id) {
  return streamFromSource(NATIVE, new NativeSource(id));
}

addKind({
  type: "readable",
  accepts: (value) => ObjectPrototypeIsPrototypeOf(ReadableStream.prototype, value),
  parts: (value, message) => ({ type: "readable", at: attachStream(value, message) }),
  revive: ({ at }, arrivals) => reviveStream(arrivals.attachments[at]),
});

function writerFor(stream) {
  const writer = stream.getWriter();
  return {
    write: (chunk) => writer.write(chunk),
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  };
}

function reviveWritable(stub) {
  return new WritableStream({
    write(chunk) {
      const view = typeof chunk === "string" ? core.encode(chunk) : bytesView(chunk);
      if (view === null) throw new TypeError("This WritableStream only supports writing byte types.");
      return callMember(stub, "write", [exactBuffer(primordials.TypedArrayPrototypeSlice(view))]);
    },
    close: () => callMember(stub, "close", []),
    abort: (reason) => callMember(stub, "abort", [reason]),
  });
}

addKind({
  type: "writable",
  accepts: (value) => ObjectPrototypeIsPrototypeOf(WritableStream.prototype, value),
  parts: (value, message) => {
    if (value.locked) throw new TypeError("This WritableStream is currently locked to a writer.");
    const id = exportValue(writerFor(value), { ownProperties: true, dispose: undefined });
    return { type: "writable", at: message.attach(EXPORT, id) };
  },
  revive: ({ at }, arrivals) => reviveWritable(arrivals.stub(at)),
});

// Requests, responses and headers.

function bodyParts(carrier, message) {
  if (isUsed(carrier)) throw lockedContentError();
  const { kind, data, stream } = takeBody(carrier);
  if (kind === NONE) return null;
  if (kind === TEXT || kind === BYTES) return { data };
  return { at: attachStream(stream ?? streamFromSource(kind, data), message) };
}

function reviveBody(body, arrivals) {
  if (body === null) return null;
  return body.at === undefined ? body.data : reviveStream(arrivals.attachments[body.at]);
}

addKind({
  type: "headers",
  accepts: isHeaders,
  parts: (value) => ({ type: "headers", wire: headerListToWire(value) }),
  revive: ({ wire }) => headersFromWire(wire, "none"),
});

addKind({
  type: "response",
  accepts: isResponse,
  parts: (value, message) => ({
    type: "response",
    status: value.status,
    statusText: value.statusText,
    wire: headerListToWire(value.headers),
    cf: value.cf,
    body: bodyParts(value, message),
  }),
  revive: ({ status, statusText, wire, cf, body }, arrivals) => {
    const headers = headersFromWire(wire, "none");
    return new Response(reviveBody(body, arrivals), { status, statusText, headers, cf });
  },
});

addKind({
  type: "request",
  accepts: isRequest,
  parts: (value, message) => ({
    type: "request",
    url: value.url,
    method: value.method,
    redirect: requestState(value).redirect,
    wire: headerListToWire(value.headers),
    cf: value.cf,
    body: bodyParts(value, message),
  }),
  revive: ({ url, method, redirect, wire, cf, body }, arrivals) => {
    const init = { method, redirect, headers: headersFromWire(wire, "none"), cf };
    if (body !== null) init.body = reviveBody(body, arrivals);
    return new Request(url, init);
  },
});

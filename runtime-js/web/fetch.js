// Global `fetch`: from a Request to one call of the host, and from its answer to a Response.

import { core, primordials } from "ext:core/mod.js";
import { requireIo } from "ext:edgeemu_js/context.js";
import { argumentError, reusedRequestError } from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";
import {
  BYTES,
  NATIVE,
  NONE,
  PARTS,
  STREAM,
  isUsed,
  sourceBytes,
  takeBody,
} from "ext:edgeemu_js/web/body.js";
import { readDataUrl } from "ext:edgeemu_js/web/data_url.js";
import { copyHeaders, hasHeader, headerListToWire, readHeader, writeHeader } from "ext:edgeemu_js/web/headers.js";
import { NativeSource } from "ext:edgeemu_js/web/native.js";
import { Request, isRequest, requestState } from "ext:edgeemu_js/web/request.js";
import { rejection } from "ext:edgeemu_js/rpc/wire.js";
import { responseFromHost } from "ext:edgeemu_js/web/response.js";
import { adoptSocket } from "ext:edgeemu_js/web/socket_link.js";
import { isNullBodyStatus } from "ext:edgeemu_js/web/status.js";
import { pumpToSink, streamLength } from "ext:edgeemu_js/web/streams.js";

const {
  JSONStringify,
  Promise,
  PromisePrototypeThen,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeToLowerCase,
  TypeError,
} = primordials;

const { add, remove } = core.loadExtScript("ext:deno_web/03_abort_signal.js");

const { ops } = core;

/** Tells the host that no signal can abort this fetch. */
const NOT_ABORTABLE = 0;

/** Where `fetch` sends what it is not told to send elsewhere. */
const OUTSIDE = -1;

/**
 * @param {Request | URL | string} input
 * @param {object} [init]
 * @returns {Promise<Response>}
 */
export async function fetch(input, init = undefined) {
  if (arguments.length < 1) throw argumentError("fetch", "ServiceWorkerGlobalScope", 1, "Request or string");
  const request = requestOf(input, init, "ServiceWorkerGlobalScope");
  const state = requestState(request);
  state.signal?.throwIfAborted();
  if (state.fetcher !== null && state.fetcher !== undefined) return await state.fetcher.fetch(request);
  const { url } = request;
  if (StringPrototypeStartsWith(url, "data:")) return fetchData(request, url);
  if (!StringPrototypeStartsWith(url, "https:") && !StringPrototypeStartsWith(url, "http:")) {
    throw new TypeError(`Fetch API cannot load: ${url}`);
  }
  return await fetchRemote(request, state);
}

/** What to send, from the arguments of `fetch`. */
function requestOf(input, init, owner) {
  requireIo();
  if (init !== undefined && init !== null && !isObject(init)) {
    throw argumentError("fetch", owner, 2, "RequestInitializerDict or Request");
  }
  return isRequest(input) && (init === undefined || init === null) ? input : new Request(input, init);
}

/**
 * Sends a request to somebody whom the host knows by a number, whatever its URL says.
 *
 * @param {number} callee
 * @param {Request | URL | string} input
 * @param {object} [init]
 * @returns {Promise<Response>}
 */
export async function fetchFrom(callee, input, init) {
  const request = requestOf(input, init, "Fetcher");
  const state = requestState(request);
  state.signal?.throwIfAborted();
  try {
    return await fetchRemote(request, state, callee);
  } catch (error) {
    throw rejection(error);
  }
}

function fetchData(request, url) {
  const data = readDataUrl(url);
  if (data === null) throw new TypeError(`Fetch API cannot load: ${url}`);
  const head = { status: 200, statusText: "OK", headers: `content-type\n${data.type}`, url: "", redirected: false };
  return responseFromHost(head, request.method === "GET" ? { kind: BYTES, data: data.content, stream: null } : null);
}

function withoutFragment(url) {
  const hash = StringPrototypeIndexOf(url, "#");
  return hash === -1 ? url : StringPrototypeSlice(url, 0, hash);
}

/** The headers as they go out: the request's own, and what its cache mode adds. */
function outgoingHeaders({ headers, cache }) {
  if (cache === undefined) return headerListToWire(headers);
  const sent = copyHeaders(headers);
  if (!hasHeader(sent, "cache-control")) writeHeader(sent, "cache-control", "no-cache");
  if (!hasHeader(sent, "pragma")) writeHeader(sent, "pragma", "no-cache");
  return headerListToWire(sent);
}

/** The body as the host takes it: null, a string, bytes, or the id of a native source. */
async function outgoingBody(source) {
  switch (source.kind) {
    case NONE:
      return null;
    case NATIVE:
      return source.data.handOver();
    case PARTS:
      return await sourceBytes(source);
    default:
      return source.data;
  }
}

async function fetchRemote(request, state, callee = OUTSIDE) {
  if (isUsed(request)) throw reusedRequestError();
  const source = takeBody(request);
  const fetchId = state.signal === null ? NOT_ABORTABLE : ops.op_fetch_new();
  const call = {
    url: withoutFragment(request.url),
    method: request.method,
    headers: outgoingHeaders(state),
    follow: state.redirect === "follow",
    decode: !state.manualEncoding,
    fetchId,
    callee,
    cf: callee === OUTSIDE ? undefined : request.cf,
  };
  if (callee === OUTSIDE && asksForSocket(state)) {
    const answer = ops.op_fetch_socket(call.url, call.headers, call.follow, fetchId);
    return await answered(call, answer, state);
  }
  const answer = sendSource(source, (body) => send(call, body));
  return await answered(call, answer, state);
}

/** Whether the answer is to be a WebSocket. */
function asksForSocket({ headers }) {
  const upgrade = readHeader(headers, "upgrade");
  return upgrade !== null && StringPrototypeToLowerCase(upgrade) === "websocket";
}

async function answered(call, answer, state) {
  if (state.signal !== null) return await abortable(call, answer, state);
  const head = await answer;
  return toResponse(head, answerBody(call, head), state);
}

function send({ url, method, headers, follow, decode, fetchId, callee, cf }, body) {
  if (callee === OUTSIDE) return ops.op_fetch(url, method, headers, body, follow, decode, fetchId);
  const json = cf === undefined ? null : JSONStringify(cf);
  return ops.op_service_fetch(callee, url, method, headers, body, json, follow, decode, fetchId);
}

/**
 * Gives a body to the host: null, a string, bytes, or the id of a native source.
 *
 * @param {{ kind: number, data: unknown, stream: ReadableStream | null }} source
 * @param {(body: unknown) => Promise<unknown>} deliver
 */
export async function sendSource(source, deliver) {
  return source.kind === STREAM ? await sendStream(source.stream, deliver) : await deliver(await outgoingBody(source));
}

/** The answer may arrive while the body is still on its way. */
async function sendStream(stream, deliver) {
  const { 0: sink, 1: body } = ops.op_fetch_body_channel(streamLength(stream));
  let failure = null;
  PromisePrototypeThen(pumpToSink(stream, sink), undefined, (error) => {
    failure = { error };
  });
  try {
    return await deliver(body);
  } catch (error) {
    // The script's own error says more than "the body broke off".
    throw failure === null ? error : failure.error;
  }
}

/** The answer's body; null where there is none by definition. */
function answerBody(call, { body, status }) {
  if (body === null) return null;
  const source = new NativeSource(body);
  if (call.method !== "HEAD" && !isNullBodyStatus(status)) return source;
  source.cancel();
  return null;
}

function toResponse({ status, statusText, headers, url, redirected, socket }, source, { manualEncoding }) {
  const webSocket = socket === undefined ? null : adoptSocket(socket);
  const head = { status, statusText, headers, url, redirected, manualEncoding, webSocket };
  return responseFromHost(head, source === null ? null : { kind: NATIVE, data: source, stream: null });
}

/** Until the head is there an abort rejects the call; later it breaks the body off. Both with the signal's reason. */
function abortable(call, answer, state) {
  const { signal } = state;
  return new Promise((resolve, reject) => {
    let source = null;
    let answered = false;
    const abort = () => {
      // The host knows the call by its id only until it has answered.
      if (answered) source.abort(signal.reason);
      else ops.op_fetch_abort(call.fetchId);
      reject(signal.reason);
    };
    // The signal may have fired while the body was being prepared; then nobody would call `abort`.
    if (signal.aborted) abort();
    else signal[add](abort);
    PromisePrototypeThen(answer, (head) => {
      source = answerBody(call, head);
      answered = true;
      if (signal.aborted) source?.cancel();
      else if (source === null) signal[remove](abort);
      else source.watch(() => signal[remove](abort));
      resolve(toResponse(head, source, state));
    }, (error) => {
      signal[remove](abort);
      reject(error);
    });
  });
}

// Native byte sources: chunks come from the host, and an aborted one fails with the reason the script gave.

import { core, primordials } from "ext:core/mod.js";
import { concatBytes } from "ext:edgeemu_js/web/streams.js";

const { ArrayPrototypePush, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, SafeMap } = primordials;
const { ops } = core;

/** Sources which a signal watches: rid -> { aborted, reason, forget }. */
const watched = new SafeMap();

/**
 * @param {number} rid
 * @param {() => void} forget called once the source is done with
 * @returns {{ aborted: boolean, reason: unknown }} to be filled when the signal aborts
 */
export function watchNative(rid, forget) {
  const watch = { aborted: false, reason: undefined, forget };
  MapPrototypeSet(watched, rid, watch);
  return watch;
}

function finish(rid) {
  const watch = MapPrototypeGet(watched, rid);
  if (watch === undefined) return;
  MapPrototypeDelete(watched, rid);
  watch.forget();
}

/**
 * @param {number} rid
 * @returns {Promise<Uint8Array | null>} null at the end
 */
export async function readNative(rid) {
  const watch = MapPrototypeGet(watched, rid);
  if (watch === undefined) return await ops.op_body_read(rid);
  let chunk;
  try {
    chunk = watch.aborted ? null : await ops.op_body_read(rid);
  } catch (error) {
    finish(rid);
    throw watch.aborted ? watch.reason : error;
  }
  if (watch.aborted) {
    finish(rid);
    throw watch.reason;
  }
  if (chunk === null) finish(rid);
  return chunk;
}

/**
 * @param {number} rid
 * @returns {Promise<Uint8Array>}
 */
export async function readNativeWhole(rid) {
  const chunks = [];
  while (true) {
    const chunk = await readNative(rid);
    if (chunk === null) return concatBytes(chunks);
    ArrayPrototypePush(chunks, chunk);
  }
}

/** @param {number} rid */
export function cancelNative(rid) {
  finish(rid);
  ops.op_body_cancel(rid);
}

/**
 * The host takes the source over. A signal can still abort it there.
 *
 * @param {number} rid
 */
export function handOverNative(rid) {
  MapPrototypeDelete(watched, rid);
}

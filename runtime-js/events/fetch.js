// Host event "fetch" -> the Worker's handler -> one answer.

import { core } from "ext:core/mod.js";
import { runInContext } from "ext:edgeemu_js/context.js";
import { DEFAULT, callEntry } from "ext:edgeemu_js/events/entry.js";
import { requestFromHost } from "ext:edgeemu_js/web/request.js";
import { isResponse } from "ext:edgeemu_js/web/response.js";
import { encodeThrown } from "ext:edgeemu_js/rpc/wire.js";
import { sendResponse } from "ext:edgeemu_js/web/body.js";

const { ops } = core;

/**
 * The host calls this for request `id`; the request's I/O context has the same id. Never throws.
 *
 * @param {number} id
 * @param {string} [name] of the export it is for
 * @param {string | Uint8Array} [props] what `ctx.props` will be
 * @param {boolean} [isInternal] whether another Worker waits for the answer
 */
export function dispatchFetch(id, name = undefined, props = undefined, isInternal = false) {
  const which = name === undefined && props === undefined ? DEFAULT : { name, props };
  const fail = isInternal ? failInternal : failExternal;
  runInContext(id, () => {
    try {
      const answer = callEntry("fetch", id, which, () => requestFromHost(id));
      if (isResponse(answer)) return settle(id, answer, fail);
      Promise.resolve(answer).then((response) => settle(id, response, fail), (error) => fail(id, error));
    } catch (error) {
      fail(id, error);
    }
  });
}

function settle(id, response, fail) {
  try {
    if (!isResponse(response)) ops.op_not_a_response();
    if (response.type === "error") ops.op_error_response();
    sendResponse(id, response);
  } catch (error) {
    fail(id, error);
  }
}

function failExternal(id, error) {
  ops.op_request_failed(id, error, null);
}

function failInternal(id, error) {
  ops.op_request_failed(id, error, encodeThrown(error));
}

// Host event "fetch" -> the Worker's handler -> one answer.

import { core } from "ext:core/mod.js";
import { runInContext } from "ext:edgeemu_js/context.js";
import { callEntry } from "ext:edgeemu_js/events/entry.js";
import { requestFromHost } from "ext:edgeemu_js/web/request.js";
import { isResponse } from "ext:edgeemu_js/web/response.js";
import { sendResponse } from "ext:edgeemu_js/web/body.js";

const { ops } = core;

/** The host calls this for request `id`; the request's I/O context has the same id. Never throws. */
export function dispatchFetch(id) {
  runInContext(id, () => {
    try {
      const answer = callEntry("fetch", id, () => requestFromHost(id));
      if (isResponse(answer)) return settle(id, answer);
      Promise.resolve(answer).then((response) => settle(id, response), (error) => fail(id, error));
    } catch (error) {
      fail(id, error);
    }
  });
}

function settle(id, response) {
  try {
    if (!isResponse(response)) ops.op_not_a_response();
    if (response.type === "error") ops.op_error_response();
    sendResponse(id, response);
  } catch (error) {
    fail(id, error);
  }
}

function fail(id, error) {
  ops.op_request_failed(id, error);
}

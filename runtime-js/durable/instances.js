// The instances of objects in this isolate, and the events that the host has for them.

/**
 * op_object_about(object) -> { className, id, name: string | null, jurisdiction: string | null }
 * op_object_break(object, error, thrown: Uint8Array): the object is reset
 * op_object_abort(object, error, thrown): the same, and whatever runs now is ended
 * op_object_incapable(event): there is no handler for the alarm
 */

import { core } from "ext:core/mod.js";
import { runInContext } from "ext:edgeemu_js/context.js";
import { entry } from "ext:edgeemu_js/events/entry.js";
import { ExecutionContext, env } from "ext:edgeemu_js/modules/entrypoints.js";
import { requestFromHost } from "ext:edgeemu_js/web/request.js";
import { isResponse } from "ext:edgeemu_js/web/response.js";
import { sendResponse } from "ext:edgeemu_js/web/body.js";
import { encodeThrown } from "ext:edgeemu_js/rpc/wire.js";
import { createId } from "ext:edgeemu_js/bindings/durable.js";
import { dropSockets, socketsOf } from "ext:edgeemu_js/durable/sockets.js";
import { breakObject, createState } from "ext:edgeemu_js/durable/state.js";
import { createStorage } from "ext:edgeemu_js/durable/storage.js";

const { ops } = core;

/** The object's I/O context -> the instance; undefined while its constructor runs. */
const instances = new Map();

/** Makes the instance. What its constructor throws resets the object. Never throws. */
export function constructObject(object) {
  runInContext(object, () => {
    try {
      const about = ops.op_object_about(object);
      const Class = entry.exports[about.className];
      if (typeof Class !== "function") {
        throw new TypeError(`The Worker has no export \`${about.className}\` that is a class of Durable Objects.`);
      }
      const hasAlarm = () => {
        const instance = instances.get(object);
        // In the constructor it is not known yet.
        return instance === undefined || typeof instance.alarm === "function";
      };
      const storage = createStorage(object, hasAlarm);
      const { exports } = new ExecutionContext(object, {});
      const ctx = createState({ object, id: createId(about), storage, props: {}, exports });
      instances.set(object, new Class(ctx, env));
    } catch (error) {
      breakObject(object, error);
    }
  });
}

/** The host forgets the object. */
export function dropObject(object) {
  instances.delete(object);
  dropSockets(object);
}

/** The instance of an object, for whoever delivers events to it. */
export function instanceOf(object) {
  return instances.get(object);
}

/** A request for the object; its answer goes to `event`. Never throws. */
export function dispatchObjectFetch(object, event) {
  const fail = (error) => ops.op_request_failed(event, error, encodeThrown(error));
  const send = (response) => {
    try {
      if (!isResponse(response)) ops.op_not_a_response();
      if (response.type === "error") ops.op_error_response();
      sendResponse(event, response);
    } catch (error) {
      fail(error);
    }
  };
  runInContext(object, () => {
    try {
      const instance = instances.get(object);
      if (typeof instance.fetch !== "function") return ops.op_handler_missing(event, "fetch");
      const answer = instance.fetch(requestFromHost(event));
      if (isResponse(answer)) return send(answer);
      Promise.resolve(answer).then(send, fail);
    } catch (error) {
      fail(error);
    }
  });
}

/** The object's alarm. Never throws. */
export function dispatchObjectAlarm(object, event, scheduledTime, retryCount) {
  const fail = (error) => ops.op_request_failed(event, error, null);
  runInContext(object, () => {
    try {
      const instance = instances.get(object);
      if (typeof instance.alarm !== "function") return ops.op_object_incapable(event);
      const done = instance.alarm({ scheduledTime, retryCount, isRetry: retryCount > 0 });
      Promise.resolve(done).then(() => ops.op_event_done(event), fail);
    } catch (error) {
      fail(error);
    }
  });
}

/** Something has arrived at a WebSocket that the object keeps. Never throws. */
export function dispatchObjectSocket(object, event, kept, kind, data, code) {
  const fail = (error) => ops.op_request_failed(event, error, null);
  runInContext(object, () => {
    try {
      const done = socketsOf(object).deliver(instances.get(object), kept, { kind, data, code });
      Promise.resolve(done).then(() => ops.op_event_done(event), fail);
    } catch (error) {
      fail(error);
    }
  });
}

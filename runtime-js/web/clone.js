// structuredClone: deno_web's, but a transferred buffer is gone from where it came from.

import { core } from "ext:core/mod.js";
import { argumentError } from "ext:edgeemu_js/web/errors.js";

const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");
const native = core.loadExtScript("ext:deno_web/13_message_port.js").structuredClone;

export const { structuredClone } = {
  structuredClone(value, options = undefined) {
    if (arguments.length < 1) throw argumentError("structuredClone", "ServiceWorkerGlobalScope", 1, "JsValue");
    const transfer = [...(options?.transfer ?? [])];
    if (!transfer.every((item) => item instanceof ArrayBuffer)) return native(value, options);
    if (transfer.some((buffer) => buffer.detached) || new Set(transfer).size < transfer.length) {
      throw new DOMException("An ArrayBuffer is detached and could not be cloned.", "DataCloneError");
    }
    const copy = native(value);
    for (const buffer of transfer) buffer.transfer();
    return copy;
  },
};

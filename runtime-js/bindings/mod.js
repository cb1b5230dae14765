// From the host's description of a binding to the object in `env`. One line per kind.

import { createD1Database } from "ext:edgeemu_js/bindings/d1.js";
import { createDurableNamespace } from "ext:edgeemu_js/bindings/durable.js";
import { createKvNamespace } from "ext:edgeemu_js/bindings/kv.js";
import { createR2Bucket } from "ext:edgeemu_js/bindings/r2.js";
import { createService } from "ext:edgeemu_js/bindings/services.js";
import { createUnsupported } from "ext:edgeemu_js/bindings/unsupported.js";

const kinds = {
  __proto__: null,
  d1: ({ handle }) => createD1Database(handle),
  durable: ({ handle }) => createDurableNamespace(handle),
  json: ({ value }) => value,
  kv: ({ handle }) => createKvNamespace(handle),
  r2: ({ handle }) => createR2Bucket(handle),
  service: ({ handle }) => createService(handle),
  unsupported: ({ name, resource }) => createUnsupported(name, resource),
};

/** Fills `env` from descriptions `{ name, kind, ... }`. */
export function fillEnv(env, descriptions) {
  for (const description of descriptions) {
    env[description.name] = kinds[description.kind](description);
  }
}

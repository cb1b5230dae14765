// `CryptoKey`: what a script may know about a key. The material stays with the host, behind a handle.

import { core, primordials } from "ext:core/mod.js";
import { illegalConstructor, illegalInvocation } from "ext:edgeemu_js/web/errors.js";

const { ArrayPrototypeSlice, SymbolFor, Uint8Array } = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");

const CREATE = { __proto__: null };

/**
 * What is known about a key.
 *
 * @typedef {object} Slots
 * @property {object} handle the host's key material
 * @property {"secret" | "public" | "private"} type
 * @property {boolean} extractable
 * @property {object} algorithm as shown to scripts, which get a copy
 * @property {string[]} usages as shown to scripts, who get a copy
 */

let slotsUnchecked;
let isKey;

export class CryptoKey {
  #slots;
  #algorithm;
  #usages;

  constructor(token = undefined, slots = undefined) {
    if (token !== CREATE) throw illegalConstructor();
    this.#slots = slots;
  }

  get type() {
    if (this == null || !(#slots in this)) throw illegalInvocation();
    return this.#slots.type;
  }

  get extractable() {
    if (this == null || !(#slots in this)) throw illegalInvocation();
    return this.#slots.extractable;
  }

  get algorithm() {
    if (this == null || !(#slots in this)) throw illegalInvocation();
    return (this.#algorithm ??= copyAlgorithm(this.#slots.algorithm));
  }

  get usages() {
    if (this == null || !(#slots in this)) throw illegalInvocation();
    return (this.#usages ??= ArrayPrototypeSlice(this.#slots.usages));
  }

  [SymbolFor("Deno.privateCustomInspect")](inspect, options) {
    if (!(#slots in this)) return "CryptoKey {}";
    const { type, extractable, algorithm, usages } = this.#slots;
    return `CryptoKey ${inspect({ type, extractable, algorithm, usages }, options)}`;
  }

  static {
    isKey = (value) => typeof value === "object" && value !== null && #slots in value;
    slotsUnchecked = (key) => key.#slots;
  }
}

webidl.configureInterface(CryptoKey);

/** Scripts may change what they are shown; the key must not follow. */
function copyAlgorithm(algorithm) {
  const copy = { ...algorithm };
  if (copy.publicExponent !== undefined) copy.publicExponent = new Uint8Array(copy.publicExponent);
  if (copy.hash !== undefined) copy.hash = { ...copy.hash };
  return copy;
}

/**
 * @param {Slots} slots
 * @returns {CryptoKey}
 */
export function createKey(slots) {
  return new CryptoKey(CREATE, slots);
}

/**
 * @param {unknown} value
 * @param {() => TypeError} refuse
 * @returns {Slots}
 */
export function slotsOf(value, refuse) {
  if (!isKey(value)) throw refuse();
  return slotsUnchecked(value);
}

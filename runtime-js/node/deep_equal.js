// Whether two values have the same content, as assert and util compare them.

const types = require("types");

const enumerableSymbols = (value) => Object.getOwnPropertySymbols(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
const isIndex = (key) => /^(0|[1-9]\d*)$/.test(key);
const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const sameBytes = (left, right) => left.length === right.length && left.every((byte, at) => byte === right[at]);

const LOOSE = 0;
const STRICT = 1;
const PARTIAL = 2;

/** A comparison under way: pairs that are compared already count as equal where they meet again. */
class Comparison {
  constructor(mode) {
    this.mode = mode;
    this.isStrict = mode !== LOOSE;
    this.pairs = new Map();
  }

  same(left, right) {
    if (left === right) return left !== 0 || !this.isStrict || Object.is(left, right);
    if (this.isStrict) {
      if (typeof left !== "object") return typeof left === "number" && Number.isNaN(left) && Number.isNaN(right);
      if (typeof right !== "object" || left === null || right === null) return false;
      if (this.mode === STRICT && Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
    } else {
      if (left === null || typeof left !== "object") {
        return (right === null || typeof right !== "object") && (left == right || (Number.isNaN(left) && Number.isNaN(right)));
      }
      if (right === null || typeof right !== "object") return false;
    }
    return this.sameObjects(left, right);
  }

  sameObjects(left, right) {
    if (Object.prototype.toString.call(left) !== Object.prototype.toString.call(right)) return false;
    if (Array.isArray(left)) return this.sameLists(left, right);
    if (Object.prototype.toString.call(left) === "[object Object]" && !types.isNativeError(left)) return this.sameKeys(left, right, "plain");
    const special = this.sameSpecial(left, right);
    if (special !== undefined) return special;
    return this.sameKeys(left, right, "plain");
  }

  sameLists(left, right) {
    if (!Array.isArray(right)) return false;
    if (this.mode === PARTIAL ? left.length < right.length : left.length !== right.length) return false;
    if (this.mode === PARTIAL) return this.guarded(left, right, () => this.hasPart(left, right));
    const extra = (list) => Object.keys(list).filter((key) => !isIndex(key));
    if (extra(left).length !== extra(right).length) return false;
    return this.sameKeys(left, right, "list");
  }

  /** In order, with others in between. */
  hasPart(left, right) {
    let at = 0;
    for (const wanted of right) {
      while (at < left.length && !this.same(left[at], wanted)) at++;
      if (at++ >= left.length) return false;
    }
    return true;
  }

  sameSpecial(left, right) {
    if (types.isDate(left)) {
      if (!types.isDate(right) || !Object.is(Date.prototype.getTime.call(left), Date.prototype.getTime.call(right))) return false;
    } else if (types.isRegExp(left)) {
      if (!types.isRegExp(right) || left.source !== right.source || left.flags !== right.flags || left.lastIndex !== right.lastIndex) return false;
    } else if (types.isNativeError(left) || left instanceof Error) {
      if (!(right instanceof Error) || left.message !== right.message || left.name !== right.name) return false;
      for (const key of ["cause", "errors"]) {
        if (Object.hasOwn(left, key) !== Object.hasOwn(right, key) || !this.same(left[key], right[key])) return false;
      }
    } else if (ArrayBuffer.isView(left)) {
      return this.sameViews(left, right);
    } else if (types.isSet(left)) {
      return types.isSet(right) && (this.mode === PARTIAL ? left.size >= right.size : left.size === right.size) && this.sameKeys(left, right, "set");
    } else if (types.isMap(left)) {
      return types.isMap(right) && (this.mode === PARTIAL ? left.size >= right.size : left.size === right.size) && this.sameKeys(left, right, "map");
    } else if (types.isAnyArrayBuffer(left)) {
      if (!types.isAnyArrayBuffer(right) || !sameBytes(new Uint8Array(left), new Uint8Array(right))) return false;
    } else if (types.isBoxedPrimitive(left)) {
      if (!types.isBoxedPrimitive(right) || !Object.is(left.valueOf(), right.valueOf())) return false;
    } else if (types.isWeakMap(left) || types.isWeakSet(left) || types.isPromise(left)) {
      return false;
    }
    return undefined;
  }

  sameViews(left, right) {
    if (!ArrayBuffer.isView(right) || left[Symbol.toStringTag] !== right[Symbol.toStringTag]) return false;
    const isFloat = types.isFloat32Array(left) || types.isFloat64Array(left);
    if (!this.isStrict && isFloat) {
      if (left.length !== right.length || !left.every((one, at) => one === right[at])) return false;
    } else if (!sameBytes(bytesOf(left), bytesOf(right))) return false;
    return this.sameKeys(left, right, "list");
  }

  sameKeys(left, right, kind) {
    let keys = Object.keys(right);
    if (types.isTypedArray(left)) keys = keys.filter((key) => !isIndex(key));
    if (this.mode !== PARTIAL) {
      const count = Object.keys(left).length - (types.isTypedArray(left) ? left.length : 0);
      if (count !== keys.length) return false;
    }
    if (keys.some((key) => !Object.prototype.propertyIsEnumerable.call(left, key))) return false;
    if (this.isStrict) {
      const symbols = enumerableSymbols(right);
      if (symbols.some((key) => !Object.prototype.propertyIsEnumerable.call(left, key))) return false;
      if (this.mode === STRICT && symbols.length !== enumerableSymbols(left).length) return false;
      keys = [...keys, ...symbols];
    }
    return this.guarded(left, right, () => this.sameContent(left, right, keys, kind));
  }

  guarded(left, right, compare) {
    if (this.pairs.has(left)) return this.pairs.get(left) === right;
    this.pairs.set(left, right);
    const result = compare();
    this.pairs.delete(left);
    return result;
  }

  sameContent(left, right, ...[keys, kind]) {
    if (kind === "set" && !this.sameSets(left, right)) return false;
    if (kind === "map" && !this.sameMaps(left, right)) return false;
    return keys.every((key) => this.same(left[key], right[key]));
  }

  sameSets(left, right) {
    const unmatched = [...left].filter((one) => !right.has(one));
    const wanted = [...right].filter((one) => !left.has(one));
    if (this.mode !== PARTIAL && unmatched.length !== wanted.length) return false;
    return wanted.every((one) => {
      const at = unmatched.findIndex((other) => this.same(other, one));
      if (at === -1) return false;
      unmatched.splice(at, 1);
      return true;
    });
  }

  sameMaps(left, right) {
    const unmatched = [...left].filter(([key]) => !right.has(key));
    for (const [key, value] of right) {
      if (left.has(key)) {
        if (!this.same(left.get(key), value)) return false;
        continue;
      }
      const at = unmatched.findIndex(([other, content]) => this.same(other, key) && this.same(content, value));
      if (at === -1) return false;
      unmatched.splice(at, 1);
    }
    return this.mode === PARTIAL || unmatched.length === 0;
  }
}

module.exports = {
  isDeepEqual: (left, right) => new Comparison(LOOSE).same(left, right),
  isDeepStrictEqual: (left, right) => new Comparison(STRICT).same(left, right),
  isPartiallyEqual: (left, right) => new Comparison(PARTIAL).same(left, right),
};

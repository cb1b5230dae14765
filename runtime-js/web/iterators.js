// Iterators over rows, as `entries`, `keys` and `values` of the platform's collections give them.

import { primordials } from "ext:core/mod.js";
import { illegalConstructor, illegalInvocation } from "ext:edgeemu_js/web/errors.js";
import { isObject } from "ext:edgeemu_js/web/convert.js";

const { ArrayIteratorPrototype, ObjectDefineProperty, ObjectGetPrototypeOf, ObjectSetPrototypeOf, SymbolToStringTag } =
  primordials;

class Cursor {
  #rows;
  #show;
  #index = 0;

  constructor(rows, show) {
    this.#rows = rows;
    this.#show = show;
  }

  static advance(cursor) {
    if (!isObject(cursor) || !(#rows in cursor)) throw illegalInvocation();
    if (cursor.#index >= cursor.#rows.length) return { done: true, value: undefined };
    const show = cursor.#show;
    return { done: false, value: show(cursor.#rows[cursor.#index++]) };
  }
}

const { advance } = Cursor;

/** What makes iterators of the class called `name`; rows that are added while one runs are seen. */
function iteratorClass(name) {
  const { [name]: constructor } = {
    [name]: class {
      constructor() {
        throw illegalConstructor();
      }

      next() {
        return advance(this);
      }
    },
  };
  const { prototype } = constructor;
  ObjectSetPrototypeOf(prototype, ObjectGetPrototypeOf(ArrayIteratorPrototype));
  ObjectDefineProperty(prototype, "next", { __proto__: null, enumerable: true });
  ObjectDefineProperty(prototype, SymbolToStringTag, { __proto__: null, value: name, configurable: true });
  return (rows, show) => ObjectSetPrototypeOf(new Cursor(rows, show), prototype);
}

/** Each takes the rows and what shows one of them. */
export const entryIterator = iteratorClass("EntryIterator");
export const keyIterator = iteratorClass("KeyIterator");
export const valueIterator = iteratorClass("ValueIterator");

// `ctx.storage.sql`: statements and cursors over their rows.

/**
 * op_sql_exec(object, query: string, bindings: unknown[]) -> [cursor: number, columns: string[], read, written]
 *   Runs up to the first row. `cursor` is negative if there is none.
 * op_sql_next(object, cursor) -> unknown[] | null: the values of the next row
 * op_sql_rest(object, cursor) -> unknown[][]: all rows that are left
 * op_sql_counts(object, cursor) -> [read, written]: of a statement under way
 * op_sql_close(object, cursor) -> [read, written]: the statement is over
 * op_sql_size(object) -> number
 */

import { core } from "ext:core/mod.js";
import { argumentError, illegalConstructor } from "ext:edgeemu_js/web/errors.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";

const { ops } = core;

const kInternal = Symbol("internal");

/** Cursors that nobody can read any more. */
const abandoned = new FinalizationRegistry(({ object, cursor }) => ops.op_sql_close(object, cursor));

/** What a value becomes on its way to SQLite. */
function toBinding(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "bigint") throw new TypeError("Cannot convert a BigInt value to a number");
  if (core.isAnyArrayBuffer(value)) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return `${value}`;
}

function toRow(columns, values) {
  const row = {};
  for (let i = 0; i < columns.length; i++) row[columns[i]] = values[i];
  return row;
}

class Cursor {
  #object;
  #cursor;
  #columns;
  #counts;

  constructor(key, object, [cursor, columns, read, written]) {
    if (key !== kInternal) throw illegalConstructor();
    this.#object = object;
    this.#cursor = cursor;
    this.#columns = columns;
    this.#counts = [read, written];
    if (cursor >= 0) abandoned.register(this, { object, cursor }, this);
  }

  /** Takes what the statement counted and lets it go. */
  #finish() {
    if (this.#cursor < 0) return;
    this.#counts = ops.op_sql_close(this.#object, this.#cursor);
    this.#cursor = -1;
    abandoned.unregister(this);
  }

  #step() {
    if (this.#cursor < 0) return null;
    let values = null;
    try {
      values = ops.op_sql_next(this.#object, this.#cursor);
    } finally {
      if (values === null) this.#finish();
    }
    return values;
  }

  #rest() {
    if (this.#cursor < 0) return [];
    try {
      return ops.op_sql_rest(this.#object, this.#cursor);
    } finally {
      this.#finish();
    }
  }

  next() {
    const values = this.#step();
    return values === null ? { done: true, value: undefined } : { done: false, value: toRow(this.#columns, values) };
  }

  toArray() {
    return this.#rest().map((values) => toRow(this.#columns, values));
  }

  one() {
    const values = this.#step();
    if (values === null) ops.op_storage_refuse("no-results", "");
    const more = this.#step() !== null;
    this.#finish();
    if (more) ops.op_storage_refuse("many-results", "");
    return toRow(this.#columns, values);
  }

  raw() {
    return new RawIterator(kInternal, () => this.#step(), () => this.#rest());
  }

  get columnNames() {
    return [...this.#columns];
  }

  get rowsRead() {
    return this.#now()[0];
  }

  get rowsWritten() {
    return this.#now()[1];
  }

  #now() {
    return this.#cursor < 0 ? this.#counts : ops.op_sql_counts(this.#object, this.#cursor);
  }

  [Symbol.iterator]() {
    return this;
  }

  get [Symbol.toStringTag]() {
    return "Cursor";
  }
}

class RawIterator {
  #step;
  #rest;

  constructor(key, step, rest) {
    if (key !== kInternal) throw illegalConstructor();
    this.#step = step;
    this.#rest = rest;
  }

  next() {
    const values = this.#step();
    return values === null ? { done: true, value: undefined } : { done: false, value: values };
  }

  toArray() {
    return this.#rest();
  }

  [Symbol.iterator]() {
    return this;
  }

  get [Symbol.toStringTag]() {
    return "RawIterator";
  }
}

class Statement {
  constructor() {
    throw illegalConstructor();
  }
}

export class SqlStorage {
  #object;

  constructor(key, object) {
    if (key !== kInternal) throw illegalConstructor();
    this.#object = object;
  }

  exec(query, ...bindings) {
    if (query === undefined) throw argumentError("exec", "SqlStorage", 1, "String");
    return new Cursor(kInternal, this.#object, ops.op_sql_exec(this.#object, `${query}`, bindings.map(toBinding)));
  }

  get databaseSize() {
    return ops.op_sql_size(this.#object);
  }

  get Cursor() {
    return Cursor;
  }

  get Statement() {
    return Statement;
  }

  get [Symbol.toStringTag]() {
    return "SqlStorage";
  }
}

refuseCloning(SqlStorage);
refuseCloning(Cursor);

export function createSql(object) {
  return new SqlStorage(kInternal, object);
}

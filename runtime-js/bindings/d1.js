// D1 as a script sees it. The database itself, its limits and the texts of its errors live in the host.

/**
 * op_d1_run(db: number, statements: string[], params: unknown[][], asArrays: boolean, session: string) -> Promise<answer>
 *   Runs all statements in one transaction. `session` is its constraint or its bookmark, and empty without a session.
 *   The answer is `{ bookmark: string, results: D1Result[] }`, where the
 *   `results` of each are objects, or `{ columns, rows }` if `asArrays`; or it is `{ error: string }`.
 */

import { core, primordials } from "ext:core/mod.js";
import { requireIo } from "ext:edgeemu_js/context.js";
import { refuseCloning } from "ext:edgeemu_js/web/clone.js";

const {
  ArrayBufferIsView,
  ArrayFrom,
  ArrayIsArray,
  Error,
  ObjectPrototypeIsPrototypeOf,
  Uint8Array,
} = primordials;

const { ops } = core;
const { prototype: ArrayBufferPrototype } = ArrayBuffer;

const FIRST_PRIMARY = "first-primary";
const FIRST_UNCONSTRAINED = "first-unconstrained";

/** Errors say the same twice: behind the prefix, and alone as their cause. */
function d1Error(prefix, message) {
  return new Error(`${prefix}: ${message}`, { cause: new Error(message) });
}

function isByte(value) {
  return typeof value === "number" && value >= 0 && value < 256;
}

/** What a value becomes on its way to the database; blobs are lists of numbers. */
function toParam(value) {
  switch (typeof value) {
    case "number":
    case "string":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "object":
      if (value === null) return value;
      if (ArrayIsArray(value) && value.every(isByte)) return value;
      if (ObjectPrototypeIsPrototypeOf(ArrayBufferPrototype, value)) return ArrayFrom(new Uint8Array(value));
      if (ArrayBufferIsView(value)) return ArrayFrom(value);
  }
  throw d1Error("D1_TYPE_ERROR", `Type '${typeof value}' not supported for value '${value}'`);
}

class D1PreparedStatement {
  constructor(dbSession, statement, params = []) {
    this.dbSession = dbSession;
    this.statement = statement;
    this.params = params;
  }

  bind(...values) {
    return new D1PreparedStatement(this.dbSession, this.statement, values.map(toParam));
  }

  async first(colName) {
    const [{ results }] = await this.dbSession._sendOrThrow([this.statement], [this.params], false);
    if (results.length === 0) return null;
    const row = results[0];
    if (colName === undefined) return row;
    const value = row[colName];
    if (value === undefined) {
      throw new Error(`D1_COLUMN_NOTFOUND: Column not found (${colName})`, { cause: new Error("Column not found") });
    }
    return value;
  }

  async run() {
    return (await this.dbSession._sendOrThrow([this.statement], [this.params], false))[0];
  }

  async all() {
    return (await this.dbSession._sendOrThrow([this.statement], [this.params], false))[0];
  }

  async raw(options) {
    const [{ results }] = await this.dbSession._sendOrThrow([this.statement], [this.params], true);
    return options?.columnNames ? [results.columns, ...results.rows] : results.rows;
  }
}

class D1DatabaseSession {
  #db;

  constructor(db, bookmarkOrConstraint) {
    this.#db = db;
    this.bookmarkOrConstraint = bookmarkOrConstraint;
  }

  _updateBookmark(bookmark) {
    const held = this.getBookmark();
    if (held === null || held.localeCompare(bookmark) < 0) this.bookmarkOrConstraint = bookmark;
  }

  prepare(query) {
    return new D1PreparedStatement(this, query);
  }

  async batch(statements) {
    const texts = statements.map((statement) => statement.statement);
    return await this._sendOrThrow(texts, statements.map((statement) => statement.params), false);
  }

  /** The latest point of the database's history that this session has seen; null before its first answer. */
  getBookmark() {
    const held = this.bookmarkOrConstraint;
    return held === FIRST_PRIMARY || held === FIRST_UNCONSTRAINED ? null : held;
  }

  async _send(statements, params, asArrays) {
    requireIo();
    const answer = await ops.op_d1_run(this.#db, statements, params, asArrays, this.bookmarkOrConstraint ?? "");
    if (answer.error === undefined) this._updateBookmark(answer.bookmark);
    return answer;
  }

  async _sendOrThrow(statements, params, asArrays) {
    const { error, results } = await this._send(statements, params, asArrays);
    if (error !== undefined) throw d1Error("D1_ERROR", error);
    return results;
  }
}

/** What `env.DB` itself speaks through: it has no bookmark. */
class D1DatabaseSessionAlwaysPrimary extends D1DatabaseSession {
  constructor(db) {
    super(db, null);
  }

  _updateBookmark(_bookmark) {}

  getBookmark() {
    return null;
  }

  async exec(query) {
    const lines = query.trim().split("\n");
    const { error, results } = await this._send(lines, lines.map(() => []), false);
    if (error !== undefined) throw d1Error("D1_EXEC_ERROR", `Error in line 1: ${lines[0]}: ${error}`);
    return { count: results.length, duration: results.reduce((total, { meta }) => total + meta.duration, 0) };
  }
}

class D1Database {
  #db;

  constructor(db) {
    this.#db = db;
    this.alwaysPrimarySession = new D1DatabaseSessionAlwaysPrimary(db);
  }

  prepare(query) {
    return this.alwaysPrimarySession.prepare(query);
  }

  async batch(statements) {
    return await this.alwaysPrimarySession.batch(statements);
  }

  async exec(query) {
    return await this.alwaysPrimarySession.exec(query);
  }

  withSession(constraintOrBookmark) {
    constraintOrBookmark = constraintOrBookmark?.trim();
    const isGiven = constraintOrBookmark !== undefined && constraintOrBookmark !== "";
    return new D1DatabaseSession(this.#db, isGiven ? constraintOrBookmark : FIRST_UNCONSTRAINED);
  }

  /** Gone in production, where it answers so. */
  async dump() {
    throw new Error("D1_DUMP_ERROR: Status + 404", { cause: new Error("Status 404") });
  }
}

refuseCloning(D1Database);
refuseCloning(D1DatabaseSession);

/**
 * @param {number} db the host's handle of a database
 * @returns {D1Database}
 */
export function createD1Database(db) {
  return new D1Database(db);
}

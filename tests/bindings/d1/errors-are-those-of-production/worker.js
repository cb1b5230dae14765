import { checks, equal, rejects } from "../../../assert.mjs";

async function refused(promise, message) {
  const error = await rejects(promise, "Error", `D1_ERROR: ${message}`);
  equal(error.cause.message, message);
  equal(error.cause.constructor.name, "Error");
}

const TRANSACTION = "To execute a transaction, please use the state.storage.transaction() or " +
  "state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript " +
  "API is safer because it will automatically roll back on exceptions, and because it interacts correctly with " +
  "Durable Objects' automatic atomic write coalescing.";

export default checks({
  async "errors of SQL"({ DB }) {
    await DB.prepare("CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE)").run();
    await DB.prepare("INSERT INTO t (a) VALUES (1)").run();
    for (
      const [sql, message] of [
        ["SELEC", 'near "SELEC": syntax error at offset 0: SQLITE_ERROR'],
        ["SELECT * FROM nope", "no such table: nope: SQLITE_ERROR"],
        ["SELECT zz FROM t", "no such column: zz at offset 7: SQLITE_ERROR"],
        [
          "INSERT INTO t (a) VALUES (1)",
          "UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",
        ],
        ["BEGIN", TRANSACTION],
        ["SAVEPOINT x", TRANSACTION],
        ["ATTACH ':memory:' AS x", "not authorized: SQLITE_AUTH"],
        ["PRAGMA journal_mode", "not authorized: SQLITE_AUTH"],
        ["SELECT sqlite_version()", "not authorized to use function: sqlite_version at offset 7: SQLITE_ERROR"],
        ["", "No SQL statements detected."],
        ["-- x", "SQL code did not contain a statement."],
        ["SELECT ?", "Wrong number of parameter bindings for SQL query."],
      ]
    ) {
      await refused(DB.prepare(sql).all(), message);
      await refused(DB.prepare(sql).first(), message);
      await refused(DB.prepare(sql).raw(), message);
      await refused(DB.batch([DB.prepare(sql)]), message);
    }
  },
  async "nothing is compiled before it runs"({ DB }) {
    DB.prepare("SELEC");
    DB.prepare();
    await rejects(DB.prepare(5).all(), "Error", /^D1_ERROR: Failed to parse body as JSON, got: /);
  },
  async "limits"({ DB }) {
    const marks = Array(101).fill("?").join(",");
    await refused(DB.prepare(`SELECT ${marks}`).all(), "too many SQL variables at offset 207: SQLITE_ERROR");
    await refused(DB.prepare(`SELECT '${"x".repeat(100_000)}'`).all(), "statement too long: SQLITE_TOOBIG");
    await refused(DB.prepare("SELECT ?").bind("x".repeat(2_000_001)).all(), "string or blob too big: SQLITE_TOOBIG");
    equal(await DB.prepare("SELECT length(?) AS n").bind("x".repeat(2_000_000)).first("n"), 2_000_000);
  },
  async "dump is gone"({ DB }) {
    const error = await rejects(DB.dump(), "Error", "D1_DUMP_ERROR: Status + 404");
    equal(error.cause.message, "Status 404");
  },
});

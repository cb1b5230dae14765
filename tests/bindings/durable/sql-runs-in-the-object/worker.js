import { equal, throws } from "../../../assert.mjs";
import { checksInside, insideClass } from "../inside.mjs";

const NO_TRANSACTIONS =
  "To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs instead " +
  "of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript API is safer because it will automatically roll " +
  "back on exceptions, and because it interacts correctly with Durable Objects' automatic atomic write coalescing.";

const inside = {
  "values are converted"({ storage: { sql } }) {
    const one = (query, ...bindings) => sql.exec(query, ...bindings).one();
    equal(one("SELECT 1.5 a, NULL b, x'0102' c, 't' d, 9007199254740993 e"), {
      a: 1.5,
      b: null,
      c: new Uint8Array([1, 2]).buffer,
      d: "t",
      e: 9007199254740992,
    });
    equal(one("SELECT ? a, typeof(?) b", true, 1), { a: "true", b: "real" });
    equal(one("SELECT ? a", new Date(0)).a, String(new Date(0)));
    equal(one("SELECT ? a", {}).a, "[object Object]");
    equal(one("SELECT ? a", undefined).a, null);
    equal(one("SELECT ? a", NaN).a, null);
    equal(one("SELECT ? a", Infinity).a, Infinity);
    equal(one("SELECT ? a", new Uint16Array([1, 2])).a, new Uint8Array([1, 0, 2, 0]).buffer);
    equal(one("SELECT ? a", "a\0b").a, "a\0b");
    equal(one("SELECT 1 a, 2 a"), { a: 2 });
    throws(() => one("SELECT ? a", 5n), "TypeError", "Cannot convert a BigInt value to a number");
    throws(() => one("SELECT ? a", Symbol("x")), "TypeError", "Cannot convert a Symbol value to a string");
  },

  "errors are those of production"({ storage: { sql } }) {
    const refused = (query, message, ...bindings) => throws(() => sql.exec(query, ...bindings), "Error", message);
    refused("selec", 'near "selec": syntax error at offset 0: SQLITE_ERROR');
    for (const empty of ["", "-- c", ";", "SELECT 1;;"]) refused(empty, "SQL code did not contain a statement.");
    refused("SELECT ?", "Wrong number of parameter bindings for SQL query.");
    refused("SELECT 1", "Wrong number of parameter bindings for SQL query.", 1);
    refused(
      "SELECT ?; SELECT ?",
      "When executing multiple SQL statements in a single call, only the last statement can have parameters.",
      1,
    );
    refused("SELECT * FROM nope", "no such table: nope: SQLITE_ERROR");
    for (const query of ["BEGIN", "COMMIT", "SAVEPOINT x"]) refused(query, NO_TRANSACTIONS);
    refused("CREATE TABLE _cf_x (a)", "not authorized: SQLITE_AUTH");
    refused("VACUUM", "cannot VACUUM from within a transaction: SQLITE_ERROR");
    refused("SELECT sqlite_version()", "not authorized to use function: sqlite_version at offset 7: SQLITE_ERROR");
    throws(
      () => sql.exec(),
      "TypeError",
      "Failed to execute 'exec' on 'SqlStorage': parameter 1 is not of type 'String'.",
    );
  },

  "several statements give the rows of the last"({ storage: { sql } }) {
    const rows = sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); SELECT * FROM t WHERE a >= ?", 1);
    equal(rows.toArray(), [{ a: 1 }, { a: 2 }]);
    equal(sql.exec("INSERT INTO t VALUES (3) RETURNING a").one(), { a: 3 });
  },

  "a cursor is read in many ways"({ storage: { sql } }) {
    sql.exec("CREATE TABLE n (a INTEGER PRIMARY KEY, b)");
    for (let i = 0; i < 5; i++) sql.exec("INSERT INTO n (b) VALUES (?)", `x${i}`);
    const cursor = sql.exec("SELECT * FROM n");
    equal([cursor.rowsRead, cursor.rowsWritten, cursor.columnNames], [1, 0, ["a", "b"]]);
    equal(cursor.next(), { done: false, value: { a: 1, b: "x0" } });
    equal(cursor.rowsRead, 2);
    cursor.next();
    equal(cursor.toArray().length, 3);
    equal([cursor.rowsRead, cursor.toArray().length], [5, 0]);
    equal(cursor.next(), { done: true, value: undefined });
    const raw = sql.exec("SELECT a, b FROM n").raw();
    equal(raw.next(), { done: false, value: [1, "x0"] });
    equal([...raw], [[2, "x1"], [3, "x2"], [4, "x3"], [5, "x4"]]);
    equal(sql.exec("SELECT a, b FROM n WHERE a = 1").raw().toArray(), [[1, "x0"]]);
    equal([...sql.exec("SELECT a FROM n")].map(({ a }) => a), [1, 2, 3, 4, 5]);
    throws(
      () => sql.exec("SELECT * FROM n").one(),
      "Error",
      "Expected exactly one result from SQL query, but got multiple results.",
    );
    throws(
      () => sql.exec("SELECT * FROM n WHERE 0").one(),
      "Error",
      "Expected exactly one result from SQL query, but got no results.",
    );
    equal(sql.exec("INSERT INTO n (b) VALUES (1), (2)").rowsWritten, 2);
    equal([String(cursor), String(raw), cursor instanceof sql.Cursor], ["[object Cursor]", "[object RawIterator]", true]);
  },

  "endless rows are read as far as one likes"({ storage: { sql } }) {
    const query = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c";
    let sum = 0;
    for (const { n } of sql.exec(query)) {
      sum += n;
      if (n === 100) break;
    }
    equal(sum, 5050);
    const [first, second] = [sql.exec(query), sql.exec(query)];
    equal([first.next().value.n, first.next().value.n, second.next().value.n], [1, 2, 1]);
  },

  async "a cursor outlives its turn"({ storage: { sql } }) {
    sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
    const cursor = sql.exec("SELECT a FROM t");
    cursor.next();
    await scheduler.wait(5);
    equal(cursor.toArray(), [{ a: 2 }, { a: 3 }]);
  },

  "the size of the database is known"({ storage: { sql } }) {
    const empty = sql.databaseSize;
    sql.exec("CREATE TABLE t (a)");
    for (let i = 0; i < 100; i++) sql.exec("INSERT INTO t VALUES (?)", "x".repeat(1000));
    equal([sql.databaseSize > empty + 100_000, sql.databaseSize % 4096], [true, 0]);
  },
};

export const Thing = insideClass(inside);
export default checksInside(inside);

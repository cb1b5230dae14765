import { checks, equal, rejects } from "../../../assert.mjs";

/** What tells nothing about the world it ran in. */
function plain({ success, meta, results }) {
  const { changes, last_row_id, changed_db } = meta;
  return { success, changes, last_row_id, changed_db, results };
}

async function table(DB, name) {
  await DB.prepare(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY, a TEXT, b REAL)`).run();
  return await DB.prepare(`INSERT INTO ${name} (a, b) VALUES ('x', 1), ('y', NULL)`).run();
}

export default checks({
  async "all and run"({ DB }) {
    equal(plain(await table(DB, "t1")), { success: true, changes: 2, last_row_id: 2, changed_db: true, results: [] });
    const rows = [{ id: 1, a: "x", b: 1 }, { id: 2, a: "y", b: null }];
    const read = { success: true, changes: 0, last_row_id: 2, changed_db: false, results: rows };
    equal(plain(await DB.prepare("SELECT * FROM t1").all()), read);
    equal(plain(await DB.prepare("SELECT * FROM t1").run()), read);
    const changed = await DB.prepare("UPDATE t1 SET b = b + 1 WHERE id = ? RETURNING id").bind(1).all();
    equal(plain(changed), { success: true, changes: 1, last_row_id: 2, changed_db: true, results: [{ id: 1 }] });
  },
  async "meta has production's fields"({ DB }) {
    const { meta } = await DB.prepare("SELECT 1").all();
    equal(Object.keys(meta), [
      "served_by",
      "served_by_region",
      "served_by_colo",
      "served_by_primary",
      "timings",
      "duration",
      "changes",
      "last_row_id",
      "changed_db",
      "size_after",
      "rows_read",
      "rows_written",
      "total_attempts",
    ]);
    equal([meta.served_by_primary, meta.total_attempts, meta.rows_written], [true, 1, 0]);
    equal([typeof meta.duration, typeof meta.size_after, typeof meta.rows_read], ["number", "number", "number"]);
  },
  async "first"({ DB }) {
    await table(DB, "t2");
    const all = DB.prepare("SELECT * FROM t2 ORDER BY id");
    equal(await all.first(), { id: 1, a: "x", b: 1 });
    equal(await all.first("a"), "x");
    equal(await all.first(undefined), { id: 1, a: "x", b: 1 });
    equal(await DB.prepare("SELECT b FROM t2 WHERE id = 2").first("b"), null);
    equal(await DB.prepare("SELECT * FROM t2 WHERE 0").first(), null);
    equal(await DB.prepare("SELECT * FROM t2 WHERE 0").first("zz"), null);
    const missing = await rejects(all.first("zz"), "Error", "D1_COLUMN_NOTFOUND: Column not found (zz)");
    equal(missing.cause.message, "Column not found");
    await rejects(all.first(null), "Error", "D1_COLUMN_NOTFOUND: Column not found (null)");
  },
  async "raw"({ DB }) {
    const twice = DB.prepare("SELECT 1 AS a, 2 AS a");
    equal(await twice.raw(), [[1, 2]]);
    equal(await twice.raw({ columnNames: true }), [["a", "a"], [1, 2]]);
    equal(await DB.prepare("SELECT 1 AS a WHERE 0").raw({ columnNames: true }), [["a"]]);
    equal((await DB.prepare("SELECT 1 AS a, 3 AS b, 2 AS a").all()).results, [{ a: 2, b: 3 }]);
  },
  async "several statements give the rows of the last"({ DB }) {
    equal((await DB.prepare("SELECT 1 AS a; SELECT ? AS b").bind(2).all()).results, [{ b: 2 }]);
    const { meta } = await DB.prepare("CREATE TABLE t3 (a); INSERT INTO t3 VALUES (1); INSERT INTO t3 VALUES (2)").run();
    equal(meta.changes, 2);
  },
  async "full text, JSON and windows are there"({ DB }) {
    await DB.prepare("CREATE VIRTUAL TABLE words USING fts5(x)").run();
    await DB.prepare("INSERT INTO words VALUES ('hello world')").run();
    equal(await DB.prepare("SELECT highlight(words, 0, '<', '>') AS h FROM words('hello')").first("h"), "<hello> world");
    equal(await DB.prepare("SELECT '{\"a\":[1,2]}' ->> '$.a[1]' AS v").first("v"), 2);
    const ranks = await DB.prepare("SELECT rank() OVER (ORDER BY value DESC) AS r FROM json_each('[5,6]')").raw();
    equal(ranks, [[1], [2]]);
  },
});

import { checks, equal, rejects } from "../../../assert.mjs";

const count = (DB, table) => DB.prepare(`SELECT count(*) AS n FROM ${table}`).first("n");

export default checks({
  async "it answers for each statement"({ DB }) {
    await DB.prepare("CREATE TABLE t (a)").run();
    const insert = DB.prepare("INSERT INTO t VALUES (?)");
    const results = await DB.batch([insert.bind(1), insert.bind(2), DB.prepare("SELECT * FROM t")]);
    equal(results.map(({ success, meta }) => [success, meta.changes]), [[true, 1], [true, 1], [true, 0]]);
    equal(results[2].results, [{ a: 1 }, { a: 2 }]);
  },
  async "one failure undoes all of it"({ DB }) {
    await DB.prepare("CREATE TABLE u (a)").run();
    const insert = DB.prepare("INSERT INTO u VALUES (1)");
    await rejects(
      DB.batch([insert, DB.prepare("SELEC")]),
      "Error",
      'D1_ERROR: near "SELEC": syntax error at offset 0: SQLITE_ERROR',
    );
    equal(await count(DB, "u"), 0);
    await rejects(insert.first().then(() => DB.prepare("INSERT INTO u VALUES (1); SELEC").run()), "Error");
    equal(await count(DB, "u"), 1);
  },
  async "foreign keys can wait for its end"({ DB }) {
    await DB.exec("CREATE TABLE p (id INTEGER PRIMARY KEY)\nCREATE TABLE c (p REFERENCES p(id))");
    const steps = [DB.prepare("PRAGMA defer_foreign_keys = on"), DB.prepare("INSERT INTO c VALUES (5)")];
    await rejects(
      DB.batch(steps),
      "Error",
      "D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)",
    );
    equal((await DB.batch([...steps, DB.prepare("INSERT INTO p VALUES (5)")])).length, 3);
    equal(await count(DB, "c"), 1);
  },
  async "what cannot be a batch"({ DB }) {
    await rejects(DB.batch([]), "Error", "D1_ERROR: No SQL statements detected.");
    await rejects(DB.batch(), "TypeError", "Cannot read properties of undefined (reading 'map')");
    await rejects(DB.batch("x"), "TypeError", "statements.map is not a function");
    equal((await DB.batch([{ statement: "SELECT 5 AS a", params: [] }]))[0].results, [{ a: 5 }]);
  },
  async "statements that run at once do not mix"({ DB }) {
    await DB.prepare("CREATE TABLE n (a INTEGER)").run();
    await DB.prepare("INSERT INTO n VALUES (0)").run();
    const step = () => DB.batch([DB.prepare("UPDATE n SET a = a + 1"), DB.prepare("UPDATE n SET a = a * 2")]);
    await Promise.all([step(), step(), step()]);
    equal(await DB.prepare("SELECT a FROM n").first("a"), 14);
  },
});

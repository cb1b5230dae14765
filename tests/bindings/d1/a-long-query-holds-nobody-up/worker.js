import { checks, equal } from "../../../assert.mjs";

const LONG = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 300000) SELECT max(n) AS n FROM c";

export default checks({
  async "it gives its rows"({ DB }) {
    equal(await DB.prepare(LONG).first("n"), 300000);
  },
  async "it writes once, although it may begin twice"({ DB }) {
    await DB.prepare("CREATE TABLE t (n)").run();
    const { meta } = await DB.prepare(
      "INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 50000) SELECT n FROM c",
    ).run();
    equal(meta.changes, 50000);
    equal(await DB.prepare("SELECT count(*) AS n FROM t").first("n"), 50000);
  },
  async "requests come in the order in which they were made"({ DB }) {
    await DB.prepare("CREATE TABLE u (n)").run();
    const order = [];
    const ask = (sql) => DB.prepare(sql).run().then(() => order.push(sql));
    const first = `INSERT INTO u ${LONG}`;
    const second = "INSERT INTO u VALUES (1)";
    await Promise.all([ask(first), ask(second)]);
    equal(order, [first, second]);
    equal(await DB.prepare("SELECT n FROM u ORDER BY rowid").raw(), [[300000], [1]]);
  },
});

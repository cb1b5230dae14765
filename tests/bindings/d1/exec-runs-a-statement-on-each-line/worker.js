import { checks, equal, rejects } from "../../../assert.mjs";

export default checks({
  async "it counts lines"({ DB }) {
    const one = await DB.exec("SELECT 1");
    equal(Object.keys(one), ["count", "duration"]);
    equal([one.count, typeof one.duration], [1, "number"]);
    equal((await DB.exec("SELECT 1\nSELECT 2")).count, 2);
    equal((await DB.exec("SELECT 1; SELECT 2")).count, 1);
    equal((await DB.exec("SELECT 1;\n\nSELECT 2;\n")).count, 2);
  },
  async "its errors name the first line"({ DB }) {
    const refused = async (sql, message) => {
      const error = await rejects(DB.exec(sql), "Error", `D1_EXEC_ERROR: ${message}`);
      equal(error.cause.message, message);
    };
    await refused("SELECT 1\nselec", 'Error in line 1: SELECT 1: near "selec": syntax error at offset 0: SQLITE_ERROR');
    await refused("CREATE TABLE u (\n  id INTEGER)", "Error in line 1: CREATE TABLE u (: incomplete input: SQLITE_ERROR");
    await refused("", "Error in line 1: : No SQL statements detected.");
    await refused("-- hi\nSELECT 1", "Error in line 1: -- hi: SQL code did not contain a statement.");
    await refused("SELECT ?", "Error in line 1: SELECT ?: Wrong number of parameter bindings for SQL query.");
    await rejects(DB.exec(), "TypeError", "Cannot read properties of undefined (reading 'trim')");
    await rejects(DB.exec(5), "TypeError", "query.trim is not a function");
  },
  async "all lines are one transaction"({ DB }) {
    await rejects(DB.exec("CREATE TABLE v (a)\nINSERT INTO v VALUES (1)\nselec"), "Error");
    equal(await DB.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'v'").first("n"), 0);
  },
});

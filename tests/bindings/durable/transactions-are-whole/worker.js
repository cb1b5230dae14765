import { equal, rejects, throws } from "../../../assert.mjs";
import { checksInside, insideClass } from "../inside.mjs";

const inside = {
  "transactionSync keeps or undoes"({ storage }) {
    equal(storage.transactionSync(() => {
      storage.kv.put("t", 1);
      return 5;
    }), 5);
    throws(() => storage.transactionSync(() => {
      storage.kv.put("t", 2);
      storage.sql.exec("CREATE TABLE gone (a)");
      throw new Error("no");
    }), "Error", "no");
    equal(storage.kv.get("t"), 1);
    throws(() => storage.sql.exec("SELECT * FROM gone"), "Error", "no such table: gone: SQLITE_ERROR");
    storage.transactionSync(() => {
      storage.kv.put("t", 3);
      throws(() => storage.transactionSync(() => {
        storage.kv.put("t", 4);
        throw new Error("inner");
      }), "Error", "inner");
      equal(storage.kv.get("t"), 3);
    });
    equal(storage.kv.get("t"), 3);
    throws(
      () => storage.transactionSync(5),
      "TypeError",
      "Failed to execute 'transactionSync' on 'DurableObjectStorage': parameter 1 is not of type 'function'.",
    );
  },

  async "transaction keeps or undoes"({ storage }) {
    equal(await storage.transaction(async (txn) => {
      await txn.put("q", 1);
      equal(await txn.get("q"), 1);
      return "result";
    }), "result");
    await rejects(storage.transaction(async (txn) => {
      await txn.put("q", 2);
      await scheduler.wait(5);
      await storage.put("q", 3);
      storage.sql.exec("CREATE TABLE gone (a)");
      throw new TypeError("bad");
    }), "TypeError", "bad");
    equal(await storage.get("q"), 1);
    equal(await storage.transaction(() => 7), 7);
  },

  async "what was rolled back is over"({ storage }) {
    await storage.put("q", 1);
    let kept;
    const result = await storage.transaction(async (txn) => {
      kept = txn;
      await txn.put("q", 3);
      txn.rollback();
      await rejects(txn.put("q", 4), "Error", "Cannot put() on rolled back transaction");
      await rejects(txn.get("q"), "Error", "Cannot get() on rolled back transaction");
      txn.rollback();
      return await storage.get("q");
    });
    equal(result, 1);
    await rejects(kept.get("q"), "Error", "Cannot get() on rolled back transaction");
  },

  async "what was committed is over"({ storage }) {
    let kept;
    await storage.transaction(async (txn) => {
      kept = txn;
      await txn.put("q", 5);
      await rejects(storage.deleteAll(), "Error", "Cannot call deleteAll() within a transaction");
      throws(() => txn.deleteAll(), "Error", "Cannot call deleteAll() within a transaction");
    });
    const over = (name) =>
      `Cannot call ${name}() on transaction that has already committed: did you move \`txn\` outside of the closure?`;
    await rejects(kept.get("q"), "Error", over("get"));
    throws(() => kept.delete("q"), "Error", over("delete"));
    throws(() => kept.rollback(), "Error", over("rollback"));
    equal(await storage.get("q"), 5);
  },

  async "transactions nest"({ storage }) {
    const seen = await storage.transaction(async (txn) => {
      await txn.put("n", 1);
      await rejects(storage.transaction(async (inner) => {
        await inner.put("n", 2);
        throw new Error("inner");
      }), "Error", "inner");
      return await txn.get("n");
    });
    equal(seen, 1);
  },

  async "nobody comes between"({ storage }, env, object) {
    const log = [];
    setTimeout(() => log.push("timer"), 1);
    await storage.transaction(async () => {
      log.push("in");
      // Nothing that began outside is delivered, however long this takes.
      for (let i = 0; i < 50; i++) await storage.put(`k${i}`, i);
      log.push("out");
    });
    await scheduler.wait(5);
    equal(log, ["in", "out", "timer"]);
  },
};

export const Thing = insideClass(inside);
export default checksInside(inside);

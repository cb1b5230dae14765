import { equal, rejects, throws } from "../../../assert.mjs";
import { checksInside, insideClass } from "../inside.mjs";

const inside = {
  async "a value comes back and goes"({ storage }) {
    await storage.put("a", 1);
    equal(await storage.get("a"), 1);
    equal(await storage.delete("a"), true);
    equal(await storage.delete("a"), false);
    equal(await storage.get("a"), undefined);
    await storage.put(5, 6);
    equal(await storage.get("5"), 6);
    await storage.put(null, "null");
    equal(await storage.get("null"), "null");
    await storage.put("", 1);
    equal(await storage.get(""), 1);
  },

  async "several at once"({ storage }) {
    await storage.put({ b: 2, c: undefined, a: 1, d: [3] });
    equal(await storage.get(["d", "a", "zz"]), new Map([["a", 1], ["d", [3]]]));
    equal(await storage.delete(["a", "x", "b"]), 2);
    equal([...(await storage.list()).keys()], ["d"]);
    await storage.put({});
    equal(await storage.get([]), new Map());
  },

  async "values are cloned"({ storage }) {
    class Point {
      x = 1;
      method() {}
    }
    const kept = [
      new Map([[1, new Set([2])]]), 5n, null, true, "text", [1, 2], new Uint8Array([1, 2]), new ArrayBuffer(2),
      { deep: { er: [new Date(7)] } },
    ];
    for (const value of kept) {
      await storage.put("v", value);
      equal(await storage.get("v"), value);
    }
    await storage.put("v", new Point());
    equal(await storage.get("v"), { x: 1 });
    await storage.put("v", new TypeError("broken", { cause: 1 }));
    const error = await storage.get("v");
    equal([error instanceof TypeError, error.message, error.cause], [true, "broken", 1]);
    await storage.put("v", new Headers({ a: "b" }));
    equal((await storage.get("v")).get("a"), "b");
    const object = { n: 1 };
    await storage.put("v", object);
    object.n = 2;
    equal((await storage.get("v")).n, 1);
  },

  async "what cannot be cloned is refused"({ storage }) {
    await rejects(storage.put("f", () => 1), "DataCloneError", "() => 1 could not be cloned.");
    await rejects(storage.put("s", Symbol("x")), "DataCloneError", "Symbol(x) could not be cloned.");
    await rejects(storage.put("p", Promise.resolve()), "DataCloneError", "#<Promise> could not be cloned.");
    await rejects(
      storage.put("u", new URL("http://x/")),
      "DataCloneError",
      'Could not serialize object of type "URL". This type does not support serialization.',
    );
    await rejects(
      storage.put("s", storage),
      "DataCloneError",
      'Could not serialize object of type "DurableObjectStorage". This type does not support serialization.',
    );
    equal(await storage.list(), new Map());
  },

  async "keys are listed by their bytes"({ storage }) {
    for (const key of ["a", "b", "ba", "bb", "c", "\u00e9", "z", "\u{1f600}", "\uffee"]) await storage.put(key, key);
    const list = async (options) => [...(await storage.list(options)).keys()].join();
    equal(await list(), "a,b,ba,bb,c,z,\u00e9,\uffee,\u{1f600}");
    equal(await list({ start: "b" }), "b,ba,bb,c,z,\u00e9,\uffee,\u{1f600}");
    equal(await list({ startAfter: "b", limit: 2 }), "ba,bb");
    equal(await list({ end: "c" }), "a,b,ba,bb");
    equal(await list({ prefix: "b" }), "b,ba,bb");
    equal(await list({ prefix: "b", reverse: true, limit: 2 }), "bb,ba");
    equal(await list({ start: "b", end: "z", reverse: true }), "c,bb,ba,b");
    equal(await list({ limit: 1.5 }), "a");
    equal(await list({ end: "" }), "");
    equal(await list({ start: "c", end: "a" }), "");
    const both = storage.list({ start: "a", startAfter: "b" });
    await rejects(both, "TypeError", "list() cannot be called with both start and startAfter values.");
    for (const limit of [0, -1, "x"]) await rejects(storage.list({ limit }), "TypeError", "List limit must be positive.");
    await rejects(
      storage.list("x"),
      "TypeError",
      "Failed to execute 'list' on 'DurableObjectStorage': parameter 1 is not of type 'ListOptions'.",
    );
  },

  async "arguments are checked"({ storage }) {
    await rejects(storage.put("x", undefined), "TypeError", "put() called with undefined value.");
    await rejects(storage.put("x"), "TypeError", "put() called with undefined value.");
    await rejects(
      storage.put({ a: 1 }, "x"),
      "TypeError",
      "put() may only be called with a single key-value pair and optional options as put(key, value, options) or with " +
        "multiple key-value pairs and optional options as put(entries, options)",
    );
    await rejects(
      storage.get(),
      "TypeError",
      "Failed to execute 'get' on 'DurableObjectStorage': parameter 1 is not of type 'string or Array'.",
    );
    throws(
      () => storage.delete(),
      "TypeError",
      "Failed to execute 'delete' on 'DurableObjectStorage': parameter 1 is not of type 'string or Array'.",
    );
  },

  async "storage.kv needs no promises"({ storage: { kv } }) {
    equal(kv.put("a", 1), undefined);
    equal([kv.get("a"), kv.get("b"), kv.delete("a"), kv.delete("a")], [1, undefined, true, false]);
    kv.put("x", 1);
    kv.put("y", 2);
    equal([...kv.list()], [["x", 1], ["y", 2]]);
    equal(kv.list({ reverse: true, limit: 1 }).next(), { done: false, value: ["y", 2] });
    const [first, second] = [kv.list(), kv.list()];
    second.next();
    throws(
      () => first.next(),
      "Error",
      "kv.list() iterator was invalidated because a new call to kv.list() was started. Only one kv.list() iterator can " +
        "exist at a time.",
    );
    const walked = kv.list();
    walked.next();
    kv.delete("y");
    kv.put("z", 3);
    equal([...walked], [["z", 3]]);
    throws(() => kv.list({ limit: 0 }), "TypeError", "List limit must be positive.");
    throws(() => kv.put("f", () => 1), "DataCloneError", "() => 1 could not be cloned.");
    throws(
      () => kv.put("a"),
      "TypeError",
      "Failed to execute 'put' on 'SyncKvStorage': parameter 2 is not of type 'Value'.",
    );
  },

  async "large values are refused"({ storage }) {
    await storage.put("k".repeat(3000), "v".repeat(1_900_000));
    await rejects(storage.put("k", "v".repeat(4_200_000)), "Error", "string or blob too big: SQLITE_TOOBIG");
  },

  async "everything goes at once"({ storage }) {
    await storage.put("a", 1);
    storage.sql.exec("CREATE TABLE t (a)");
    await storage.setAlarm(Date.now() + 1e6);
    await storage.deleteAll();
    equal([await storage.get("a"), await storage.getAlarm()], [undefined, null]);
    equal(storage.sql.exec("SELECT name FROM sqlite_master").toArray(), []);
  },

  async "bookmarks grow, and there is no recovery"({ storage }) {
    const first = await storage.getCurrentBookmark();
    equal(first, "00000000-00000000-00000000-00000000000000000000000000000000");
    equal(first < (await storage.getCurrentBookmark()), true);
    const text = "This Durable Object's storage back-end does not implement point-in-time recovery.";
    await rejects(storage.getBookmarkForTime(Date.now()), "Error", text);
    await rejects(storage.onNextSessionRestoreBookmark(first), "Error", text);
  },
};

export const Thing = insideClass(inside);
export default checksInside(inside);

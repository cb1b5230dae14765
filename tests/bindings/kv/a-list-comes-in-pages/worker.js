import { checks, equal, rejects } from "../../../assert.mjs";

const names = (page) => page.keys.map(({ name }) => name);

export default checks({
  async "of the whole namespace"({ KV }) {
    equal(await KV.list(), { keys: [], list_complete: true, cacheStatus: null });
    await KV.put("one", "x");
    equal(await KV.list(), { keys: [{ name: "one" }], list_complete: true, cacheStatus: null });
    await KV.delete("one");
  },
  async "in the order of UTF-8 bytes"({ KV }) {
    const keys = ["B", "a", "\u00e9", "\ue000", "\uffff", "\u{1f600}", "10", "9"];
    for (const key of keys) await KV.put(`order/${key}`, "x");
    equal(
      names(await KV.list({ prefix: "order/" })),
      ["10", "9", "B", "a", "\u00e9", "\ue000", "\uffff", "\u{1f600}"].map((key) => `order/${key}`),
    );
  },
  async "with a prefix"({ KV }) {
    for (const key of ["pre", "prefix", "prefix/1", "prefiy", "prefix\uffff"]) await KV.put(key, "x");
    equal(names(await KV.list({ prefix: "prefix" })), ["prefix", "prefix/1", "prefix\uffff"]);
  },
  async "page by page"({ KV }) {
    for (let i = 0; i < 5; i++) await KV.put(`page/${i}`, "x");
    const first = await KV.list({ prefix: "page/", limit: 2 });
    equal(names(first), ["page/0", "page/1"]);
    equal(first.list_complete, false);
    equal(typeof first.cursor, "string");
    const second = await KV.list({ prefix: "page/", limit: 2, cursor: first.cursor });
    equal(names(second), ["page/2", "page/3"]);
    const third = await KV.list({ prefix: "page/", limit: 2, cursor: second.cursor });
    equal(names(third), ["page/4"]);
    equal(third.list_complete, true);
    equal("cursor" in third, false);
  },
  async "a page that is exactly full is the last"({ KV }) {
    for (let i = 0; i < 3; i++) await KV.put(`exact/${i}`, "x");
    const page = await KV.list({ prefix: "exact/", limit: 3 });
    equal([page.keys.length, page.list_complete, page.cursor], [3, true, undefined]);
  },
  async "a cursor means: after this key"({ KV }) {
    for (const key of ["b", "d", "f"]) await KV.put(`cursor/${key}`, "x");
    const { cursor } = await KV.list({ prefix: "cursor/", limit: 2 });
    await KV.put("cursor/a", "behind the cursor");
    await KV.put("cursor/e", "ahead of it");
    equal(names(await KV.list({ prefix: "cursor/", cursor })), ["cursor/e", "cursor/f"]);
  },
  async "the prefix is repeated on each page"({ KV }) {
    for (const key of ["repeat/1", "repeat/2", "repeat~"]) await KV.put(key, "x");
    const { cursor } = await KV.list({ prefix: "repeat/", limit: 1 });
    equal(names(await KV.list({ cursor })).includes("repeat~"), true);
  },
  async "a limit of nothing means the default"({ KV }) {
    for (let i = 0; i < 3; i++) await KV.put(`default/${i}`, "x");
    for (const limit of [0, -1, undefined]) equal((await KV.list({ prefix: "default/", limit })).keys.length, 3);
  },
  async "of at most a thousand keys"({ KV }) {
    for (let i = 0; i < 1001; i++) await KV.put(`many/${String(i).padStart(4, "0")}`, "x");
    const page = await KV.list({ prefix: "many/" });
    equal([page.keys.length, page.list_complete], [1000, false]);
    equal(names(await KV.list({ prefix: "many/", cursor: page.cursor })), ["many/1000"]);
    equal((await KV.list({ prefix: "many/", limit: 1000 })).keys.length, 1000);
    await rejects(
      KV.list({ limit: 1001 }),
      "Error",
      "KV GET failed: 400 Invalid key_count_limit of 1001. Please specify integer less than 1000.",
    );
  },
  async "a made-up cursor is refused"({ KV }) {
    await rejects(KV.list({ cursor: "not a cursor" }), "Error", "KV GET failed: 400 Invalid cursor");
  },
});

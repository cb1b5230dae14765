import { checks, equal, rejects } from "../../../assert.mjs";

const KEYS = [
  "b", "a", "c/1", "c/2", "c/d/3", "\u00e9", "\ue000", "\uffff", "\u{1f600}", "A", "10", "9", "d//x", "/lead", "a\0b",
  "a/", "c",
];
const ORDER = [
  "/lead", "10", "9", "A", "a", "a\0b", "a/", "b", "c", "c/1", "c/2", "c/d/3", "d//x", "\u00e9", "\ue000", "\uffff",
  "\u{1f600}",
];

async function filled(R2) {
  for (const key of KEYS) await R2.put(key, "v", { customMetadata: { key } });
}

async function keys(R2, options) {
  const { delimitedPrefixes, objects } = await R2.list(options);
  return [objects.map((object) => object.key), delimitedPrefixes];
}

async function pages(R2, options) {
  const pages = [];
  let cursor;
  do {
    const page = await R2.list({ ...options, cursor });
    equal(page.truncated, page.cursor !== undefined);
    pages.push([page.objects.map((object) => object.key), page.delimitedPrefixes]);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return pages;
}

export default checks({
  async "in the order of their bytes"({ R2 }) {
    await filled(R2);
    const page = await R2.list();
    equal(page.objects.map((object) => object.key), ORDER);
    equal(Object.keys(page), ["objects", "truncated", "cursor", "delimitedPrefixes"]);
    equal([page.truncated, page.cursor, page.delimitedPrefixes], [false, undefined, []]);
    equal(page.objects[0].constructor.name, "HeadResult");
    equal(page.objects[0].range, undefined);
  },
  async "with a prefix, after a key, grouped"({ R2 }) {
    await filled(R2);
    equal(await keys(R2, { prefix: "c/" }), [["c/1", "c/2", "c/d/3"], []]);
    equal(await keys(R2, { prefix: "c", delimiter: "/" }), [["c"], ["c/"]]);
    equal(await keys(R2, { prefix: "c/", delimiter: "/" }), [["c/1", "c/2"], ["c/d/"]]);
    equal((await keys(R2, { delimiter: "/" }))[1], ["/", "a/", "c/", "d/"]);
    equal(await keys(R2, { delimiter: "//", prefix: "d" }), [[], ["d//"]]);
    equal(await keys(R2, { startAfter: "c/1", prefix: "c" }), [["c/2", "c/d/3"], []]);
    equal(await keys(R2, { startAfter: "c/1", prefix: "c", delimiter: "/" }), [[], ["c/"]]);
    equal(await keys(R2, { prefix: "a\0" }), [["a\0b"], []]);
  },
  async "page by page"({ R2 }) {
    await filled(R2);
    equal((await pages(R2, { limit: 4 })).map(([objects]) => objects.length), [4, 4, 4, 4, 1]);
    equal(await pages(R2, { limit: 3, delimiter: "/" }), [
      [["10", "9"], ["/"]], [["A", "a", "a\0b"], []], [["b", "c"], ["a/"]], [["\u00e9"], ["c/", "d/"]],
      [["\ue000", "\uffff", "\u{1f600}"], []],
    ]);
    equal(await pages(R2, { limit: 2, prefix: "c", delimiter: "/" }), [[["c"], ["c/"]]]);
  },
  async "a limit is checked"({ R2 }) {
    const message = "list: MaxKeys params must be positive integer <= 1000. (10022)";
    for (const limit of [0, 1001, "x", NaN, null]) await rejects(() => R2.list({ limit }), "Error", message);
    for (const limit of [-1, 1000, "2", 2.7]) await R2.list({ limit });
  },
  async "options are checked"({ R2 }) {
    for (const name of ["prefix", "cursor", "delimiter", "startAfter"]) {
      const message = `Incorrect type for the '${name}' field on 'ListOptions': the provided value is not of type ` +
        "'string'.";
      await rejects(() => R2.list({ [name]: 5 }), "TypeError", message);
      await rejects(() => R2.list({ [name]: null }), "TypeError", message);
    }
    await rejects(() => R2.list({ include: ["foo"] }), "RangeError", "Unsupported include value foo");
    const element = "Incorrect type for array element 0: the provided value is not of type 'string'.";
    await rejects(() => R2.list({ include: [5] }), "TypeError", element);
  },
});

import { checks, equal, throws } from "../../../assert.mjs";

async function stored(DB, value) {
  return await DB.prepare("SELECT ?1 AS v, typeof(?1) AS t").bind(value).raw().then(([row]) => row);
}

export default checks({
  async "numbers are real, always"({ DB }) {
    equal(await stored(DB, 1), [1, "real"]);
    equal(await stored(DB, 1.5), [1.5, "real"]);
    equal(await stored(DB, true), [1, "real"]);
    equal(await stored(DB, false), [0, "real"]);
    equal(await DB.prepare("SELECT 'n' || ? AS v").bind(5).first("v"), "n5.0");
    for (const value of [NaN, Infinity, -Infinity, null]) equal(await stored(DB, value), [null, "null"]);
  },
  async "text may hold anything"({ DB }) {
    for (const text of ["", "a\0b", "\u{1f600}", "'; --"]) equal(await stored(DB, text), [text, "text"]);
    equal(await stored(DB, "\ud800"), ["\ufffd", "text"]);
  },
  async "bytes come back as a list"({ DB }) {
    equal(await stored(DB, new Uint8Array([1, 2, 255]).buffer), [[1, 2, 255], "blob"]);
    equal(await stored(DB, new Uint8Array([7, 8]).subarray(1)), [[8], "blob"]);
    equal(await stored(DB, new Uint16Array([258])), [[2], "blob"]);
    equal(await stored(DB, new Float64Array([1.5])), [[1], "blob"]);
    equal(await stored(DB, new DataView(new ArrayBuffer(2))), [[], "blob"]);
    equal(await stored(DB, [1, 2, 3]), [[1, 2, 3], "blob"]);
    equal(await stored(DB, [1.5]), [[1], "blob"]);
    equal(await stored(DB, []), [[], "blob"]);
  },
  async "what SQLite gives becomes what JSON can hold"({ DB }) {
    const row = await DB.prepare("SELECT 9007199254740993, 1e999, -1e999, 0.1 + 0.2, 1e100, x'00ff', CAST(x'ff' AS TEXT)").raw();
    equal(row, [[9007199254740992, null, null, 0.30000000000000004, 1e100, [0, 255], "\ufffd"]]);
  },
  async "everything else is refused by bind"({ DB }) {
    const refused = (value, type, shown) => {
      const message = `Type '${type}' not supported for value '${shown}'`;
      const error = throws(() => DB.prepare("SELECT ?").bind(value), "Error", `D1_TYPE_ERROR: ${message}`);
      equal(error.cause.message, message);
    };
    refused(undefined, "undefined", "undefined");
    refused(10n, "bigint", "10");
    refused({}, "object", "[object Object]");
    refused(() => 1, "function", "() => 1");
    refused([1, 2, 300], "object", "1,2,300");
    refused(["a"], "object", "a");
    refused(new Map(), "object", "[object Map]");
    throws(() => DB.prepare("SELECT ?").bind(Symbol("x")), "TypeError", "Cannot convert a Symbol value to a string");
  },
  async "parameters have places and names"({ DB }) {
    equal(await DB.prepare("SELECT ?2, ?1").bind(1, 2).raw(), [[2, 1]]);
    equal(await DB.prepare("SELECT :a, @b, $c").bind(1, 2, 3).raw(), [[1, 2, 3]]);
    const statement = DB.prepare("SELECT ?");
    equal(await statement.bind(1).bind(2).raw(), [[2]]);
    equal(JSON.parse(JSON.stringify(statement.bind(1))).params, [1]);
    equal(statement.params, []);
  },
});

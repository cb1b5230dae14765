import { checks, equal, rejects } from "../../../assert.mjs";

async function read(R2, range, key = "r") {
  const object = await R2.get(key, { range });
  return [object.range.offset, object.range.length, await object.text()];
}

export default checks({
  async "as an object"({ R2 }) {
    await R2.put("r", "abcdefghij");
    const table = [
      [{ offset: 2 }, [2, 8, "cdefghij"]], [{ offset: 2, length: 3 }, [2, 3, "cde"]], [{ length: 3 }, [0, 3, "abc"]],
      [{ suffix: 3 }, [7, 3, "hij"]], [{ suffix: 100 }, [0, 10, "abcdefghij"]],
      [{ offset: 8, length: 100 }, [8, 2, "ij"]], [{}, [0, 10, "abcdefghij"]], [null, [0, 10, "abcdefghij"]],
      [{ offset: "2" }, [2, 8, "cdefghij"]], [{ offset: null }, [0, 10, "abcdefghij"]],
      [{ length: 1e20 }, [0, 10, "abcdefghij"]],
    ];
    for (const [range, expected] of table) equal(await read(R2, range), expected, JSON.stringify(range));
  },
  async "as a header, which may say what it likes"({ R2 }) {
    await R2.put("r", "abcdefghij");
    const whole = [0, 10, "abcdefghij"];
    const table = [
      ["bytes=0-3", [0, 4, "abcd"]], ["bytes=2-", [2, 8, "cdefghij"]], ["bytes=-3", [7, 3, "hij"]],
      ["bytes=5-100", [5, 5, "fghij"]], ["BYTES=1-2", [1, 2, "bc"]], ["bytes=10-", whole], ["bytes=3-1", whole],
      ["bytes=0-1,3-4", whole], ["garbage", whole], ["bytes=-0", whole], ["items=1-2", whole],
    ];
    for (const [range, expected] of table) equal(await read(R2, new Headers({ range })), expected, range);
    equal(await read(R2, new Headers()), whole);
  },
  async "outside of the object they are refused"({ R2 }) {
    await R2.put("r", "abcdefghij");
    await R2.put("e", "");
    const refused = (range, key = "r") =>
      rejects(() => read(R2, range, key), "Error", "get: The requested range is not satisfiable (10039)");
    const outside = [{ offset: 10 }, { offset: 11 }, { length: 0 }, { suffix: 0 }, { offset: Infinity }];
    for (const range of outside) await refused(range);
    for (const range of [{}, { offset: 0 }, { suffix: 1 }]) await refused(range, "e");
    equal(await read(R2, undefined, "e"), [0, 0, ""]);
    equal(await read(R2, new Headers({ range: "bytes=0-" }), "e"), [0, 0, ""]);
  },
  async "that make no sense are refused, whether or not there is an object"({ R2 }) {
    const refused = (range, name, message) => rejects(() => R2.get("never", { range }), name, message);
    const least = "must be greater than or equal to 0.";
    const whole = "must be an integer, not floating point.";
    await refused({ offset: -1 }, "RangeError", `Invalid range. Starting offset (-1) ${least}`);
    await refused({ offset: "x" }, "RangeError", `Invalid range. Starting offset (nan) ${least}`);
    await refused({ offset: 1.5 }, "RangeError", `Invalid range. Starting offset (1.5) ${whole}`);
    await refused({ length: -1 }, "RangeError", `Invalid range. Length (-1) ${least}`);
    await refused({ suffix: -1 }, "RangeError", `Invalid suffix. Suffix (-1) ${least}`);
    await refused({ suffix: 1, offset: 1 }, "TypeError", "Suffix is incompatible with offset.");
    await refused({ suffix: 1, length: 1 }, "TypeError", "Suffix is incompatible with length.");
    const type = "Incorrect type for the 'range' field on 'GetOptions': the provided value is not of type " +
      "'Range or Headers'.";
    await refused("x", "TypeError", type);
    equal(await R2.get("never", { range: { offset: 100 } }), null);
  },
});

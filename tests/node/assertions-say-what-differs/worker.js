import assert, { AssertionError, deepStrictEqual, rejects as rejectsLike, strictEqual, throws as throwsLike } from "node:assert";
import strict from "node:assert/strict";
import { checks, equal, ok, same } from "../../assert.mjs";

function caught(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
const message = (action) => caught(action).message;

export default checks({
  "what holds is silent"() {
    assert(1);
    assert.ok("x");
    strictEqual(NaN, NaN);
    deepStrictEqual({ a: [1, new Map([[1, { b: 2 }]])] }, { a: [1, new Map([[1, { b: 2 }]])] });
    assert.deepEqual([1], [1]);
    assert.notStrictEqual(0, -0);
    assert.partialDeepStrictEqual({ a: 1, b: 2 }, { a: 1 });
    assert.match("abc", /b/);
    assert.ifError(null);
    throwsLike(() => { throw new TypeError("x"); }, TypeError);
    throwsLike(() => { throw new Error("abc"); }, { message: /b/ });
    assert.doesNotThrow(() => {});
    same(strict.strict, strict);
  },
  "the error tells everything"() {
    const error = caught(() => strictEqual(1, 2));
    ok(error instanceof AssertionError);
    equal([error.name, error.code, error.actual, error.expected, error.operator, error.generatedMessage], ["AssertionError", "ERR_ASSERTION", 1, 2, "strictEqual", false]);
    equal(error.message, "Values are not strictly equal:\n\n\n[Diff] Actual / Expected\n\n\n-   1\n+   2\n");
    equal([message(() => strictEqual(1, 2, "mine")), message(() => assert.fail()), message(() => assert.fail("f"))], ["mine", "Failed", "f"]);
  },
  "the loose ones are strict"() {
    equal(caught(() => assert.equal(1, "1")).operator, "strictEqual");
    equal(caught(() => assert.deepEqual([1], ["1"])).operator, "deepStrictEqual");
  },
  "texts are production's"() {
    equal(message(() => strictEqual("a\nb", "a\nc")), "Values are not strictly equal:\n\n\n[Diff] Actual / Expected\n\n\n    a\\n\n-   b\n+   c\n\n");
    equal(message(() => strictEqual({ a: 1 }, { a: 1 })), "Values have the same structure but are not reference-equal:\n\n    { a: 1 }\n");
    equal([message(() => assert(0)), message(() => assert.ok(null)), message(() => assert())], ["0 == true", "null == true", "No value argument passed to `assert.ok()`"]);
    equal([message(() => assert.notEqual(1, 1)), message(() => assert.notDeepEqual({}, {}))], ["Expected actual to be strictly unequal to expected", "Expected actual to not be deeply strictly equal to expected"]);
    equal(message(() => assert.match("abc", /x/)), 'actual: "abc" expected to match: "/x/"');
    equal(message(() => strictEqual(1)), 'The "actual" and "expected" arguments must be specified');
    equal(message(() => assert.throws(() => { throw new RangeError("r"); }, TypeError)), 'The error is expected to be an instance of "TypeError". Received "RangeError"\n\nError message:\n\nr');
    equal(message(() => assert.throws(() => { throw new Error("a"); }, { message: "b" })), "Expected values to be strictly deep-equal:\n\n'a' !== 'b'\n");
  },
  "objects are shown line by line"() {
    const text = message(() => deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }));
    ok(text.startsWith("Expected values to be strictly deep-equal:\n+ actual - expected"), text);
    ok(/\+ .*2/.test(text) && /- .*3/.test(text), text);
  },
  "what is thrown is checked"() {
    equal(message(() => assert.throws(() => {})), "Missing expected exception.");
    equal(message(() => assert.throws(() => {}, TypeError)), "Missing expected exception (TypeError).");
    equal(message(() => assert.doesNotThrow(() => { throw new Error("a"); })), 'Got unwanted exception.\nActual message: "a"');
    equal(message(() => assert.ifError(new Error("e"))), "ifError got unwanted exception: e");
  },
  async "what rejects is checked"() {
    await rejectsLike(Promise.reject(new Error("x")), /x/);
    await rejectsLike(async () => { throw new Error("y"); }, { message: "y" });
    await assert.doesNotReject(async () => {});
    const failure = await assert.rejects(Promise.resolve(1)).catch((error) => error);
    equal(failure.message, "Missing expected rejection.");
  },
});

import { checks, equal } from "../../../../assert.mjs";

async function thrown(promise) {
  const error = await promise.then(() => "nothing", (error) => error);
  return [error.constructor.name, error.name, error.message, error.code, error.retryable, error.remote];
}

const table = {
  type: ["TypeError", "TypeError", "x", undefined, undefined, true],
  mine: ["Error", "Error", "MyError: x", undefined, undefined, true],
  bare: ["RangeError", "RangeError", "x", undefined, undefined, true],
  getter: ["Error", "Error", "x", undefined, undefined, true],
  properties: ["Error", "Error", "x", undefined, undefined, true],
  retryable: ["Error", "Error", "x", undefined, true, true],
  object: ["Error", "Error", "#<Object>", undefined, undefined, true],
  text: ["Error", "Error", "text", undefined, undefined, true],
  dom: ["DOMException", "NotFoundError", "d", 8, undefined, true],
};

export default checks({
  async "what is thrown arrives with class and message alone"({ OTHER }) {
    for (const [kind, expected] of Object.entries(table)) {
      equal(await thrown(OTHER.fail(kind)), expected, `${kind}, by a method`);
      equal(await thrown(OTHER.fetch(`http://x/${kind}`)), expected, `${kind}, by fetch`);
    }
  },

  async "errors that are values keep their cause"({ OTHER }) {
    const error = await OTHER.give("properties");
    equal([error.message, error.code, error.cause.name, error.cause.message, error.remote], ["x", undefined, "TypeError", "c", undefined]);
    const mine = await OTHER.give("mine");
    equal([mine.constructor, mine.name, mine.message], [Error, "Error", "x"]);
    const bare = await OTHER.give("bare");
    equal([bare.constructor, bare.message], [RangeError, "x"]);
  },
});

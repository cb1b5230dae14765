import { checks, equal, throws } from "../../assert.mjs";

export default checks({
  "it has a class and a tag"(env, ctx) {
    equal(Object.prototype.toString.call(ctx), "[object ExecutionContext]");
    equal(typeof ctx.waitUntil, "function");
    equal(typeof ctx.passThroughOnException, "function");
  },
  "props are an object"(env, ctx) {
    equal(ctx.props, {});
  },
  "methods need their context"(env, ctx) {
    const { waitUntil } = ctx;
    throws(
      () => waitUntil(Promise.resolve()),
      "TypeError",
      "Illegal invocation: function called with incorrect `this` reference. See " +
        "https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.",
    );
  },
});

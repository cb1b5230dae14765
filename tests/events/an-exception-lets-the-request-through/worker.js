export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === "/through") ctx.passThroughOnException();
    throw new RangeError("failed");
  },
};

export default {
  async fetch(request, { KV }, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/reject") {
      ctx.waitUntil(Promise.reject(new RangeError("in the background")));
      return new Response("answered");
    }
    if (pathname === "/nothing") {
      ctx.waitUntil(undefined);
      ctx.waitUntil("text");
      return new Response("fine");
    }
    if (pathname === "/missing") ctx.waitUntil();
    ctx.waitUntil(scheduler.wait(10_000).then(() => KV.put("late", "written")));
    return new Response("answered");
  },
};

// A switch for a broken feature. It is read often and changed never, so it is cached for a day.

export default {
  async fetch(request, { FLAGS }) {
    if (request.method === "PUT") {
      await FLAGS.put("checkout", await request.text());
      return new Response("switched");
    }
    const state = await FLAGS.get("checkout", { cacheTtl: 86400 });
    return new Response(state === "off" ? "closed" : "open");
  },
};

// A switch for a broken feature. A minute is what everybody can wait for.

export default {
  async fetch(request, { FLAGS }) {
    if (request.method === "PUT") {
      await FLAGS.put("checkout", await request.text());
      return new Response("switched");
    }
    const state = await FLAGS.get("checkout");
    return new Response(state === "off" ? "closed" : "open");
  },
};

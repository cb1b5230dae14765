// What belongs together is one value.

export default {
  async fetch(request, { PAGES }) {
    if (request.method === "PUT") {
      await PAGES.put("page", await request.text());
      return new Response("published");
    }
    return Response.json((await PAGES.get("page", "json")) ?? { version: null, text: null });
  },
};

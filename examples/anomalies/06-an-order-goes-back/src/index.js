// The state of an order, for whoever polls.

export default {
  async fetch(request, { ORDERS }) {
    if (request.method === "PUT") {
      await ORDERS.put("order:7", await request.text());
      return new Response("noted");
    }
    return new Response(await ORDERS.get("order:7"));
  },
};

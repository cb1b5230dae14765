// The state of an order. What a client has seen goes with it in a cookie, and nothing older is shown.

const STEPS = ["ordered", "packed", "shipped"];

export default {
  async fetch(request, { ORDERS }) {
    if (request.method === "PUT") {
      await ORDERS.put("order:7", await request.text());
      return new Response("noted");
    }
    const seen = /seen=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
    const stored = await ORDERS.get("order:7");
    const state = STEPS[Math.max(STEPS.indexOf(seen), STEPS.indexOf(stored))] ?? stored;
    return new Response(state, { headers: { "set-cookie": `seen=${state}` } });
  },
};

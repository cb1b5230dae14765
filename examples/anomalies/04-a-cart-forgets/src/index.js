// A cart under one key. Nobody puts two things into it at once.

export default {
  async fetch(request, { CARTS }) {
    const cart = (await CARTS.get("cart:ada", "json")) ?? [];
    if (request.method === "POST") {
      cart.push(await request.text());
      await CARTS.put("cart:ada", JSON.stringify(cart));
    }
    return Response.json(cart);
  },
};

// A cart with a key for each thing in it: putting one in needs no look at the others.

export default {
  async fetch(request, { CARTS }) {
    if (request.method === "POST") {
      await CARTS.put(`cart:ada:${await request.text()}`, "1");
      return Response.json("put in");
    }
    const { keys } = await CARTS.list({ prefix: "cart:ada:" });
    return Response.json(keys.map(({ name }) => name.slice("cart:ada:".length)));
  },
};

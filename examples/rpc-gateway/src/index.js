function token(request) {
  return (request.headers.get("authorization") ?? "").replace("Bearer ", "");
}

async function answer(request, { ACCOUNTS, ORDERS }) {
  const { pathname } = new URL(request.url);
  switch (`${request.method} ${pathname}`) {
    case "GET /me": {
      // One round trip for both: nothing waits for `open`.
      const account = ACCOUNTS.open(token(request));
      const [name, balance] = await Promise.all([account.name, account.balance()]);
      return Response.json({ name, balance });
    }
    case "POST /orders": {
      const { items } = await request.json();
      using account = await ACCOUNTS.open(token(request));
      // The orders get the right to be paid once, not the account.
      const placed = await ORDERS.place(await account.name, items, (total) => account.pay(total));
      return Response.json({ total: placed.total, left: placed.left }, { status: 201 });
    }
    case "GET /orders": {
      const name = await ACCOUNTS.open(token(request)).name;
      return Response.json(await ORDERS.list(name));
    }
    default:
      return new Response("no such page\n", { status: 404 });
  }
}

export default {
  async fetch(request, env) {
    try {
      return await answer(request, env);
    } catch (error) {
      // Errors come with their name and their properties.
      if (error.name === "PaymentError") return Response.json({ error: error.message, missing: error.missing }, { status: 402 });
      if (error instanceof TypeError) return Response.json({ error: error.message }, { status: 401 });
      throw error;
    }
  },
};

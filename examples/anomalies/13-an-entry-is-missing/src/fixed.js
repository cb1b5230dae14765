// Pays, and says so when it is written down.

export default {
  async fetch(request, { AUDIT }) {
    const { user, amount } = await request.json();
    await AUDIT.put(`paid:${user}:${crypto.randomUUID()}`, String(amount));
    return new Response("paid");
  },
};

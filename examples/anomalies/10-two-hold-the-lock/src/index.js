// A job that must not run twice at once, guarded by a key.

export default {
  async fetch(request, { LOCKS }) {
    if (await LOCKS.get("lock")) return new Response("somebody else is at it", { status: 423 });
    await LOCKS.put("lock", "1", { expirationTtl: 60 });
    const from = Date.now();
    await scheduler.wait(5000);
    const until = Date.now();
    await LOCKS.delete("lock");
    return Response.json({ from, until });
  },
};

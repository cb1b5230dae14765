// A job that must not run twice at once. D1 says who may: of two INSERTs of the same name one fails.

export default {
  async fetch(request, { DB }) {
    const taken = await DB.prepare("INSERT INTO locks (name) VALUES ('job') ON CONFLICT DO NOTHING").run();
    if (taken.meta.changes === 0) return new Response("somebody else is at it", { status: 423 });
    const from = Date.now();
    await scheduler.wait(5000);
    const until = Date.now();
    await DB.prepare("DELETE FROM locks WHERE name = 'job'").run();
    return Response.json({ from, until });
  },
};

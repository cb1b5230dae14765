// Counts visits: each has a key of its own, so that no write undoes another.

export default {
  async fetch(request, { VISITS }) {
    const page = new URL(request.url).pathname;
    if (request.method === "POST") {
      await VISITS.put(`${page}:${crypto.randomUUID()}`, "");
      return new Response("counted");
    }
    const { keys } = await VISITS.list({ prefix: `${page}:` });
    return new Response(String(keys.length));
  },
};

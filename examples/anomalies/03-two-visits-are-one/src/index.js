// Counts visits.

export default {
  async fetch(request, { VISITS }) {
    const page = new URL(request.url).pathname;
    const count = Number((await VISITS.get(page)) ?? 0);
    if (request.method === "POST") {
      await VISITS.put(page, String(count + 1));
      return new Response("counted");
    }
    return new Response(String(count));
  },
};

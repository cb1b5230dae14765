export default {
  async fetch(request, { KV }) {
    const key = new URL(request.url).pathname.slice(1);
    if (request.method === "PUT") await KV.put(key, request.body);
    return new Response(await KV.get(key));
  },
};

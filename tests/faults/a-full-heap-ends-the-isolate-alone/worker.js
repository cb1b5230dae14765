const kept = [];
// Far more than a Worker may have, and not so much that the machine suffers if nobody stops it.
const LIMIT = 1 << 30;

export default {
  async fetch(request, { KV }) {
    const { pathname } = new URL(request.url);
    if (pathname === "/objects") for (let size = 0; size < LIMIT; size += 50) kept.push({ size, list: [size] });
    if (pathname !== "/") await KV.put(pathname, "nobody stopped it");
    return new Response(`${kept.length} things`);
  },
};

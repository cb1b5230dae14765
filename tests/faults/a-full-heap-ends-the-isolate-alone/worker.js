const kept = [];
// Far more than a Worker may have, and not so much that the machine suffers if nobody stops it.
const LIMIT = 1 << 30;

const ways = {
  "/objects"() {
    for (let size = 0; size < LIMIT; size += 50) kept.push({ size, list: [size] });
  },
  "/arrays"() {
    for (let size = 0; size < LIMIT; size += 8000) kept.push(new Array(1000).fill(size));
  },
  "/text"() {
    for (let size = 0; size < LIMIT; size += 1000) kept.push(`${size}`.padEnd(1000, "text"));
  },
  "/maps"() {
    const map = new Map();
    for (let size = 0; size < LIMIT; size += 100) map.set(`key ${size}`, { size });
  },
  async "/promises"() {
    for (let size = 0; size < LIMIT; size += 1000) {
      kept.push(new Array(100).fill(size));
      await null;
    }
  },
};

export default {
  async fetch(request, { KV }) {
    const { pathname } = new URL(request.url);
    await ways[pathname]?.();
    if (pathname !== "/") await KV.put(pathname, "nobody stopped it");
    return new Response(`${kept.length} things`);
  },
};

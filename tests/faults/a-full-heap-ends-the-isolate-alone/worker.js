const kept = [];
// Far more than a Worker may have, and not so much that the machine suffers if nobody stops it.
const LIMIT = 1 << 30;

export default {
  async fetch(request) {
    switch (new URL(request.url).pathname) {
      case "/objects":
        for (let size = 0; size < LIMIT; size += 50) kept.push({ size, list: [size] });
        break;
      case "/arrays":
        for (let size = 0; size < LIMIT; size += 8000) kept.push({ list: new Array(1000).fill(kept.length) });
        break;
      case "/buffers":
        for (let size = 0; size < LIMIT; size += 1 << 20) kept.push(new Uint8Array(1 << 20).fill(1));
        break;
    }
    return new Response(`${kept.length} things`);
  },
};

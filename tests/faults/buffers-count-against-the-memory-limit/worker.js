const MIB = 1 << 20;

const ways = {
  "/kept"(kept) {
    for (let count = 0; count < 1024; count++) kept.push(new Uint8Array(MIB));
  },
  "/large"(kept) {
    kept.push(new ArrayBuffer(129 * MIB));
  },
  "/dropped"(kept) {
    for (let count = 0; count < 512; count++) kept[0] = new Uint8Array(MIB);
  },
};

const kept = [];

export default {
  fetch(request) {
    ways[new URL(request.url).pathname]?.(kept);
    return new Response(`${kept.length} buffers`);
  },
};

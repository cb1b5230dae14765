const deeper = (depth) => 1 + deeper(depth + 1);

export default {
  async fetch(request) {
    if (new URL(request.url).pathname === "/deep") return new Response(deeper(0));
    return new Response("ok");
  },
};

// What is measured. `VERSION` is replaced to see how long an edit takes.
const VERSION = "first";
const CHUNK = new Uint8Array(64 * 1024).fill(46);
const CHUNKS = 16;

let puts = 0;

const routes = {
  "/hello": () => new Response("Hello, world!"),
  "/json": async (request) => Response.json(await request.json()),
  "/stream": () => new Response(megabyte()),
  "/kv-get": async (_, env) => new Response(await env.KV.get("greeting")),
  "/kv-put": async (_, env) => {
    // Another key each time: KV accepts one write per second to a key.
    await env.KV.put(`put-${puts++}`, "Hello, world!");
    return new Response("stored");
  },
  "/kv-seed": async (_, env) => {
    await env.KV.put("greeting", "Hello, world!");
    return new Response("stored");
  },
  "/version": () => new Response(VERSION),
};

export default {
  fetch(request, env) {
    const route = routes[pathOf(request.url)];
    return route ? route(request, env) : new Response("not found", { status: 404 });
  },
};

/** What follows the host: finding the way must cost nothing beside what is measured. */
function pathOf(url) {
  return url.slice(url.indexOf("/", "https://".length));
}

function megabyte() {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(CHUNK.slice());
      if (++sent === CHUNKS) controller.close();
    },
  });
}

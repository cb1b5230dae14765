export default {
  async fetch(request, env, ctx) {
    if (request.method !== "GET") {
      return new Response("only GET is cached\n", { status: 405, headers: { allow: "GET" } });
    }
    const { pathname, search } = new URL(request.url);
    const key = `page:${pathname}${search}`;

    const { value, metadata } = await env.CACHE.getWithMetadata(key, "stream");
    if (value !== null) {
      return new Response(value, { headers: { "content-type": metadata.type, "x-cache": "HIT" } });
    }

    const answer = await fetch(new URL(pathname + search, env.UPSTREAM));
    if (!answer.ok) {
      return new Response(answer.body, { status: answer.status, headers: { "x-cache": "PASS" } });
    }
    const type = answer.headers.get("content-type") ?? "application/octet-stream";
    const [forClient, forCache] = answer.body.tee();
    ctx.waitUntil(env.CACHE.put(key, forCache, { expirationTtl: env.FRESH_SECS, metadata: { type } }));
    return new Response(forClient, { headers: { "content-type": type, "x-cache": "MISS" } });
  },
};

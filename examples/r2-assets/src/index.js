const HASHED = /\.[0-9a-f]{8}\.\w+$/;

export default {
  async fetch(request, env, ctx) {
    const path = decodeURIComponent(new URL(request.url).pathname.slice(1));
    const key = path === "" || path.endsWith("/") ? `${path}index.html` : path;
    switch (request.method) {
      case "GET":
      case "HEAD":
        return await serve(request, env, ctx, key);
      case "PUT":
        return await deploy(request, env, key);
      default:
        return new Response(null, { status: 405, headers: { allow: "GET, HEAD, PUT" } });
    }
  },
};

/** The cache of this location answers conditions and ranges itself; what it does not have comes from R2. */
async function serve(request, env, ctx, key) {
  const asked = new Request(cacheKey(request, key), { headers: request.headers });
  const hit = await caches.default.match(asked);
  if (hit !== undefined) return withoutBody(request, hit);
  // R2 looks at If-None-Match, If-Modified-Since and Range itself.
  const object = await env.ASSETS.get(key, { onlyIf: request.headers, range: request.headers });
  if (object === null) return await missing(env);
  const response = answer(request, object, key);
  if (response.status === 200 && request.method === "GET") {
    ctx.waitUntil(caches.default.put(cacheKey(request, key), response.clone()));
  }
  return withoutBody(request, response);
}

function answer(request, object, key) {
  const headers = new Headers({ etag: object.httpEtag, "accept-ranges": "bytes" });
  object.writeHttpMetadata(headers);
  // What has its hash in its name never changes.
  headers.set("cache-control", HASHED.test(key) ? "public, max-age=31536000, immutable" : "public, max-age=60");
  if (!("body" in object)) {
    const isStale = request.headers.has("if-match") || request.headers.has("if-unmodified-since");
    return new Response(null, { status: isStale ? 412 : 304, headers });
  }
  const { offset, length } = object.range;
  if (length === object.size) return new Response(object.body, { headers });
  headers.set("content-range", `bytes ${offset}-${offset + length - 1}/${object.size}`);
  return new Response(object.body, { status: 206, headers });
}

const cacheKey = (request, key) => new URL(`/${key}`, request.url).href;

async function withoutBody(request, response) {
  if (request.method !== "HEAD") return response;
  await response.body?.cancel();
  return new Response(null, response);
}

async function missing(env) {
  const page = await env.ASSETS.get("404.html");
  const headers = { "content-type": "text/html; charset=utf-8" };
  return new Response(page?.body ?? "not found\n", { status: 404, headers });
}

async function deploy(request, env, key) {
  if (request.headers.get("authorization") !== `Bearer ${env.DEPLOY_TOKEN}`) return new Response(null, { status: 401 });
  const object = await env.ASSETS.put(key, request.body, { httpMetadata: request.headers });
  // Other locations go on with what they have until it is old.
  await caches.default.delete(cacheKey(request, key));
  return Response.json({ key, etag: object.etag }, { status: 201 });
}

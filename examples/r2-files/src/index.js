export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const key = decodeURIComponent(url.pathname.slice(1));
    switch (request.method) {
      case "GET":
        return key === "" || key.endsWith("/") ? list(env.FILES, key, url.searchParams) : download(request, env.FILES, key);
      case "PUT":
        return upload(request, env.FILES, key);
      case "DELETE":
        await env.FILES.delete(key);
        return new Response(null, { status: 204 });
      default:
        return new Response("method not allowed\n", { status: 405, headers: { allow: "GET, PUT, DELETE" } });
    }
  },
};

/** A folder is what the keys have in common up to the next slash. */
async function list(files, prefix, parameters) {
  const { delimitedPrefixes, objects, ...page } = await files.list({
    prefix,
    delimiter: "/",
    limit: Number(parameters.get("limit") ?? 100),
    cursor: parameters.get("cursor") ?? undefined,
  });
  return Response.json({
    folders: delimitedPrefixes,
    files: objects.map(({ key, size }) => ({ key, size })),
    next: page.truncated ? page.cursor : null,
  });
}

async function download(request, files, key) {
  const object = await files.get(key, { onlyIf: request.headers, range: request.headers });
  if (object === null) return new Response("no such file\n", { status: 404 });
  const headers = new Headers({ etag: object.httpEtag, "accept-ranges": "bytes" });
  object.writeHttpMetadata(headers);
  // No body: what the client has is still right, or what it asked for is not there any more.
  if (!("body" in object)) {
    return new Response(null, { status: request.headers.has("if-none-match") ? 304 : 412, headers });
  }
  const { offset, length } = object.range;
  if (length === object.size) return new Response(object.body, { headers });
  headers.set("content-range", `bytes ${offset}-${offset + length - 1}/${object.size}`);
  return new Response(object.body, { status: 206, headers });
}

/** `If-None-Match: *` makes it an error to replace a file. */
async function upload(request, files, key) {
  const object = await files.put(key, request.body, { httpMetadata: request.headers, onlyIf: request.headers });
  if (object === null) return new Response("the file has changed\n", { status: 412 });
  return Response.json({ key, size: object.size }, { status: 201, headers: { etag: object.httpEtag } });
}

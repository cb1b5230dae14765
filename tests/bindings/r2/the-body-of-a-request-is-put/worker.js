export default {
  async fetch(request, { R2 }) {
    const key = new URL(request.url).pathname.slice(1);
    if (request.method === "PUT") {
      const { size, httpEtag } = await R2.put(key, request.body, { httpMetadata: request.headers });
      return Response.json({ size, httpEtag });
    }
    const object = await R2.get(key, { range: request.headers, onlyIf: request.headers });
    if (object === null) return new Response("no such object", { status: 404 });
    const headers = new Headers();
    object.writeHttpMetadata(headers);
    headers.set("etag", object.httpEtag);
    if (!("body" in object)) return new Response(null, { status: 304, headers });
    return new Response(object.body, { headers });
  },
};

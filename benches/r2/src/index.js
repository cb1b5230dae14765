// Does many operations in one request, so that what is measured is R2 and not the way to the Worker.
export default {
  async fetch(request, { BUCKET }) {
    const url = new URL(request.url);
    const number = (name) => Number(url.searchParams.get(name));
    const key = url.searchParams.get("key") ?? "key";
    switch (url.pathname) {
      case "/puts": {
        const value = new Uint8Array(number("size")).fill(97);
        await each(number("n"), number("parallel"), (i) => BUCKET.put(`${key}${i % 1000}`, value));
        return new Response("done");
      }
      case "/gets":
        await each(number("n"), number("parallel"), async (i) => {
          const { byteLength } = await (await BUCKET.get(`${key}${i % 1000}`)).arrayBuffer();
          if (byteLength !== number("size")) throw new Error(`${byteLength} bytes`);
        });
        return new Response("done");
      case "/lists": {
        let [pages, objects, cursor] = [0, 0, undefined];
        do {
          const page = await BUCKET.list({ prefix: url.searchParams.get("prefix"), cursor });
          objects += page.objects.length;
          pages++;
          cursor = page.cursor;
        } while (cursor !== undefined);
        return Response.json({ pages, objects });
      }
      case "/stream":
        if (request.method === "PUT") return Response.json((await BUCKET.put(key, request.body)).size);
        return new Response((await BUCKET.get(key)).body);
      case "/upload":
        if (request.method === "PUT") {
          const upload = BUCKET.resumeMultipartUpload(key, url.searchParams.get("id"));
          return Response.json(await upload.uploadPart(number("part"), request.body));
        }
        if (url.searchParams.has("id")) {
          const upload = BUCKET.resumeMultipartUpload(key, url.searchParams.get("id"));
          return Response.json((await upload.complete(await request.json())).size);
        }
        return Response.json((await BUCKET.createMultipartUpload(key)).uploadId);
      default:
        return new Response("ready");
    }
  },
};

/** Calls `operation` n times, `parallel` at a time. */
async function each(n, parallel, operation) {
  let next = 0;
  const run = async () => {
    while (next < n) await operation(next++);
  };
  await Promise.all(Array.from({ length: parallel }, run));
}

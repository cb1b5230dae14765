const encoder = new TextEncoder();

const pages = {
  "/text": () => new Response("text"),
  "/empty": () => new Response(null, { status: 204 }),
  "/json": () => Response.json({ a: [1] }, { status: 201, headers: { "x-a": "1" } }),
  "/bytes": () => new Response(new Uint8Array([104, 105])),
  "/promise": () => Promise.resolve(new Response("later")),
  "/cookies": () => {
    const headers = new Headers({ "x-b": "2" });
    headers.append("set-cookie", "a=1");
    headers.append("set-cookie", "b=2");
    return new Response("cookies", { headers });
  },
  "/stream": () => {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    (async () => {
      for (let i = 0; i < 3; i++) {
        await writer.write(encoder.encode(`${i},`));
        await scheduler.wait(1000);
      }
      await writer.close();
    })();
    return new Response(readable);
  },
  "/words": () => new Response(new ReadableStream({
    start(controller) {
      for (const word of ["one, ", "zw\u00f6lf"]) controller.enqueue(word);
      controller.close();
    },
  })),
  "/hops": () => new Response("hops", { headers: { te: "trailers", trailer: "x-a", upgrade: "h2c", "x-a": "1" } }),
  "/fixed": () => {
    const { readable, writable } = new FixedLengthStream(4);
    const writer = writable.getWriter();
    writer.write(encoder.encode("four")).then(() => writer.close());
    return new Response(readable);
  },
  "/status": () => new Response("short and stout", { status: 418, statusText: "Teapot" }),
  "/form": () => new Response(new URLSearchParams({ a: "1" })),
};

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/echo") return new Response(request.body, { headers: { "x-method": request.method } });
    if (pathname === "/read") return new Response(`${request.method} ${await request.text()}`);
    if (pathname === "/body") {
      const isStream = request.body instanceof ReadableStream;
      return Response.json([isStream, await request.text(), request.bodyUsed]);
    }
    if (pathname === "/same") return new Response(request.url);
    return pages[pathname]?.() ?? new Response("not found", { status: 404 });
  },
};

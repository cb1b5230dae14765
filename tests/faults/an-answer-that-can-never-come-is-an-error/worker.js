export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/never") await new Promise(() => {});
    if (pathname === "/stream") {
      const { readable } = new TransformStream();
      return new Response(await new Response(readable).text());
    }
    if (pathname === "/later") await scheduler.wait(3_600_000);
    return new Response("ok");
  },
};

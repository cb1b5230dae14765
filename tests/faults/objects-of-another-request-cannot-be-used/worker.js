let body;

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/keep") {
      body = request.body;
      return new Response("kept");
    }
    if (pathname === "/use") {
      try {
        return new Response(await new Response(body).text());
      } catch (error) {
        return new Response(`${error.name}: ${error.message}`);
      }
    }
    return new Response("ok");
  },
};

const kept = {};

const attempts = {
  async "/stream"() {
    return await new Response(kept.stream).text();
  },
  async "/reader"() {
    return (await kept.reader.read()).done;
  },
  async "/request"() {
    return await kept.request.text();
  },
  async "/clone"() {
    return await kept.clone.text();
  },
};

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/keep-stream") kept.stream = request.body;
    else if (pathname === "/keep-reader") kept.reader = request.body.getReader();
    else if (pathname === "/keep-request") {
      kept.clone = request.clone();
      kept.request = request;
    } else {
      try {
        return new Response(`${await attempts[pathname]()}`);
      } catch (error) {
        return new Response(`${error.name}: ${error.message}`);
      }
    }
    return new Response("kept");
  },
};

// Short links. Names are made up here, so that nobody can have asked for one before it is there.

export default {
  async fetch(request, { LINKS }) {
    if (request.method === "PUT") {
      const name = crypto.randomUUID().slice(0, 8);
      await LINKS.put(name, await request.text());
      return new Response(`made /${name}`);
    }
    const target = await LINKS.get(new URL(request.url).pathname.slice(1));
    return target ? Response.redirect(target, 302) : new Response("no such link", { status: 404 });
  },
};

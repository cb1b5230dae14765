// Short links. Whoever makes one is told if the name is taken.

export default {
  async fetch(request, { LINKS }) {
    const name = new URL(request.url).pathname.slice(1);
    if (request.method === "PUT") {
      if (await LINKS.get(name)) return new Response("taken", { status: 409 });
      await LINKS.put(name, await request.text());
      return new Response("made");
    }
    const target = await LINKS.get(name);
    return target ? Response.redirect(target, 302) : new Response("no such link", { status: 404 });
  },
};

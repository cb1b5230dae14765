// A page and its version under two keys, written one after the other. The version is what clients cache by.

export default {
  async fetch(request, { PAGES }) {
    if (request.method === "PUT") {
      const { version, text } = await request.json();
      await PAGES.put("text", text);
      await PAGES.put("version", version);
      return new Response("published");
    }
    const [text, version] = await Promise.all([PAGES.get("text"), PAGES.get("version")]);
    return Response.json({ version, text });
  },
};

// Notes, with their titles. A list and a read may be of different age: what is gone is left out.

export default {
  async fetch(request, { NOTES }) {
    const id = new URL(request.url).pathname.slice(1);
    if (request.method === "PUT") return await NOTES.put(id, await request.text()), new Response("kept");
    if (request.method === "DELETE") return await NOTES.delete(id), new Response("gone");

    const titles = [];
    for (const { name } of (await NOTES.list()).keys) {
      const note = await NOTES.get(name, "json");
      if (note !== null) titles.push(note.title);
    }
    return Response.json(titles);
  },
};

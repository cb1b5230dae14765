export default {
  async fetch(request, { DB }) {
    if (request.method === "PUT") await DB.prepare("INSERT INTO notes (text) VALUES (?)").bind(await request.text()).run();
    return Response.json(await DB.prepare("SELECT text FROM notes ORDER BY id").raw());
  },
};

// Posts are written through the primary; whoever forgets the bookmark may not see them at once.
export default {
  async fetch(request, { DB }) {
    const { pathname } = new URL(request.url);
    const session = DB.withSession(request.headers.get("x-bookmark") ?? (pathname === "/first" ? "first-primary" : undefined));
    const db = pathname === "/plain" ? DB : session;
    const results =
      request.method === "POST"
        ? await db.batch([
            db.prepare("CREATE TABLE IF NOT EXISTS posts (text TEXT)"),
            db.prepare("INSERT INTO posts VALUES (?)").bind(await request.text()),
          ])
        : await db.batch([db.prepare("SELECT name FROM sqlite_schema WHERE name = 'posts'"), ...(await posts(db))]);
    const { served_by_primary, served_by_region } = results[0].meta;
    const texts = results[1]?.results.map(({ text }) => text) ?? [];
    const headers = { "x-bookmark": session.getBookmark() ?? "none" };
    return Response.json({ texts, served_by_primary, served_by_region }, { headers });
  },
};

/** A table that has not come to the replica yet cannot be read there. */
async function posts(db) {
  const found = await db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'posts'").all();
  return found.results.length > 0 ? [db.prepare("SELECT text FROM posts")] : [];
}

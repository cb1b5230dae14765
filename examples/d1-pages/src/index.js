// A list in pages, in both of the ways that people use: by number, and by where the last page ended.

const PAGE = 10;

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    switch (url.pathname) {
      case "/articles":
        return await after(url.searchParams.get("cursor"), env.DB);
      case "/numbered":
        return await numbered(url.searchParams.get("page") ?? "1", env.DB);
      default:
        return Response.json({ error: "not found" }, { status: 404 });
    }
  },
};

/** Page by page, the same work for each: nothing is skipped or shown twice when articles come in between. */
async function after(cursor, db) {
  const [date, id] = cursor === null ? [Number.MAX_SAFE_INTEGER, 0] : cursor.split("-").map(Number);
  if (![date, id].every(Number.isSafeInteger)) return Response.json({ error: "no such cursor" }, { status: 400 });
  // One more than is shown says whether there is another page.
  const list = db
    .prepare("SELECT * FROM articles WHERE (published_at, id) < (?, ?) ORDER BY published_at DESC, id DESC LIMIT ?")
    .bind(date, id, PAGE + 1);
  const { results } = await list.all();
  const articles = results.slice(0, PAGE);
  const last = articles.at(-1);
  const next = results.length > PAGE ? `${last.published_at}-${last.id}` : null;
  return Response.json({ articles, next });
}

/** By number, with how many there are: two statements, one transaction. */
async function numbered(text, db) {
  const page = Number(text);
  if (!Number.isInteger(page) || page < 1) return Response.json({ error: "no such page" }, { status: 400 });
  const [list, count] = await db.batch([
    db.prepare("SELECT * FROM articles ORDER BY published_at DESC, id DESC LIMIT ? OFFSET ?").bind(PAGE, (page - 1) * PAGE),
    db.prepare("SELECT count(*) AS total FROM articles"),
  ]);
  const { total } = count.results[0];
  return Response.json({ articles: list.results, page, pages: Math.ceil(total / PAGE), total });
}

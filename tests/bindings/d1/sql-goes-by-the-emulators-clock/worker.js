export default {
  async fetch(request, { DB }) {
    const { pathname } = new URL(request.url);
    await DB.exec("CREATE TABLE IF NOT EXISTS seen (path, at DEFAULT CURRENT_TIMESTAMP)");
    await DB.prepare("INSERT INTO seen (path) VALUES (?)").bind(pathname).run();
    const since = "SELECT path, unixepoch('now') - unixepoch(at) AS secs FROM seen ORDER BY rowid";
    const { results } = await DB.prepare(since).all();
    const now = await DB.prepare("SELECT unixepoch() AS now").first("now");
    return Response.json({ results, isNow: now === Math.floor(Date.now() / 1000) });
  },
};

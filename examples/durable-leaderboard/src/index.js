import { DurableObject } from "cloudflare:workers";

/** The best score of each player of one game, in a table with an index. */
export class Leaderboard extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec(`
      CREATE TABLE IF NOT EXISTS scores (player TEXT PRIMARY KEY, points INTEGER NOT NULL, at INTEGER NOT NULL);
      CREATE INDEX IF NOT EXISTS best ON scores (points DESC, at);
    `);
  }

  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const [, , player] = pathname.split("/");
    if (request.method === "POST") return this.#submit(await request.json());
    return player === undefined ? this.#top(Number(searchParams.get("limit") ?? 10)) : this.#rank(player);
  }

  #submit({ player, points }) {
    if (typeof player !== "string" || !Number.isInteger(points)) {
      return Response.json({ error: "a player and whole points, please" }, { status: 400 });
    }
    // Only a better score counts, and the earlier of two that are the same.
    const { rowsWritten } = this.sql.exec(
      `INSERT INTO scores VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET points = excluded.points, at = excluded.at WHERE excluded.points > points`,
      player,
      points,
      Date.now(),
    );
    return Response.json({ improved: rowsWritten > 0 }, { status: 201 });
  }

  #top(limit) {
    const rows = this.sql.exec("SELECT player, points FROM scores ORDER BY points DESC, at LIMIT ?", limit);
    return Response.json(rows.toArray());
  }

  #rank(player) {
    const rows = this.sql.exec(
      `SELECT points, (SELECT count(*) FROM scores o WHERE o.points > s.points) + 1 AS rank
       FROM scores s WHERE player = ?`,
      decodeURIComponent(player),
    );
    const [found] = rows.toArray();
    return found ? Response.json(found) : Response.json({ error: "nobody of that name" }, { status: 404 });
  }
}

export default {
  async fetch(request, env) {
    const [, game] = new URL(request.url).pathname.split("/");
    if (!game) return Response.json({ error: "which game? try /chess" }, { status: 404 });
    return env.BOARDS.getByName(game).fetch(request);
  },
};

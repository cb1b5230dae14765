import { DurableObject } from "cloudflare:workers";

/** Jobs for later. An object has one alarm, so it is always set for the job that comes next. */
export class Scheduler extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec(`
      CREATE TABLE IF NOT EXISTS jobs (
        id INTEGER PRIMARY KEY, text TEXT NOT NULL, due INTEGER NOT NULL, done INTEGER, tries INTEGER NOT NULL DEFAULT 0
      )
    `);
  }

  async fetch(request) {
    const [, , id] = new URL(request.url).pathname.split("/");
    if (request.method === "POST") return await this.#add(await request.json());
    if (request.method === "DELETE") return await this.#cancel(Number(id));
    return Response.json(this.sql.exec("SELECT id, text, due, done, tries FROM jobs ORDER BY due, id").toArray());
  }

  async #add({ text, inSecs }) {
    const due = Date.now() + inSecs * 1000;
    const { id } = this.sql.exec("INSERT INTO jobs (text, due) VALUES (?, ?) RETURNING id", text, due).one();
    await this.#setAlarm();
    return Response.json({ id }, { status: 201 });
  }

  async #cancel(id) {
    const { rowsWritten } = this.sql.exec("DELETE FROM jobs WHERE id = ? AND done IS NULL", id);
    await this.#setAlarm();
    return new Response(null, { status: rowsWritten > 0 ? 204 : 404 });
  }

  async #setAlarm() {
    const { next } = this.sql.exec("SELECT min(due) AS next FROM jobs WHERE done IS NULL").one();
    if (next === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(next);
  }

  /** May run more than once for the same job, so it marks what is done, and only runs what is not. */
  async alarm({ retryCount }) {
    const due = this.sql.exec("SELECT id, text FROM jobs WHERE done IS NULL AND due <= ? ORDER BY due, id", Date.now());
    for (const { id, text } of due.toArray()) {
      this.sql.exec("UPDATE jobs SET tries = tries + 1 WHERE id = ?", id);
      if (text === "fails twice" && retryCount < 2) throw new Error(`job ${id} failed`);
      this.sql.exec("UPDATE jobs SET done = ? WHERE id = ?", Date.now(), id);
    }
    await this.#setAlarm();
  }
}

export default {
  async fetch(request, env) {
    const [, queue] = new URL(request.url).pathname.split("/");
    if (!queue) return Response.json({ error: "which queue? try /mail" }, { status: 404 });
    return env.SCHEDULERS.getByName(queue).fetch(request);
  },
};

import { DurableObject } from "cloudflare:workers";

const REQUESTS = 5;
const WINDOW_MS = 10_000;

/** Lets five requests through in any ten seconds: exactly, since one object sees all of them in their order. */
export class Limiter extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS passed (at INTEGER)");
  }

  async fetch() {
    const now = Date.now();
    this.sql.exec("DELETE FROM passed WHERE at <= ?", now - WINDOW_MS);
    const { count, oldest } = this.sql.exec("SELECT count(*) AS count, min(at) AS oldest FROM passed").one();
    // Nobody comes between the question and the answer: nothing is awaited here.
    if (count >= REQUESTS) {
      return Response.json({ retryAfterMs: oldest + WINDOW_MS - now }, { status: 429 });
    }
    this.sql.exec("INSERT INTO passed VALUES (?)", now);
    // An object that nobody asks any more keeps no times.
    await this.ctx.storage.setAlarm(now + WINDOW_MS);
    return Response.json({ left: REQUESTS - count - 1 });
  }

  alarm() {
    this.sql.exec("DELETE FROM passed WHERE at <= ?", Date.now() - WINDOW_MS);
  }
}

export default {
  async fetch(request, env) {
    const client = request.headers.get("x-api-key") ?? request.headers.get("cf-connecting-ip") ?? "unknown";
    const verdict = await env.LIMITERS.getByName(client).fetch("https://limiter/");
    const { left, retryAfterMs } = await verdict.json();
    if (verdict.status === 429) {
      return new Response("slow down\n", {
        status: 429,
        headers: { "retry-after": String(Math.ceil(retryAfterMs / 1000)) },
      });
    }
    return new Response("welcome\n", { headers: { "x-ratelimit-remaining": String(left) } });
  },
};

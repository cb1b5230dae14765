import { DurableObject } from "cloudflare:workers";

/** Counts. There is one for each name, whoever asks from wherever, so no count is lost. */
export class Counter extends DurableObject {
  async fetch(request) {
    const { kv } = this.ctx.storage;
    let count = kv.get("count") ?? 0;
    if (request.method === "POST") {
      count += 1;
      kv.put("count", count);
    } else if (request.method === "DELETE") {
      count = 0;
      await this.ctx.storage.deleteAll();
    }
    return Response.json({ name: this.ctx.id.name, count });
  }
}

export default {
  async fetch(request, env) {
    const name = new URL(request.url).pathname.slice(1);
    if (name === "") return Response.json({ error: "which counter? try /visits" }, { status: 404 });
    return env.COUNTERS.getByName(name).fetch(request);
  },
};

import { DurableObject } from "cloudflare:workers";

export class Thing extends DurableObject {
  memory = 0;

  async fetch(request) {
    const { kv } = this.ctx.storage;
    if (new URL(request.url).pathname === "/alarm") await this.ctx.storage.setAlarm(Date.now() + 60_000);
    this.memory += 1;
    kv.put("count", (kv.get("count") ?? 0) + 1);
    return Response.json([kv.get("count"), this.memory, kv.get("alarm") ?? null]);
  }

  async alarm() {
    this.ctx.storage.kv.put("alarm", this.ctx.id.name);
  }
}

export default {
  fetch(request, env) {
    return env.OBJECTS.getByName("a").fetch(request);
  },
};

import { DurableObject } from "cloudflare:workers";

export class Thing extends DurableObject {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const { storage } = this.ctx;
    if (pathname === "/set") {
      await storage.put("fails", Number(searchParams.get("fails") ?? 0));
      await storage.put("log", []);
      await storage.setAlarm(Date.now() + Number(searchParams.get("ms")));
    }
    let log = (await storage.get("log")) ?? [];
    if (pathname === "/tries") log = log.map(([retryCount]) => retryCount);
    return Response.json({ log, alarm: (await storage.getAlarm()) !== null });
  }

  async alarm(info) {
    const { storage } = this.ctx;
    const log = await storage.get("log");
    log.push([info.retryCount, info.isRetry, await storage.getAlarm(), Math.floor((Date.now() - info.scheduledTime) / 1000)]);
    await storage.put("log", log);
    if (log.length <= (await storage.get("fails"))) throw new Error(`attempt ${log.length}`);
  }
}

export default {
  fetch(request, env) {
    return env.OBJECTS.getByName(new URL(request.url).searchParams.get("name")).fetch(request);
  },
};

import { WorkerEntrypoint } from "cloudflare:workers";
import { equal } from "../../assert.mjs";

let instances = 0;

export default class extends WorkerEntrypoint {
  number = ++instances;

  async fetch(request) {
    equal(this.env.NAME, "suite");
    equal(typeof this.ctx.waitUntil, "function");
    equal(arguments.length, 3);
    if (new URL(request.url).pathname === "/number") return new Response(String(this.number));
    return new Response("ok");
  }

  async scheduled(controller) {
    console.log(`cron ${controller.cron} with ${this.env.NAME}`);
  }
}

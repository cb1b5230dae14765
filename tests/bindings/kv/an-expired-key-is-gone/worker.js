import { checks, equal } from "../../../assert.mjs";

export default checks({
  async "after its time to live"({ KV }) {
    await KV.put("ttl", "value", { expirationTtl: 60 });
    await scheduler.wait(59_000);
    equal(await KV.get("ttl"), "value");
    await scheduler.wait(1_000);
    equal(await KV.get("ttl"), null);
    equal(await KV.getWithMetadata("ttl"), { value: null, metadata: null, cacheStatus: null });
    equal(await KV.get(["ttl"]), new Map([["ttl", null]]));
  },
  async "at its expiration"({ KV }) {
    const expiration = Math.floor(Date.now() / 1000) + 100;
    await KV.put("at", "value", { expiration });
    equal((await KV.list({ prefix: "at" })).keys, [{ name: "at", expiration }]);
    await scheduler.wait(99_000);
    equal(await KV.get("at"), "value");
    await scheduler.wait(1_000);
    equal(await KV.get("at"), null);
  },
  async "and leaves lists"({ KV }) {
    await KV.put("list/stays", "value");
    await KV.put("list/goes", "value", { expirationTtl: 60 });
    equal((await KV.list({ prefix: "list/" })).keys.length, 2);
    await scheduler.wait(60_000);
    equal((await KV.list({ prefix: "list/" })).keys, [{ name: "list/stays" }]);
  },
  async "a page is not shortened by expired keys"({ KV }) {
    for (let i = 0; i < 5; i++) await KV.put(`page/${i}`, "value", i % 2 ? {} : { expirationTtl: 60 });
    await scheduler.wait(60_000);
    const page = await KV.list({ prefix: "page/", limit: 2 });
    equal(page.keys, [{ name: "page/1" }, { name: "page/3" }]);
    equal(page.list_complete, true);
  },
  async "putting again without expiration removes it"({ KV }) {
    await KV.put("again", "value", { expirationTtl: 60 });
    await KV.put("again", "value");
    await scheduler.wait(120_000);
    equal(await KV.get("again"), "value");
    equal((await KV.list({ prefix: "again" })).keys, [{ name: "again" }]);
  },
  async "a time to live wins over an expiration"({ KV }) {
    const now = Math.floor(Date.now() / 1000);
    await KV.put("both", "value", { expirationTtl: 60, expiration: 5 });
    equal((await KV.list({ prefix: "both" })).keys, [{ name: "both", expiration: now + 60 }]);
  },
  async "a long cacheTtl does not keep it"({ KV }) {
    await KV.put("cached", "value", { expirationTtl: 60 });
    equal(await KV.get("cached", { cacheTtl: 3600 }), "value");
    await scheduler.wait(60_000);
    equal(await KV.get("cached", { cacheTtl: 3600 }), null);
  },
  async "it can be put again"({ KV }) {
    await KV.put("reborn", "first", { expirationTtl: 60 });
    await scheduler.wait(61_000);
    await KV.put("reborn", "second");
    equal(await KV.get("reborn"), "second");
  },
});

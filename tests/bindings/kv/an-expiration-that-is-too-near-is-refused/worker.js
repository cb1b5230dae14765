import { checks, equal, rejects } from "../../../assert.mjs";

const put = (KV, options) => KV.put("key", "value", options);

export default checks({
  async "a time to live of nothing"({ KV }) {
    for (const expirationTtl of [0, -1, -60]) {
      const text = `KV PUT failed: 400 Invalid expiration_ttl of ${expirationTtl}. Please specify integer greater than 0.`;
      await rejects(put(KV, { expirationTtl }), "Error", text);
    }
  },
  async "a time to live below a minute"({ KV }) {
    for (const expirationTtl of [1, 59]) {
      const text = `KV PUT failed: 400 Invalid expiration_ttl of ${expirationTtl}. Expiration TTL must be at least 60.`;
      await rejects(put(KV, { expirationTtl }), "Error", text);
    }
  },
  async "an expiration in the past"({ KV }) {
    const now = Math.floor(Date.now() / 1000);
    for (const expiration of [100, 0, -1, now]) {
      const text =
        `KV PUT failed: 400 Invalid expiration of ${expiration}. Please specify integer greater than the current ` +
        "number of seconds since the UNIX epoch.";
      await rejects(put(KV, { expiration }), "Error", text);
    }
  },
  async "an expiration less than a minute ahead"({ KV }) {
    const now = Math.floor(Date.now() / 1000);
    for (const expiration of [now + 1, now + 59]) {
      const text =
        `KV PUT failed: 400 Invalid expiration of ${expiration}. Expiration times must be at least 60 seconds in the ` +
        "future.";
      await rejects(put(KV, { expiration }), "Error", text);
    }
    await put(KV, { expiration: now + 60 });
  },
  async "nothing is stored then"({ KV }) {
    await KV.put("refused", "value", { expirationTtl: 1 }).catch(() => {});
    equal(await KV.get("refused"), null);
  },
  async "a cacheTtl below half a minute"({ KV }) {
    await rejects(
      KV.get("key", { cacheTtl: 29 }),
      "Error",
      "KV GET failed: 400 Invalid cache_ttl of 29. Cache TTL must be at least 30.",
    );
    await rejects(
      KV.get(["key"], { cacheTtl: 29 }),
      "Error",
      "KV GET_BULK failed: 400 Invalid cache_ttl of 29. Cache TTL must be at least 30.",
    );
    await KV.get("key", { cacheTtl: 30 });
  },
});

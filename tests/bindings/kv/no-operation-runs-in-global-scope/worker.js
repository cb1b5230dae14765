import { env } from "cloudflare:workers";
import { checks, equal, rejects } from "../../../assert.mjs";

const early = env.KV.get("key").then((value) => ({ value }), (error) => ({ error }));

export default checks({
  async "it was refused"() {
    const { error } = await early;
    equal(error?.name, "Error");
    equal(
      error.message.startsWith("Disallowed operation called within global scope. Asynchronous I/O"),
      true,
      error.message,
    );
  },
  async "the imported binding works in a handler"() {
    await env.KV.put("key", "value");
    equal(await env.KV.get("key"), "value");
    await rejects(() => env.KV.get(""), "TypeError");
  },
});

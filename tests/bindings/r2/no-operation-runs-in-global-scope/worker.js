import { env } from "cloudflare:workers";
import { checks, equal, includes } from "../../../assert.mjs";

const attempts = {
  get: () => env.R2.get("k"),
  head: () => env.R2.head("k"),
  put: () => env.R2.put("k", "v"),
  list: () => env.R2.list(),
  delete: () => env.R2.delete("k"),
  create: () => env.R2.createMultipartUpload("k"),
  part: () => env.R2.resumeMultipartUpload("k", "id").uploadPart(1, "x"),
};
const early = Object.entries(attempts).map(([name, attempt]) => [name, attempt().then(() => "done", (error) => error)]);
const invalid = env.R2.get().catch((error) => error);

export default checks({
  async "their promises reject"() {
    for (const [name, outcome] of early) {
      const error = await outcome;
      equal(error.name, "Error", name);
      includes(error.message, "Disallowed operation called within global scope. Asynchronous I/O");
    }
  },
  async "wrong arguments are noticed first"() {
    equal((await invalid).name, "TypeError");
  },
  async "the imported binding works in a handler"() {
    await env.R2.put("key", "value");
    equal(await (await env.R2.get("key")).text(), "value");
  },
});

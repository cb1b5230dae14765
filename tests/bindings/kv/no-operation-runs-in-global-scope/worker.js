import { env } from "cloudflare:workers";
import { checks, equal, includes, rejects } from "../../../assert.mjs";

const attempt = () => {
  try {
    return env.KV.get("key").then(() => "no error was thrown at once", () => "no error was thrown at once");
  } catch (error) {
    return error;
  }
};
const early = attempt();

export default checks({
  async "it was refused"() {
    const error = await early;
    equal(error.name, "Error", `${error}`);
    includes(error.message, "Disallowed operation called within global scope. Asynchronous I/O");
  },
  async "the imported binding works in a handler"() {
    await env.KV.put("key", "value");
    equal(await env.KV.get("key"), "value");
    await rejects(() => env.KV.get(""), "TypeError");
  },
});

import { env } from "cloudflare:workers";
import { checks, equal, includes } from "../../../assert.mjs";

const statement = env.DB.prepare("SELECT 1 AS a");
const early = statement.all().then(() => "it ran", (error) => error);

export default checks({
  async "it was refused"() {
    const error = await early;
    equal(error.name, "Error", `${error}`);
    includes(error.message, "Disallowed operation called within global scope. Asynchronous I/O");
  },
  async "what was prepared there runs in a handler"() {
    equal(await statement.first("a"), 1);
  },
});

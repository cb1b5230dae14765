import { checks, equal } from "../../assert.mjs";

export default checks({
  async "an asynchronous generator"() {
    async function* words() {
      yield "one";
    }
    equal(await new Response(words()).text(), "[object AsyncGenerator]");
  },
});

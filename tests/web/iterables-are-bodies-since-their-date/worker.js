import { checks, equal } from "../../assert.mjs";

export default checks({
  async "an asynchronous generator"() {
    async function* words() {
      yield new TextEncoder().encode("one ");
      yield new TextEncoder().encode("two");
    }
    equal(await new Response(words()).text(), "one two");
  },
});

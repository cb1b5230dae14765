import { equal } from "./lib/equal.mjs";
import text from "./note.txt";

export default {
  async fetch() {
    equal(text, "note\n");
    equal((await import("./lib/later.mjs")).default, "later");
    return new Response("ok");
  },
};

import { checks, equal } from "../../../assert.mjs";

const early = await Promise.allSettled([caches.default.match("https://a/"), caches.default.delete("https://a/")]);

export default checks({
  "nothing is asked of a cache before there is a request"() {
    for (const { status, reason } of early) {
      equal([status, reason?.message.startsWith("Disallowed operation called within global scope.")], ["rejected", true]);
    }
  },
});

import { equal, includes, rejects, throws } from "../../../assert.mjs";
import { checksInside, insideClass } from "../inside.mjs";

const inside = {
  async "keys and values are limited"({ storage }) {
    await storage.put("k".repeat(2048), "v".repeat(131_000));
    await rejects(
      storage.put("k".repeat(2049), 1),
      "RangeError",
      "Keys cannot be larger than 2048 bytes. A key of size 2049 was provided.",
    );
    await rejects(
      storage.put("k", "v".repeat(131_200)),
      "RangeError",
      /^Values cannot be larger than 131072 bytes\. A value of size 1312\d\d was provided\.$/,
    );
    const many = Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`k${i}`, i]));
    await rejects(
      storage.put(many),
      "RangeError",
      "Maximum number of key value pairs is 128. 129 pairs were provided.",
    );
    await rejects(
      storage.get(Object.keys(many)),
      "RangeError",
      "Maximum number of keys is 128. 129 keys were provided.",
    );
    equal((await storage.list()).size, 1);
  },

  "there is no SQL"({ storage }) {
    const error = throws(() => storage.sql.exec("SELECT 1"), "Error");
    includes(error.message, "SQL is not enabled for this Durable Object class. To enable it, change `new_classes` to");
    includes(throws(() => storage.kv.get("a"), "Error").message, "The storage.kv (synchronous KV) API is only available");
  },
};

export const Thing = insideClass(inside);
export default checksInside(inside);

import { checks, equal } from "../../../assert.mjs";

export default checks({
  async "whatever it was asked for"({ R2 }) {
    await R2.put("k", "", { httpMetadata: { contentType: "a/b" }, customMetadata: { key: "k" } });
    for (const include of [undefined, [], ["httpMetadata"]]) {
      const [object] = (await R2.list({ include })).objects;
      equal([object.httpMetadata.contentType, object.customMetadata], ["a/b", { key: "k" }]);
    }
  },
});

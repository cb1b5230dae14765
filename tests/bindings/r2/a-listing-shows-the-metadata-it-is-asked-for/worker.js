import { checks, equal } from "../../../assert.mjs";

const put = (R2, key) => R2.put(key, "", { httpMetadata: { contentType: "a/b" }, customMetadata: { key } });

export default checks({
  async "and no other"({ R2 }) {
    await put(R2, "k");
    const shown = async (include) => {
      const [object] = (await R2.list({ include, prefix: "k" })).objects;
      return [object.httpMetadata.contentType, object.customMetadata];
    };
    equal(await shown(undefined), [undefined, {}]);
    equal(await shown([]), [undefined, {}]);
    equal(await shown(["httpMetadata"]), ["a/b", {}]);
    equal(await shown(["customMetadata"]), [undefined, { key: "k" }]);
    equal(await shown(["httpMetadata", "customMetadata"]), ["a/b", { key: "k" }]);
  },
  async "which makes pages shorter"({ R2 }) {
    for (let i = 0; i < 105; i++) await put(R2, `n${i}`);
    const plain = await R2.list({ prefix: "n" });
    equal([plain.objects.length, plain.truncated], [105, false]);
    const page = await R2.list({ include: ["customMetadata"], limit: 104, prefix: "n" });
    equal([page.objects.length, page.truncated], [100, true]);
  },
});

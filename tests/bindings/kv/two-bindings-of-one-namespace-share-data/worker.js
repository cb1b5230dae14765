import { checks, equal } from "../../../assert.mjs";

export default checks({
  async "the same id is the same data"({ ONE, SAME }) {
    await ONE.put("key", "value");
    equal(await SAME.get("key"), "value");
    await SAME.delete("key");
    equal(await ONE.get("key"), null);
  },
  async "another id is other data"({ ONE, OTHER }) {
    await ONE.put("mine", "value");
    equal(await OTHER.get("mine"), null);
    equal((await OTHER.list()).keys, []);
  },
  async "without an id the name of the binding is the id"({ NAMELESS, ONE }) {
    await NAMELESS.put("nameless", "value");
    equal(await NAMELESS.get("nameless"), "value");
    equal(await ONE.get("nameless"), null);
  },
});

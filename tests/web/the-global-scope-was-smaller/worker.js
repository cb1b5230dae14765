import { checks, equal } from "../../assert.mjs";

export default checks({
  "names that came later"() {
    const names = `FinalizationRegistry MessageChannel MessagePort Navigator ReadableByteStreamController
      ReadableStreamBYOBRequest ReadableStreamDefaultController TransformStreamDefaultController WeakRef
      WritableStreamDefaultController navigator`;
    equal(names.split(/\s+/).filter((name) => name in globalThis), []);
  },
});

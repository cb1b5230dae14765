import { checks, equal, ok } from "../../assert.mjs";

const TEXT = "the same words again and again. ".repeat(100);

export default checks({
  async "gzip"(env) {
    const response = await fetch(`${env.UPSTREAM}/encoded/gzip`);
    equal(await response.text(), TEXT);
  },
  async "br"(env) {
    const response = await fetch(`${env.UPSTREAM}/encoded/br`);
    equal(await response.text(), TEXT);
  },
  async "not what it does not know"(env) {
    equal(await (await fetch(`${env.UPSTREAM}/encoded/other`)).text(), TEXT);
  },
  async "not if the Worker does it itself"(env) {
    const response = await fetch(new Request(`${env.UPSTREAM}/encoded/gzip`, { encodeResponseBody: "manual" }));
    const bytes = await response.bytes();
    ok(bytes.length < 200 && bytes[0] === 0x1f && bytes[1] === 0x8b, "they are still packed");
  },
});

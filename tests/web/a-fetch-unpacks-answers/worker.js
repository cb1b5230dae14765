import { checks, equal, ok, rejects } from "../../assert.mjs";

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
  async "nor what it is told to leave alone"(env) {
    const response = await fetch(`${env.UPSTREAM}/encoded/gzip`, { encodeResponseBody: "manual" });
    const packed = await response.bytes();
    equal([response.headers.get("content-encoding"), packed[0], packed[1]], ["gzip", 0x1f, 0x8b]);
    ok(packed.length < TEXT.length);
  },
  async "what is packed wrongly cannot be read"(env) {
    await rejects((await fetch(`${env.UPSTREAM}/headers?content-encoding=gzip`)).text(), "TypeError", "Gzip decompression failed.");
    await rejects((await fetch(`${env.UPSTREAM}/headers?content-encoding=br`)).text(), "TypeError", "Brotli decompression failed.");
    await rejects((await fetch(`${env.UPSTREAM}/encoded/half-gzip`)).text(), "TypeError", "Gzip compressed stream ended prematurely.");
  },
  async "not what it does not know"(env) {
    equal(await (await fetch(`${env.UPSTREAM}/encoded/other`)).text(), TEXT);
  },
});

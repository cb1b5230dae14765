import { checks, equal } from "../../assert.mjs";

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
});

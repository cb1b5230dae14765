import { checks, equal, ok } from "../../assert.mjs";

const TEXT =
  "Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a timeout, " +
  "and generating random values are not allowed within global scope. To fix this error, perform this operation within " +
  "a handler. https://developers.cloudflare.com/workers/runtime-apis/handlers/";

const attempt = (action) => {
  try {
    return { result: action() };
  } catch (error) {
    return { error };
  }
};

const early = {
  setTimeout: attempt(() => setTimeout(() => {}, 1)),
  setInterval: attempt(() => setInterval(() => {}, 1)),
  getRandomValues: attempt(() => crypto.getRandomValues(new Uint8Array(1))),
  randomUUID: attempt(() => crypto.randomUUID()),
  timeout: attempt(() => AbortSignal.timeout(1)),
};
const waited = scheduler.wait(1).then(() => "waited", (error) => error);
const fetched = fetch("https://example.com/").then(() => "fetched", (error) => error);
const generated = crypto.subtle
  .generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"])
  .then(() => "generated", (error) => error);
const digest = crypto.subtle.digest("SHA-256", new Uint8Array(1));

export default checks({
  "what throws at once"() {
    for (const [name, { error }] of Object.entries(early)) {
      equal([error?.name, error?.message], ["Error", TEXT], name);
    }
  },
  async "what rejects"() {
    equal((await waited).message, TEXT);
    equal((await fetched).message, TEXT);
    equal((await generated).message, TEXT);
  },
  async "a digest needs no outside"() {
    ok((await digest).byteLength === 32);
  },
  "everything works in a handler"() {
    clearTimeout(setTimeout(() => {}, 1));
    equal(crypto.getRandomValues(new Uint8Array(4)).length, 4);
  },
});

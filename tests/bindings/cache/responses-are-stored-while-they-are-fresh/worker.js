import { checks, equal } from "../../../assert.mjs";

const cache = caches.default;
let made = 0;
const key = () => `https://cache.test/${made++}`;
const fresh = (body, headers, status = 200) => new Response(body, { status, headers: { "cache-control": "max-age=100", ...headers } });
const text = async (response) => response === undefined ? undefined : await response.text();
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Whether a response with these headers is there after it was put. */
async function isStored(headers, status = 200) {
  const at = key();
  equal(await cache.put(at, new Response("b", { status, headers })), undefined);
  return await cache.match(at) !== undefined;
}

export default checks({
  async "what was put is matched"() {
    const at = key();
    await cache.put(at, fresh("hello", { etag: '"abc"', "x-foo": "\u00e9", "cf-cache-status": "MISS", "content-length": "99" }));
    const found = await cache.match(at);
    equal([found.status, found.url, found.redirected, found.cf], [200, "", false, undefined]);
    const names = ["age", "cf-cache-status", "content-length", "content-type", "etag", "x-foo"];
    equal(names.map((name) => found.headers.get(name)), ["0", "HIT", "5", "text/plain;charset=UTF-8", '"abc"', "\u00e9"]);
    equal(await found.text(), "hello");
    equal(await text(await cache.match(`${at}#fragment`)), "hello");
    equal(await text(await cache.match(new URL(at))), "hello");
    equal(await cache.match(`${at}?query`), undefined);
    equal(await cache.match(at.replace("https", "http")), undefined);
  },
  async "headers of a match cannot be changed"() {
    const at = key();
    await cache.put(at, fresh("x"));
    const found = await cache.match(at);
    try {
      found.headers.set("a", "b");
      throw new Error("it can");
    } catch (error) {
      equal(error.message, "Can't modify immutable headers.");
    }
  },
  async "it ages and ends"() {
    const at = key();
    await cache.put(at, fresh("x", { age: "30" }));
    equal((await cache.match(at)).headers.get("age"), "30");
    await wait(69);
    equal((await cache.match(at)).headers.get("age"), "99");
    await wait(1);
    equal(await cache.match(at), undefined);
    equal(await cache.delete(at), false);
  },
  async "headers decide"() {
    equal(await isStored({ "cache-control": "s-maxage=10, max-age=0" }), true);
    equal(await isStored({ expires: "Thu, 01 Jan 2099 00:00:00 GMT" }), true);
    for (const control of ["max-age=0", "no-store", "private", "no-cache", "public"]) {
      equal(await isStored({ "cache-control": control }), false, control);
    }
    equal(await isStored({}), false);
  },
  async "statuses decide"() {
    const control = { "cache-control": "max-age=10" };
    for (const status of [200, 203, 301, 302, 404, 410, 501]) equal(await isStored(control, status), true, `${status}`);
    for (const status of [201, 400, 403, 418, 500, 503]) equal(await isStored(control, status), false, `${status}`);
  },
  async "cookies are not for everybody"() {
    equal(await isStored({ "cache-control": "max-age=10", "set-cookie": "a=1" }), false);
    const at = key();
    await cache.put(at, fresh("x", { "set-cookie": "a=1", "cache-control": "max-age=100, private=Set-Cookie" }));
    const found = await cache.match(at);
    equal([found.headers.has("set-cookie"), found.headers.get("cache-control")], [false, "max-age=100,"]);
  },
  async "credentials are not for everybody"() {
    const at = key();
    await cache.put(new Request(at, { headers: { authorization: "x" } }), fresh("x"));
    equal(await cache.match(at), undefined);
    await cache.put(new Request(at, { headers: { "cache-control": "no-store" } }), fresh("y"));
    equal(await text(await cache.match(new Request(at, { headers: { "cache-control": "no-cache" } }))), "y");
  },
  async "vary does not matter"() {
    const at = key();
    await cache.put(new Request(at, { headers: { accept: "a" } }), fresh("x", { vary: "accept" }));
    equal(await text(await cache.match(new Request(at, { headers: { accept: "b" } }))), "x");
  },
  async "a later put wins"() {
    const at = key();
    await cache.put(at, fresh("1"));
    await cache.put(at, fresh("2"));
    equal(await text(await cache.match(at)), "2");
    await cache.put(at, fresh("3", { "cache-control": "no-store" }));
    equal(await text(await cache.match(at)), "2");
    await cache.put(at, fresh("4", { "cache-control": "max-age=0" }));
    equal(await cache.match(at), undefined);
  },
  async "only GET is asked about, unless the method is ignored"() {
    const at = key();
    await cache.put(at, fresh("x"));
    for (const method of ["HEAD", "POST"]) {
      equal(await cache.match(new Request(at, { method })), undefined);
      equal(await text(await cache.match(new Request(at, { method }), { ignoreMethod: true })), "x");
      equal(await cache.delete(new Request(at, { method })), false);
    }
    equal(await cache.delete(new Request(at, { method: "POST" }), { ignoreMethod: true }), true);
    equal(await cache.delete(at), false);
  },
  async "names are caches of their own"() {
    const at = key();
    const [one, two, named] = await Promise.all(["one", "two", "default"].map((name) => caches.open(name)));
    await one.put(at, fresh("one"));
    equal(await text(await (await caches.open("one")).match(at)), "one");
    equal([await two.match(at), await named.match(at), await cache.match(at)], [undefined, undefined, undefined]);
    equal([await two.delete(at), await one.delete(at)], [false, true]);
  },
  async "a key may be given in cf"() {
    const at = key();
    const other = key();
    await cache.put(new Request(at, { cf: { cacheKey: other } }), fresh("keyed"));
    equal([await cache.match(at), await text(await cache.match(other))], [undefined, "keyed"]);
  },
});

import { checks, equal } from "../../../assert.mjs";

const cache = caches.default;
const at = "https://cache.test/parts";

async function ask(headers) {
  await cache.put(at, new Response("0123456789", {
    headers: { "cache-control": "max-age=100", etag: '"abc"', "last-modified": "Thu, 01 Jan 2015 00:00:00 GMT", "content-type": "text/x" },
  }));
  return await cache.match(new Request(at, { headers }));
}

export default checks({
  async "what is known is not sent"() {
    for (const tag of ['"abc"', 'W/"abc"', '"x", "abc"', "*"]) {
      const found = await ask({ "if-none-match": tag, range: "bytes=0-1" });
      equal([found.status, found.body, found.headers.get("etag")], [304, null, '"abc"'], tag);
    }
    equal((await ask({ "if-none-match": '"x"', "if-modified-since": "Thu, 01 Jan 2099 00:00:00 GMT" })).status, 200);
    equal((await ask({ "if-modified-since": "Thu, 01 Jan 2015 00:00:00 GMT" })).status, 304);
    equal((await ask({ "if-modified-since": "Thu, 01 Jan 2014 00:00:00 GMT" })).status, 200);
  },
  async "a range is a part"() {
    const found = await ask({ range: "bytes=2-4" });
    const names = ["content-range", "content-length", "content-type", "cf-cache-status"];
    equal([found.status, ...names.map((name) => found.headers.get(name))], [206, "bytes 2-4/10", "3", "text/x", "HIT"]);
    equal(await found.text(), "234");
    equal(await (await ask({ range: "bytes=-3" })).text(), "789");
  },
  async "a range that is not there is refused"() {
    for (const range of ["bytes=10-", "bytes=5-2", "nonsense"]) {
      const found = await ask({ range });
      equal([found.status, found.headers.get("content-range"), await found.text()], [416, "bytes */10", ""], range);
    }
  },
  async "several ranges are several parts"() {
    const found = await ask({ range: "bytes=0-1,3-4" });
    const boundary = found.headers.get("content-type").split("boundary=")[1];
    const parts = (await found.text()).split(`--${boundary}`);
    equal(parts, [
      "",
      "\r\nContent-Type: text/x\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n",
      "\r\nContent-Type: text/x\r\nContent-Range: bytes 3-4/10\r\n\r\n34\r\n",
      "--",
    ]);
  },
  async "what is not stored has no parts"() {
    equal(await cache.match(new Request("https://cache.test/nothing", { headers: { range: "bytes=0-1" } })), undefined);
  },
});

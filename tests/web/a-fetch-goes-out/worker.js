import { checks, equal, ok, rejects } from "../../assert.mjs";

const echo = async (env, init) => (await fetch(`${env.UPSTREAM}/echo`, init)).json();

export default checks({
  async "method, headers and body arrive"(env) {
    const seen = await echo(env, { method: "POST", headers: { "x-one": "1" }, body: "text" });
    equal([seen.method, seen.headers["x-one"], seen.body], ["POST", "1", "text"]);
    equal([seen.headers["content-length"], seen.headers["content-type"]], ["4", "text/plain;charset=UTF-8"]);
  },
  async "bytes, forms and parameters"(env) {
    equal((await echo(env, { method: "POST", body: new Uint8Array([104, 105]) })).body, "hi");
    const params = await echo(env, { method: "POST", body: new URLSearchParams({ a: "1 2" }) });
    equal([params.body, params.headers["content-type"]], ["a=1+2", "application/x-www-form-urlencoded;charset=UTF-8"]);
    const form = new FormData();
    form.set("field", "value");
    const seen = await echo(env, { method: "POST", body: form });
    ok(seen.body.includes('name="field"') && seen.headers["content-type"].startsWith("multipart/form-data"));
  },
  async "a request without a body has none"(env) {
    const seen = await echo(env, {});
    equal([seen.method, seen.body, seen.headers["content-length"], seen.headers["transfer-encoding"]], ["GET", "", undefined, undefined]);
  },
  async "where a body could be, its absence has a length"(env) {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      equal((await echo(env, { method })).headers["content-length"], "0", method);
    }
    equal((await echo(env, { method: "POST", body: "" })).headers["content-length"], "0");
  },
  async "what belongs to the connection or the edge does not go out"(env) {
    const headers = {
      "cf-connecting-ip": "203.0.113.1",
      "cf-worker": "someone.example",
      connection: "close",
      "content-length": "2",
      host: "elsewhere.example",
      "keep-alive": "timeout=5",
      te: "trailers",
      trailer: "x-a",
      "transfer-encoding": "chunked",
      upgrade: "h2c",
      "x-a": "1",
    };
    const seen = await echo(env, { method: "POST", headers, body: "hello" });
    equal([seen.body, seen.headers["x-a"], seen.headers["content-length"]], ["hello", "1", "5"]);
    equal(seen.headers.host, new URL(env.UPSTREAM).host);
    ok(seen.headers["cf-worker"] !== "someone.example");
    for (const name of ["cf-connecting-ip", "connection", "keep-alive", "te", "trailer", "upgrade"]) {
      equal(seen.headers[name], undefined, name);
    }
  },
  async "streams may carry text"(env) {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue("h\u00e9");
        controller.enqueue(new TextEncoder().encode("llo"));
        controller.close();
      },
    });
    equal((await echo(env, { method: "POST", body })).body, "h\u00e9llo");
  },
  async "a request goes out once"(env) {
    const request = new Request(`${env.UPSTREAM}/echo`, { method: "POST", body: "once" });
    equal((await (await fetch(request)).json()).body, "once");
    await rejects(() => fetch(request), "TypeError", "Cannot reconstruct a Request with a used body.");
  },
  async "status, headers and URL come back"(env) {
    const response = await fetch(`${env.UPSTREAM}/status/418`);
    equal([response.status, response.ok, response.url, response.redirected], [418, false, `${env.UPSTREAM}/status/418`, false]);
    equal(await response.text(), "status 418");
  },
  async "repeated headers are joined, cookies are not"(env) {
    const response = await fetch(`${env.UPSTREAM}/headers?x-a=1&x-a=2&set-cookie=a&set-cookie=b`);
    equal([response.headers.get("x-a"), response.headers.getSetCookie()], ["1, 2", ["a", "b"]]);
  },
  async "a Request object can be sent, and changed on the way"(env) {
    const request = new Request(`${env.UPSTREAM}/echo`, { method: "PUT", body: "one" });
    const seen = await (await fetch(request, { headers: { "x-two": "2" } })).json();
    equal([seen.method, seen.body, seen.headers["x-two"]], ["PUT", "one", "2"]);
  },
  async "answers can be handed on with changes"(env) {
    const response = await fetch(`${env.UPSTREAM}/status/200`);
    const changed = new Response(response.body, response);
    changed.headers.set("x-new", "1");
    equal([await changed.text(), changed.headers.get("x-new")], ["status 200", "1"]);
  },
  async "answers that nobody changed have immutable headers"(env) {
    const response = await fetch(`${env.UPSTREAM}/status/200`);
    await rejects(async () => response.headers.set("x", "1"), "TypeError", "Can't modify immutable headers.");
  },
  async "HEAD has headers and no body"(env) {
    const response = await fetch(`${env.UPSTREAM}/large/10`, { method: "HEAD" });
    equal([response.status, await response.text(), response.headers.get("content-length")], [200, "", "10"]);
  },
  async "data URLs"() {
    const response = await fetch("data:text/plain;base64,aGk=");
    equal([await response.text(), response.headers.get("content-type")], ["hi", "text/plain"]);
  },
  async "many at once"(env) {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => fetch(`${env.UPSTREAM}/status/${200 + i}`)));
    equal(answers.map(({ status }) => status), Array.from({ length: 20 }, (_, i) => 200 + i));
    await Promise.all(answers.map((answer) => answer.text()));
  },
  async "without an argument"() {
    await rejects(() => fetch(), "TypeError", "Failed to execute 'fetch' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'Request or string'.");
  },
  async "options that are none"(env) {
    await rejects(
      () => fetch(env.UPSTREAM, 5),
      "TypeError",
      "Failed to execute 'fetch' on 'ServiceWorkerGlobalScope': parameter 2 is not of type 'RequestInitializerDict or Request'.",
    );
    await rejects(() => fetch(env.UPSTREAM, { cache: "reload" }), "TypeError", "Unsupported cache mode: reload");
  },
  async "relative and unknown addresses"() {
    await rejects(() => fetch("/relative"), "TypeError", "Invalid URL: /relative");
    await rejects(() => fetch("ftp://example.com/"), "TypeError", "Fetch API cannot load: ftp://example.com/");
  },
});

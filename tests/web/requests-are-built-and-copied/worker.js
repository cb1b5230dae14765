import { checks, equal, ok, rejects, throws } from "../../assert.mjs";

export default checks({
  "from a URL and options"() {
    const request = new Request("https://example.com/a?b#c", { method: "post", headers: { a: "1" }, body: "text" });
    equal([request.method, request.url, request.headers.get("a")], ["POST", "https://example.com/a?b#c", "1"]);
    equal(request.headers.get("content-type"), "text/plain;charset=UTF-8");
    equal(request.redirect, "follow");
    equal(request.bodyUsed, false);
    ok(request.body instanceof ReadableStream);
    ok(request.signal instanceof AbortSignal);
  },
  "a URL object is a URL"() {
    equal(new Request(new URL("https://example.com/x")).url, "https://example.com/x");
    equal(new Request("https://example.com").url, "https://example.com/");
  },
  "from another request, with changes"() {
    const first = new Request("https://example.com/", { method: "PUT", headers: { a: "1" }, body: "text" });
    const second = new Request(first, { headers: { b: "2" } });
    equal([second.method, second.headers.get("a"), second.headers.get("b")], ["PUT", null, "2"]);
    equal(first.bodyUsed, true);
  },
  async "its body moves to the copy"() {
    const first = new Request("https://example.com/", { method: "PUT", body: "text" });
    equal(await new Request(first).text(), "text");
    await rejects(() => first.text(), "TypeError");
  },
  async "clones can both be read"() {
    const first = new Request("https://example.com/", { method: "PUT", body: "text" });
    const second = first.clone();
    equal([await second.text(), await first.text()], ["text", "text"]);
    throws(() => first.clone(), "TypeError");
  },
  async "a body is read once"() {
    const request = new Request("https://example.com/", { method: "PUT", body: "text" });
    await request.text();
    equal(request.bodyUsed, true);
    await rejects(
      () => request.text(),
      "TypeError",
      "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.",
    );
  },
  "bodies need a method that takes one"() {
    for (const method of ["GET", "HEAD"]) {
      throws(
        () => new Request("https://example.com/", { method, body: "x" }),
        "TypeError",
        "Request with a GET or HEAD method cannot have a body.",
      );
    }
  },
  "URLs are absolute"() {
    throws(() => new Request("/relative"), "TypeError", "Invalid URL: /relative");
    throws(() => new Request(""), "TypeError");
  },
  "redirect is follow or manual"() {
    equal(new Request("https://example.com/", { redirect: "manual" }).redirect, "manual");
    throws(() => new Request("https://example.com/", { redirect: "error" }), "TypeError", /^Invalid redirect value/);
  },
  "methods are known ones, in upper case"() {
    equal(new Request("https://example.com/", { method: "delete" }).method, "DELETE");
    throws(() => new Request("https://example.com/", { method: "NONSENSE" }), "TypeError", "Invalid HTTP method string: NONSENSE");
  },
  "what the edge knows is in cf"(env, ctx, request) {
    equal([request.cf.colo, request.cf.country, request.cf.httpProtocol, request.cf.tlsVersion], ["DFW", "US", "HTTP/1.1", "TLSv1.3"]);
    equal(new Request(request).cf.colo, "DFW");
    equal(new Request("https://example.com/").cf, undefined);
    equal(new Request("https://example.com/", { cf: { cacheTtl: 5 } }).cf, { cacheTtl: 5 });
  },
  "production always asks for br and gzip"(env, ctx, request) {
    equal(request.headers.get("accept-encoding"), "br, gzip");
  },
  "what browsers have and the edge has not is undefined"() {
    const request = new Request("https://example.com/");
    equal([request.mode, request.credentials, request.referrer, request.destination], [undefined, undefined, undefined, undefined]);
    equal([request.integrity, request.keepalive], ["", false]);
  },
  "what is not to be had"() {
    const make = (init) => () => new Request("https://example.com/", init);
    throws(make({ cache: "reload" }), "TypeError", "Unsupported cache mode: reload");
    throws(make({ method: "M-SEARCH" }), "TypeError", "Invalid HTTP method string: M-SEARCH");
    equal(make({ method: "msearch" })().method, "MSEARCH");
    const fetcher = "Incorrect type for the 'fetcher' field on 'RequestInitializerDict': the provided value is not of type 'Fetcher'.";
    throws(make({ fetcher: {} }), "TypeError", fetcher);
    equal(make({ fetcher: null })().fetcher, null);
  },
  "a request with a locked body cannot be copied"() {
    const request = new Request("https://example.com/", { method: "POST", body: "x" });
    request.body.getReader();
    throws(() => new Request(request), "TypeError", "The ReadableStream has been locked to a reader.");
    throws(() => request.clone(), "TypeError", "This ReadableStream is currently locked to a reader,");
  },
});

import { checks, equal, ok, rejects, throws } from "../../assert.mjs";

export default checks({
  async "from text"() {
    const response = new Response("text");
    equal([response.status, response.ok, response.statusText], [200, true, ""]);
    equal(response.headers.get("content-type"), "text/plain;charset=UTF-8");
    equal(await response.text(), "text");
  },
  "from nothing"() {
    const response = new Response();
    equal([response.body, response.headers.has("content-type"), response.url, response.redirected], [null, false, "", false]);
  },
  "with a status"() {
    const response = new Response("x", { status: 418, statusText: "teapot", headers: { a: "1" } });
    equal([response.status, response.ok, response.statusText, response.headers.get("a")], [418, false, "teapot", "1"]);
  },
  "the status is from 200 to 599"() {
    for (const status of [0, 100, 199, 600, 1000]) {
      throws(
        () => new Response(null, { status }),
        "RangeError",
        "Responses may only be constructed with status codes in the range 200 to 599, inclusive.",
      );
    }
  },
  "some statuses have no body"() {
    for (const status of [204, 205, 304]) {
      throws(
        () => new Response("x", { status }),
        "TypeError",
        "Response with null body status (101, 204, 205, or 304) cannot have a body.",
      );
      equal(new Response(null, { status }).status, status);
    }
  },
  async "json"() {
    const response = Response.json({ a: 1 }, { status: 201, headers: { b: "2" } });
    equal([response.status, response.headers.get("content-type"), response.headers.get("b")], [201, "application/json", "2"]);
    equal(await response.json(), { a: 1 });
  },
  "redirect"() {
    const response = Response.redirect("https://example.com/there", 301);
    equal([response.status, response.headers.get("location")], [301, "https://example.com/there"]);
    equal(Response.redirect("https://example.com/").status, 302);
    throws(() => Response.redirect("https://example.com/", 200), "RangeError");
  },
  async "as bytes, blob, JSON"() {
    equal([...new Uint8Array(await new Response("ab").arrayBuffer())], [97, 98]);
    equal([...await new Response("ab").bytes()], [97, 98]);
    const blob = await new Response("ab", { headers: { "content-type": "x/y" } }).blob();
    equal([blob.size, blob.type], [2, "x/y"]);
    await rejects(() => new Response("{").json(), "SyntaxError");
  },
  async "a blob has the type of the body as it was written"() {
    const types = {
      "TEXT/Plain;Charset=UTF-8": "text/plain;charset=UTF-8",
      "multipart/form-data;boundary=AbC": "multipart/form-data; boundary=AbC",
      "text/html, text/plain": "text/plain",
      nonsense: "",
    };
    for (const [type, expected] of Object.entries(types)) {
      equal((await new Response("x", { headers: { "content-type": type } }).blob()).type, expected);
    }
    equal((await new Response("x").blob()).type, "text/plain;charset=UTF-8");
  },
  async "a stream of text is no body that can be read here"() {
    const stream = () => new ReadableStream({ start: (controller) => controller.enqueue("text") });
    await rejects(() => new Response(stream()).text(), "TypeError", "This ReadableStream did not return bytes.");
  },
  async "memory that was given away is an empty body"() {
    const bytes = new Uint8Array(4);
    bytes.buffer.transfer();
    equal([await new Response(bytes).text(), await new Response(bytes.buffer).text()], ["", ""]);
  },
  "options of wrong types"() {
    throws(
      () => new Response("x", 1),
      "TypeError",
      "Failed to construct 'Response': constructor parameter 2 is not of type 'InitializerDict or Response'.",
    );
    throws(() => Response.json({}, 1), "TypeError", "Failed to execute 'json' on 'Response': parameter 2 is not of type 'InitializerDict or Response'.");
    const field = (name, type) => `Incorrect type for the '${name}' field on 'InitializerDict': the provided value is not of type '${type}'.`;
    throws(() => new Response("x", { cf: 1 }), "TypeError", field("cf", "Object"));
    throws(() => new Response("x", { headers: 1 }), "TypeError", field("headers", "Headers or Sequence or object"));
    throws(() => new Response(null, { status: 101, webSocket: {} }), "TypeError", field("webSocket", "WebSocket"));
  },
  async "locked and used bodies"() {
    const locked = new Response("x");
    const reader = locked.body.getReader();
    await rejects(() => locked.text(), "TypeError", "This ReadableStream is currently locked to a reader.");
    throws(() => locked.clone(), "TypeError", "This ReadableStream is currently locked to a reader,");
    await reader.read();
    reader.releaseLock();
    equal(await locked.clone().text(), "");
    const used = new Response("x");
    await used.text();
    throws(() => used.clone(), "TypeError", "This ReadableStream is currently locked to a reader,");
    throws(() => new Response(used.body), "TypeError", "This ReadableStream is disturbed (has already been read from), and cannot be used as a body.");
  },
  async "from every kind of body"() {
    const bytes = new TextEncoder().encode("bytes");
    equal(await new Response(bytes).text(), "bytes");
    equal(await new Response(bytes.buffer).text(), "bytes");
    equal(await new Response(new DataView(bytes.buffer, 1)).text(), "ytes");
    const params = new Response(new URLSearchParams({ a: "1 2" }));
    equal([params.headers.get("content-type"), await params.text()], ["application/x-www-form-urlencoded;charset=UTF-8", "a=1+2"]);
    const blob = new Response(new Blob(["blob"], { type: "x/y" }));
    equal([blob.headers.get("content-type"), await blob.text()], ["x/y", "blob"]);
    equal(await new Response(12).text(), "12");
  },
  async "clones can both be read"() {
    const first = new Response("text", { status: 201 });
    const second = first.clone();
    equal([second.status, await first.text(), await second.text()], [201, "text", "text"]);
    throws(() => first.clone(), "TypeError");
  },
  async "with the headers of another"() {
    const first = new Response("text", { headers: { a: "1" } });
    const second = new Response(first.body, first);
    equal([second.headers.get("a"), await second.text()], ["1", "text"]);
    ok(first.bodyUsed);
  },
  async "a stream must give bytes"() {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue({ not: "bytes" });
        controller.close();
      },
    });
    await rejects(() => new Response(stream).text(), "TypeError", "This ReadableStream did not return bytes.");
  },
  "a stream that somebody reads is no body"() {
    const stream = new ReadableStream();
    stream.getReader();
    throws(
      () => new Response(stream),
      "TypeError",
      "This ReadableStream is locked to a reader, and cannot be used as a body.",
    );
  },
});

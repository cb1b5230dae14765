import http, { IncomingMessage, METHODS, STATUS_CODES, request } from "node:http";
import https from "node:https";
import net from "node:net";
import { mock } from "node:test";
import { json, text } from "node:stream/consumers";
import { checks, equal, ok, throws } from "../../assert.mjs";

const answerTo = (made) => new Promise((resolve, reject) => made.on("response", resolve).on("error", reject));

export default checks({
  async "get gives a stream"({ UPSTREAM }) {
    const answer = await answerTo(http.get(`${UPSTREAM}/status/201`));
    ok(answer instanceof IncomingMessage);
    equal([answer.statusCode, await text(answer), answer.complete], [201, "status 201", true]);
  },
  async "a body is written"({ UPSTREAM }) {
    const { hostname, port } = new URL(UPSTREAM);
    const made = request({ hostname, port, path: "/echo?q=1", method: "POST", headers: { "X-Own": "yes", "content-type": "text/plain" } });
    equal([made.method, made.path, made.getHeader("x-own"), made.hasHeader("zork")], ["POST", "/echo?q=1", "yes", false]);
    made.write("one ");
    made.end("two");
    const seen = await json(await answerTo(made));
    equal([seen.method, seen.url, seen.body, seen.headers["x-own"]], ["POST", "/echo?q=1", "one two", "yes"]);
  },
  async "headers come by small names"({ UPSTREAM }) {
    const answer = await answerTo(http.get(`${UPSTREAM}/headers?X-One=1`));
    answer.resume();
    equal([answer.headers["x-one"], answer.headers["X-One"]], ["1", undefined]);
  },
  async "redirects are not followed"({ UPSTREAM }) {
    const answer = await answerTo(http.get(`${UPSTREAM}/redirect/302?/status/200`));
    answer.resume();
    equal([answer.statusCode, answer.headers.location], [302, "/status/200"]);
  },
  "what cannot be is refused"() {
    throws(() => http.request("https://example.com"), "TypeError", 'Protocol "https:" not supported. Expected "http:"');
    throws(() => https.request("http://example.com"), "TypeError", 'Protocol "http:" not supported. Expected "https:"');
    throws(() => http.validateHeaderName("a b"), "TypeError", 'Header name must be a valid HTTP token ["a b"]');
    equal([STATUS_CODES[404], METHODS.includes("PATCH")], ["Not Found", true]);
  },
  "addresses are told apart"() {
    equal(["127.0.0.1", "::1", "::ffff:1.2.3.4", "1::2::3", "256.1.1.1", "x"].map(net.isIP), [4, 6, 6, 0, 0, 0]);
  },
  "functions are mocked"() {
    const add = mock.fn((a, b) => a + b);
    equal([add(1, 2), add.mock.calls[0].arguments, add.mock.callCount()], [3, [1, 2], 1]);
    const object = { value: () => "real" };
    mock.method(object, "value", () => "mocked");
    equal(object.value(), "mocked");
    mock.restoreAll();
    equal(object.value(), "real");
  },
});

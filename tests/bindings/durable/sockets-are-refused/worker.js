import { equal, ok, throws } from "../../../assert.mjs";
import { checksInside, insideClass } from "../inside.mjs";

const pair = () => Object.values(new WebSocketPair());
const wrongType = (method, position, type) =>
  `Failed to execute '${method}' on 'DurableObjectState': parameter ${position} is not of type '${type}'.`;

const table = {
  "what is no socket cannot be accepted"(ctx) {
    throws(() => ctx.acceptWebSocket("x"), "TypeError", wrongType("acceptWebSocket", 1, "WebSocket"));
    throws(() => ctx.acceptWebSocket(), "TypeError", wrongType("acceptWebSocket", 1, "WebSocket"));
    throws(() => ctx.getTags("x"), "TypeError", wrongType("getTags", 1, "WebSocket"));
    throws(
      () => ctx.getWebSocketAutoResponseTimestamp("x"),
      "TypeError",
      wrongType("getWebSocketAutoResponseTimestamp", 1, "WebSocket"),
    );
  },

  "tags are a list"(ctx) {
    for (const tags of ["abc", 5, null]) {
      throws(() => ctx.acceptWebSocket(pair()[1], tags), "TypeError", wrongType("acceptWebSocket", 2, "Array"));
    }
  },

  "there are at most ten tags, and each counts once"(ctx) {
    const [, server] = pair();
    const eleven = Array.from({ length: 11 }, (_, i) => `${i}`);
    throws(() => ctx.acceptWebSocket(server, eleven), "Error", "a Hibernatable WebSocket cannot have more than 10 tags");
    ctx.acceptWebSocket(server, eleven.map(() => "same").slice(0, 10).concat("b", "", "same"));
    equal(ctx.getTags(server), ["same", "b", ""]);
  },

  "a tag has at most 256 bytes"(ctx) {
    for (const tag of ["x".repeat(257), "\u00e4".repeat(129)]) {
      const text = `"${tag}" is longer than the max tag length (256 characters).`;
      throws(() => ctx.acceptWebSocket(pair()[1], [tag]), "Error", text);
    }
    ctx.acceptWebSocket(pair()[1], ["x".repeat(256)]);
  },

  "a socket is accepted once, in one way"(ctx) {
    const already = "Cannot call `acceptWebSocket()` if the WebSocket was already accepted via `accept()`";
    const used =
      "Cannot call `acceptWebSocket()` on this WebSocket because its pair has already been accepted or used in a Response.";
    const [one, other] = pair();
    throws(
      () => other.send("x"),
      "TypeError",
      "You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.",
    );
    other.accept();
    throws(() => ctx.acceptWebSocket(other), "Error", already);
    throws(() => ctx.acceptWebSocket(one), "Error", used);
    const [client, server] = pair();
    ctx.acceptWebSocket(server);
    throws(() => ctx.acceptWebSocket(server), "Error", already);
    throws(() => ctx.acceptWebSocket(client), "Error", used);
    throws(() => server.accept(), "TypeError", "Can't accept() WebSocket after enabling hibernation.");
  },

  "only kept sockets have tags"(ctx) {
    const [one, other] = pair();
    throws(
      () => ctx.getTags(one),
      "Error",
      "you must call 'acceptWebSocket()' before attempting to access the tags of a WebSocket.",
    );
    other.accept();
    throws(() => ctx.getTags(other), "Error", "only hibernatable websockets can have tags.");
    equal(ctx.getWebSocketAutoResponseTimestamp(other), null);
  },

  "sockets are found by their tags, the newest first"(ctx) {
    const servers = [["a"], ["b"], ["a", ""]].map((tags) => {
      const [, server] = pair();
      ctx.acceptWebSocket(server, tags);
      return server;
    });
    const places = (tag) => ctx.getWebSockets(tag).map((socket) => servers.indexOf(socket));
    equal(ctx.getWebSockets().map((socket) => servers.indexOf(socket)), [2, 1, 0]);
    equal([places("a"), places("b"), places(""), places("c"), places(undefined)], [[2, 0], [1], [2], [], [2, 1, 0]]);
  },

  "an automatic answer is a pair of short texts"(ctx) {
    equal(ctx.getWebSocketAutoResponse(), null);
    const wrong = wrongType("setWebSocketAutoResponse", 1, "WebSocketRequestResponsePair");
    throws(() => ctx.setWebSocketAutoResponse({ request: "a", response: "b" }), "TypeError", wrong);
    throws(() => ctx.setWebSocketAutoResponse(null), "TypeError", wrong);
    throws(
      () => ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("x".repeat(2049), "y")),
      "RangeError",
      "Request cannot be larger than 2048 bytes. A request of size 2049 was provided.",
    );
    throws(
      () => ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("x", "y".repeat(2049))),
      "RangeError",
      "Response cannot be larger than 2048 bytes. A response of size 2049 was provided.",
    );
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    const set = ctx.getWebSocketAutoResponse();
    ok(set instanceof WebSocketRequestResponsePair);
    equal([set.request, set.response], ["ping", "pong"]);
    ctx.setWebSocketAutoResponse();
    equal(ctx.getWebSocketAutoResponse(), null);
  },

  "an event has at most a week"(ctx) {
    equal(ctx.getHibernatableWebSocketEventTimeout(), null);
    throws(
      () => ctx.setHibernatableWebSocketEventTimeout(604_800_001),
      "Error",
      "Event timeout should not exceed 604800000 ms.",
    );
    throws(
      () => ctx.setHibernatableWebSocketEventTimeout(-1),
      "TypeError",
      "The value cannot be converted because it is negative and this API expects a positive number.",
    );
    throws(
      () => ctx.setHibernatableWebSocketEventTimeout("abc"),
      "TypeError",
      "The value cannot be converted because it is not an integer.",
    );
    ctx.setHibernatableWebSocketEventTimeout(1000);
    equal(ctx.getHibernatableWebSocketEventTimeout(), 1000);
    ctx.setHibernatableWebSocketEventTimeout(0);
    equal(ctx.getHibernatableWebSocketEventTimeout(), null);
  },
};

export const Thing = insideClass(table);

export default checksInside(table);

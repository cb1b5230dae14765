import { checks, equal, ok, same, throws } from "../../assert.mjs";

const NOT_ACCEPTED = "You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.";

function ends() {
  return Object.values(new WebSocketPair());
}

function accepted() {
  const [x] = ends();
  x.accept();
  return x;
}

export default checks({
  "a pair is two sockets"() {
    const pair = new WebSocketPair();
    equal([Object.keys(pair), [...pair].length, Object.prototype.toString.call(pair)], [["0", "1"], 2, "[object WebSocketPair]"]);
    same([...pair][1], pair[1]);
    ok(pair[0] instanceof WebSocket && pair[0] instanceof EventTarget);
  },
  "a new socket has these properties"() {
    const [x] = ends();
    equal(
      [x.readyState, x.url, x.protocol, x.extensions, x.binaryType, x.bufferedAmount, x.onmessage],
      [1, null, "", "", "blob", undefined, undefined],
    );
    equal([WebSocket.CONNECTING, WebSocket.OPEN, x.CLOSING, x.READY_STATE_CLOSED, WebSocket.READY_STATE_OPEN], [0, 1, 2, 3, 1]);
    throws(() => WebSocket.prototype.readyState, "TypeError", /^Illegal invocation/);
  },
  "a socket has to be accepted"() {
    const [x] = ends();
    throws(() => x.send("a"), "TypeError", NOT_ACCEPTED);
    throws(() => x.close(), "TypeError", NOT_ACCEPTED);
    x.accept();
    x.accept();
    for (const options of [null, undefined, {}, { allowHalfOpen: "x" }]) ends()[0].accept(options);
    for (const options of [5, "x"]) {
      throws(
        () => ends()[0].accept(options),
        "TypeError",
        "Failed to execute 'accept' on 'WebSocket': parameter 1 is not of type 'AcceptOptions'.",
      );
    }
  },
  "close codes are checked"() {
    for (const code of [1000, 1001, 1003, 1007, 1014, 1016, 2000, 2999, 3000, 4999, "1000", 1000.5]) accepted().close(code, "r");
    const refused = [[0, 0], [1, 1], [999, 999], [1004, 1004], [1005, 1005], [1006, 1006], [1015, 1015], [5000, 5000],
      [70000, 70000], [-1, -1], ["x", 0], [NaN, 0], [null, 0]];
    for (const [code, shown] of refused) {
      throws(() => accepted().close(code), "InvalidAccessError", `Invalid WebSocket close code: ${shown}.`);
    }
    throws(
      () => accepted().close(undefined, "why"),
      "InvalidAccessError",
      "If you specify a WebSocket close reason, you must also specify a code.",
    );
  },
  "close reasons are counted in bytes"() {
    const text = "WebSocket close reason must not be longer than 123 bytes when UTF-8 encoded.";
    for (const reason of ["a".repeat(123), "\u00e9".repeat(61), "", null, {}]) accepted().close(1000, reason);
    for (const reason of ["a".repeat(124), "\u00e9".repeat(62)]) {
      throws(() => accepted().close(1000, reason), "SyntaxError", text);
    }
  },
  "after close nothing is sent"() {
    const x = accepted();
    x.close(1000);
    x.close(1001);
    throws(() => x.send("a"), "TypeError", "Can't call WebSocket send() after close().");
    equal(x.readyState, 2);
  },
  "send wants a message"() {
    throws(
      () => accepted().send(),
      "TypeError",
      "Failed to execute 'send' on 'WebSocket': parameter 1 is not of type 'ArrayBuffer or ArrayBufferView or string'.",
    );
    throws(() => accepted().send(Symbol("a")), "TypeError", "Cannot convert a Symbol value to a string");
  },
  "attachments are copies"() {
    const [x] = ends();
    equal(x.deserializeAttachment(), null);
    x.serializeAttachment({ a: 1, m: new Map([[1, 2]]) });
    equal(x.deserializeAttachment(), { a: 1, m: new Map([[1, 2]]) });
    ok(x.deserializeAttachment() !== x.deserializeAttachment());
    throws(
      () => x.serializeAttachment(),
      "TypeError",
      "Failed to execute 'serializeAttachment' on 'WebSocket': parameter 1 is not of type 'Value'.",
    );
    throws(() => x.serializeAttachment(() => 1), "DataCloneError", "() => 1 could not be cloned.");
    x.serializeAttachment("a".repeat(16378));
    throws(
      () => x.serializeAttachment("a".repeat(16384)),
      "Error",
      "A WebSocket 'attachment' cannot be larger than 16384 bytes.'attachment' was 16390 bytes.",
    );
    x.serializeAttachment(null);
    equal(x.deserializeAttachment(), null);
  },
  "a response carries a socket with status 101 alone"() {
    const [a] = ends();
    const range = "Responses may only be constructed with status codes in the range 200 to 599, inclusive.";
    throws(() => new Response(null, { status: 101 }), "RangeError", range);
    throws(() => new Response(null, { status: 101, webSocket: null }), "RangeError", range);
    throws(() => new Response(null, { webSocket: a }), "RangeError", "Responses with a WebSocket must have status code 101.");
    const response = new Response(null, { status: 101, webSocket: a });
    equal([response.status, response.body], [101, null]);
    same(response.webSocket, a);
    same(new Response(null, response).webSocket, a);
    for (const webSocket of [{}, 5]) {
      throws(
        () => new Response(null, { status: 101, webSocket }),
        "TypeError",
        "Incorrect type for the 'webSocket' field on 'InitializerDict': the provided value is not of type 'WebSocket'.",
      );
    }
    throws(() => response.clone(), "TypeError", "Cannot clone a response to a WebSocket handshake.");
    throws(
      () => new Response("x", { status: 101, webSocket: a }),
      "TypeError",
      "Response with null body status (101, 204, 205, or 304) cannot have a body.",
    );
  },
  "sockets cannot be copied"() {
    for (const value of [ends()[0], new WebSocketPair()]) {
      throws(
        () => structuredClone(value),
        "DataCloneError",
        `Could not serialize object of type "${value.constructor.name}". This type does not support serialization.`,
      );
    }
  },
  "an answer to a request is a pair of texts"() {
    const pair = new WebSocketRequestResponsePair("a", 5);
    equal([pair.request, pair.response], ["a", "5"]);
    for (const given of [[], ["a"]]) {
      throws(
        () => new WebSocketRequestResponsePair(...given),
        "TypeError",
        `Failed to construct 'WebSocketRequestResponsePair': constructor parameter ${given.length + 1} is not of type 'string'.`,
      );
    }
  },
  "a client checks where it is sent"() {
    const refused = [
      ["nonsense", "url is invalid"], ["/rel", "url is invalid"], ["http://x/", "url scheme must be ws or wss"],
      ["ftp://x/", "url scheme must be ws or wss"], ["ws://x/#frag", "url fragment must be empty"],
    ];
    for (const [url, text] of refused) {
      throws(() => new WebSocket(url), "SyntaxError", `WebSocket Constructor: The ${text}.`);
    }
    throws(() => new WebSocket(), "TypeError", "Failed to construct 'WebSocket': constructor parameter 1 is not of type 'string'.");
    const url = "ws://127.0.0.1:9/";
    for (const protocol of ["", "a b", {}]) {
      throws(() => new WebSocket(url, protocol), "SyntaxError", "WebSocket Constructor: The protocol header token is invalid.");
    }
    for (const protocols of [["a,b"], [""]]) {
      throws(() => new WebSocket(url, protocols), "SyntaxError", "WebSocket Constructor: One of the protocol header tokens is invalid.");
    }
    throws(() => new WebSocket(url, ["a", "a"]), "SyntaxError", "WebSocket Constructor: The protocols header cannot have repeating values.");
  },
  async "a client without a server says so"() {
    const socket = new WebSocket("ws://127.0.0.1:9/");
    const log = [];
    socket.addEventListener("error", ({ message }) => log.push(`error ${message} ${socket.readyState}`));
    const closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason, wasClean }) => {
        log.push(`close ${code} ${reason} ${wasClean} ${socket.readyState}`);
        resolve();
      });
    });
    equal([socket.readyState, socket.url], [0, "ws://127.0.0.1:9/"]);
    throws(() => socket.send("x"), "TypeError", NOT_ACCEPTED);
    throws(() => socket.accept(), "TypeError", "Websockets obtained from the 'new WebSocket()' constructor cannot call accept");
    await closed;
    equal(log, [
      "error Uncaught Error: Network connection lost. 3",
      "close 1006 Failed to establish websocket connection false 3",
    ]);
  },
});

import { checks, equal, ok, throws } from "../../assert.mjs";

const tick = () => new Promise((resolve) => setTimeout(resolve, 10));

/** An event as one line. */
function line(name, socket, event) {
  const data = event.data instanceof ArrayBuffer ? `buffer ${new Uint8Array(event.data)}` : event.data;
  const parts = { message: [data], close: [event.code, event.reason, event.wasClean], error: [event.message] };
  return [name, event.type, ...(parts[event.type] ?? []), socket.readyState].join(" ");
}

function listen(socket, name, log) {
  for (const type of ["open", "message", "close", "error"]) {
    socket.addEventListener(type, (event) => log.push(line(name, socket, event)));
  }
}

/** Two sockets that write down what they see; `accept` says which are accepted and how. */
function pair({ x = undefined, y = undefined, acceptY = true } = {}) {
  const [one, other] = Object.values(new WebSocketPair());
  const log = [];
  listen(one, "x", log);
  listen(other, "y", log);
  one.accept(x);
  if (acceptY) other.accept(y);
  return { x: one, y: other, log };
}

const LOST = "Uncaught Error: Network connection lost.";

export default checks({
  async "messages arrive in order, each in a run of its own"() {
    const { x, y, log } = pair();
    y.addEventListener("message", ({ data }) => {
      log.push(`heard ${data}`);
      Promise.resolve().then(() => log.push(`after ${data}`));
    });
    x.send("1");
    x.send("2");
    Promise.resolve().then(() => log.push("microtask"));
    setTimeout(() => log.push("timer"), 0);
    await tick();
    equal(log, [
      "microtask", "y message 1 1", "heard 1", "after 1", "y message 2 1", "heard 2", "after 2", "timer",
    ]);
  },
  async "bytes arrive as a Blob, or as a buffer if asked for"() {
    const { x, y } = pair();
    const seen = [];
    y.addEventListener("message", ({ data }) => seen.push(data));
    equal(y.binaryType, "blob");
    x.send(new Uint8Array([1, 2, 3]));
    await tick();
    y.binaryType = "arraybuffer";
    x.send(new Uint8Array([1, 2, 3]).subarray(1).buffer);
    x.send(new Uint16Array([258]));
    x.send(new DataView(new ArrayBuffer(2), 1));
    await tick();
    y.binaryType = "nonsense";
    equal(y.binaryType, "arraybuffer");
    equal([seen[0] instanceof Blob, seen[0].type, await seen[0].text()], [true, "", "\x01\x02\x03"]);
    equal(seen.slice(1).map((buffer) => [...new Uint8Array(buffer)].join()), ["1,2,3", "2,1", "0"]);
  },
  async "whatever is not bytes is sent as text"() {
    const { x, y } = pair();
    const seen = [];
    y.addEventListener("message", ({ data }) => seen.push(data));
    for (const value of [undefined, null, 5, {}, [1], true, 5n, new Blob(["ab"]), "\ud800", ""]) x.send(value);
    await tick();
    equal(seen, [
      "undefined", "null", "5", "[object Object]", "1", "true", "5", "[object Blob]", "\ufffd\ufffd\ufffd", "",
    ]);
  },
  async "what comes before accept waits for it"() {
    const { x, y, log } = pair({ acceptY: false });
    x.send("1");
    x.send("2");
    x.close(3000, "z");
    await tick();
    equal([log, x.readyState, y.readyState], [[], 2, 1]);
    y.accept();
    log.push("accepted");
    await tick();
    equal(log, [
      "accepted", "y message 1 1", "y message 2 1", "y close 3000 z true 3", "x close 3000 z true 3",
      `y error ${LOST} 3`,
    ]);
  },
  async "a message that nobody listens to is gone"() {
    const [x, y] = Object.values(new WebSocketPair());
    x.accept();
    y.accept();
    x.send("1");
    await tick();
    const log = [];
    listen(y, "y", log);
    x.send("2");
    await tick();
    equal(log, ["y message 2 1"]);
  },
  async "a close is answered with the same code"() {
    const { x, y, log } = pair();
    x.close();
    equal([x.readyState, y.readyState], [2, 1]);
    await tick();
    equal(log, ["y close 1005  true 3", "x close 1005  true 3", `y error ${LOST} 3`]);
    y.close(1000);
    equal([x.readyState, y.readyState], [3, 3]);
  },
  async "a half-open side may go on sending"() {
    const { x, y, log } = pair({ y: { allowHalfOpen: true } });
    x.close(3000, "bye");
    await tick();
    equal([x.readyState, y.readyState], [2, 2]);
    y.send("still");
    await tick();
    y.close(4000, "too");
    await tick();
    equal(log, [
      "y close 3000 bye true 2", "x message still 2", "x close 4000 too true 3", `y error ${LOST} 3`,
    ]);
  },
  async "both may close at once"() {
    const { x, y, log } = pair();
    x.close(3001, "a");
    y.close(3002, "b");
    equal([x.readyState, y.readyState], [2, 2]);
    await tick();
    equal(log, ["y close 3001 a true 3", "x close 3002 b true 3", `x error ${LOST} 3`]);
    throws(() => x.send("late"), "TypeError", "Can't call WebSocket send() after close().");
  },
  async "a listener that throws ends the connection"() {
    const { x, y, log } = pair();
    y.addEventListener("message", () => {
      throw new Error("boom");
    });
    x.send("1");
    x.send("2");
    await tick();
    equal(log, [
      "y message 1 1", "y error Uncaught Error: boom 3",
      "x close 1006 WebSocket disconnected without sending Close frame. false 1",
    ]);
    equal([x.readyState, y.readyState], [2, 3]);
    y.send("nobody hears it, nothing throws");
    y.close();
  },
  async "a listener that throws on close does not undo the close"() {
    const { x, y, log } = pair();
    y.addEventListener("close", () => {
      throw new Error("boom");
    });
    x.close(1000);
    await tick();
    equal(log, ["y close 1000  true 3", "x close 1000  true 3", "y error Uncaught Error: boom 3"]);
  },
  async "properties named on… are called first"() {
    const { x, y, log } = pair();
    equal(y.onmessage, undefined);
    y.onmessage = (event) => log.push(`on ${event.data} ${event.target === y} ${event.currentTarget === y}`);
    y.onclose = ({ code }) => log.push(`closed ${code}`);
    x.send("q");
    x.close();
    await tick();
    equal(log.slice(0, 4), ["on q true true", "y message q 1", "closed 1005", "y close 1005  true 3"]);
    y.onmessage = 5;
    equal(y.onmessage, 5);
  },
  async "events are trusted and of their classes"() {
    const { x, y } = pair();
    const seen = [];
    for (const type of ["message", "close"]) y.addEventListener(type, (event) => seen.push(event));
    x.send("1");
    x.close();
    await tick();
    equal(seen.map(({ isTrusted, bubbles, cancelable }) => [isTrusted, bubbles, cancelable].join()), [
      "true,false,false", "true,false,false",
    ]);
    ok(seen[0] instanceof MessageEvent && seen[1] instanceof CloseEvent);
  },
  async "a large message passes"() {
    const { x, y } = pair();
    let length = 0;
    y.addEventListener("message", ({ data }) => length = data.length);
    x.send("a".repeat(3 << 20));
    await tick();
    equal(length, 3 << 20);
  },
});

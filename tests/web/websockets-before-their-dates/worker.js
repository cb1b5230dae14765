import { checks, equal } from "../../assert.mjs";

const tick = () => new Promise((resolve) => setTimeout(resolve, 10));

function pair() {
  const [x, y] = Object.values(new WebSocketPair());
  const log = [];
  for (const [name, socket] of [["x", x], ["y", y]]) {
    socket.addEventListener("close", ({ code, reason }) => log.push(`${name} close ${code} ${reason} ${socket.readyState}`));
    socket.addEventListener("error", ({ message }) => log.push(`${name} error ${message} ${socket.readyState}`));
    socket.accept();
  }
  return { x, y, log };
}

export default checks({
  async "a close waits for an answer"() {
    const { x, y, log } = pair();
    x.close(1000, "bye");
    await tick();
    equal([log, x.readyState, y.readyState], [["y close 1000 bye 2"], 2, 2]);
    y.close(1001, "too");
    await tick();
    equal(log, ["y close 1000 bye 2", "x close 1001 too 3", "y error Uncaught Error: Network connection lost. 3"]);
  },
  async "bytes arrive as a buffer"() {
    const { x, y } = pair();
    const seen = [];
    y.addEventListener("message", ({ data }) => seen.push(data));
    equal(y.binaryType, "arraybuffer");
    x.send(new Uint8Array([1, 2]));
    await tick();
    equal(seen[0], new Uint8Array([1, 2]).buffer);
  },
  async "a close reason may be long"() {
    pair().x.close(1000, "a".repeat(124));
  },
  async "a listener that throws on close leaves the other side without an answer"() {
    const { x, y, log } = pair();
    y.addEventListener("close", () => {
      throw new Error("boom");
    });
    x.close(1000);
    await tick();
    equal(log, [
      "y close 1000  2", "y error Uncaught Error: boom 3",
      "x close 1006 WebSocket disconnected without sending Close frame. 2",
    ]);
  },
});

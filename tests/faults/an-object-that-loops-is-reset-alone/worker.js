import { DurableObject } from "cloudflare:workers";
import { checks, equal } from "../../assert.mjs";

let instances = 0;

export class Thing extends DurableObject {
  number = ++instances;

  constructor(ctx, env) {
    super(ctx, env);
    if (ctx.id.name === "constructor") for (;;);
  }

  which() {
    return this.number;
  }

  loops() {
    this.ctx.storage.kv.put("written", 1);
    for (;;);
  }

  async microtasks() {
    for (;;) await null;
  }

  async timer() {
    await new Promise(() => setTimeout(() => { for (;;); }, 1));
  }

  async waits() {
    await scheduler.wait(10);
    return this.number;
  }

  written() {
    return this.ctx.storage.kv.get("written") ?? 0;
  }

  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(socket, message) {
    if (message === "loop") for (;;);
    socket.send(message);
  }
}

const TEXT = "Durable Object exceeded its CPU time limit and was reset.";

async function failure(promise) {
  try {
    return await promise;
  } catch (error) {
    return [error.message, error.durableObjectReset];
  }
}

const table = {};
for (const way of ["loops", "microtasks", "timer"]) {
  table[`${way}: only that object ends`] = async ({ OBJECTS }) => {
    const [one, other] = [OBJECTS.getByName(`${way} 1`), OBJECTS.getByName(`${way} 2`)];
    const before = [await one.which(), await other.which()];
    const waiting = other.waits();
    equal(await failure(one[way]()), [TEXT, true]);
    equal([await waiting, await other.which()], [before[1], before[1]]);
    const again = OBJECTS.getByName(`${way} 1`);
    // The count goes on: it is the same isolate.
    equal([await again.which() > before[1], await again.written()], [true, 0]);
  };
}

table["a constructor that loops"] = async ({ OBJECTS }) => {
  equal(await failure(OBJECTS.getByName("constructor").which()), [TEXT, true]);
  equal(typeof (await OBJECTS.getByName("another").which()), "number");
};

table["a handler of a WebSocket that loops"] = async ({ OBJECTS }) => {
  const sockets = [];
  for (const name of ["socket 1", "socket 2"]) {
    const { webSocket } = await OBJECTS.getByName(name).fetch("http://object/", { headers: { upgrade: "websocket" } });
    const heard = [];
    webSocket.addEventListener("message", ({ data }) => heard.push(data));
    webSocket.addEventListener("close", ({ code }) => heard.push(code));
    webSocket.accept();
    sockets.push({ webSocket, heard });
  }
  sockets[0].webSocket.send("loop");
  await scheduler.wait(1);
  sockets[1].webSocket.send("hi");
  await scheduler.wait(1);
  equal(sockets.map(({ heard }) => heard), [[1006], ["hi"]]);
};

export default checks(table);

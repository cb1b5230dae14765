import { DurableObject } from "cloudflare:workers";
import { checks, equal, same, throws } from "../../../assert.mjs";

let made = 0;

export class Thing extends DurableObject {
  made = ++made;
  log = [];

  fetch(request) {
    const { searchParams } = new URL(request.url);
    return this[searchParams.get("p")](searchParams);
  }

  join(given) {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, given.getAll("tag"));
    this.last = server;
    server.addEventListener("message", () => this.log.push("a listener"));
    return new Response(null, { status: 101, webSocket: client });
  }

  plain() {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    server.addEventListener("message", ({ data }) => server.send(`${data} ${this.made}`));
    server.addEventListener("close", ({ code }) => this.log.push(["plain close", code]));
    return new Response(null, { status: 101, webSocket: client });
  }

  answer() {
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    return new Response();
  }

  hurry() {
    this.ctx.setHibernatableWebSocketEventTimeout(1000);
    return new Response();
  }

  state() {
    const sockets = this.ctx.getWebSockets().map((socket) => [
      socket.readyState,
      this.ctx.getTags(socket),
      socket.deserializeAttachment(),
      this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null,
    ]);
    return Response.json({ made: this.made, log: this.log.splice(0), sockets });
  }

  async webSocketMessage(socket, message) {
    this.log.push([typeof message === "string" ? message : message.constructor.name, socket === this.last]);
    if (message === "throw") throw new Error("thrown");
    if (message === "abort") this.ctx.abort("bye");
    if (message === "attach") socket.serializeAttachment({ a: 1 });
    if (message === "never") return new Promise(() => {});
    if (message === "slow") await scheduler.wait(50);
    if (message === "section") {
      await this.ctx.blockConcurrencyWhile(() => scheduler.wait(20));
    }
    if (message === "close") {
      socket.close(4001, "asked");
      throws(() => socket.send("x"), "TypeError", "Can't call WebSocket send() after close().");
      this.log.push([socket.readyState, this.ctx.getWebSockets().length]);
      return;
    }
    if (message === "put") {
      this.ctx.storage.kv.put("key", 1);
      socket.send("first");
      socket.send("second");
      return;
    }
    if (message === "violate") {
      this.ctx.storage.sql.exec("CREATE TABLE p (id INTEGER PRIMARY KEY)");
      this.ctx.storage.sql.exec("CREATE TABLE c (p REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)");
      this.ctx.storage.sql.exec("INSERT INTO c VALUES (5)");
    }
    socket.send(`echo ${message} ${this.made}`);
  }

  webSocketClose(socket, code, reason, wasClean) {
    const before = socket.readyState;
    const isListed = this.ctx.getWebSockets().includes(socket);
    if (reason !== "no answer") socket.close(code === 1005 || code === 1006 ? 1000 : code, "back");
    this.log.push(["close", code, reason, wasClean, before, socket.readyState, isListed, this.ctx.getTags(socket)]);
  }
}

const wait = (ms) => scheduler.wait(ms);
const ask = (stub, p) => stub.fetch(`http://object/?p=${p}`, { headers: { upgrade: "websocket" } });
const state = async (stub) => (await ask(stub, "state")).json();

/** A client that remembers what it heard. */
async function open(stub, p = "join") {
  const { webSocket: socket } = await ask(stub, p);
  const heard = [];
  socket.addEventListener("message", ({ data }) => heard.push(data));
  socket.addEventListener("close", ({ code, reason }) => heard.push([code, reason]));
  socket.accept();
  return { socket, heard };
}

const LOST = [1006, "WebSocket disconnected without sending Close frame."];

export default checks({
  async "messages come to the handler"({ OBJECTS }) {
    const stub = OBJECTS.getByName("messages");
    const { socket, heard } = await open(stub, "join&tag=x&tag=y");
    socket.send("hi");
    socket.send(new Uint8Array([1]));
    socket.send("attach");
    await wait(1);
    const { made, log, sockets } = await state(stub);
    equal(heard, [`echo hi ${made}`, `echo [object ArrayBuffer] ${made}`, `echo attach ${made}`]);
    equal(log, [["hi", true], ["ArrayBuffer", true], ["attach", true]]);
    equal(sockets, [[1, ["x", "y"], { a: 1 }, null]]);
  },

  async "a client closes"({ OBJECTS }) {
    const stub = OBJECTS.getByName("a client closes");
    const { socket, heard } = await open(stub, "join&tag=t");
    socket.close(3001, "why");
    await wait(1);
    const { log, sockets } = await state(stub);
    equal([heard, socket.readyState], [[[3001, "back"]], 3]);
    equal([log, sockets], [[["close", 3001, "why", true, 2, 3, true, ["t"]]], []]);
  },

  async "a client closes without a code"({ OBJECTS }) {
    const stub = OBJECTS.getByName("no code");
    const { socket, heard } = await open(stub);
    socket.close();
    await wait(1);
    equal([heard, (await state(stub)).log], [[[1000, "back"]], [["close", 1005, "", true, 2, 3, true, []]]]);
  },

  async "a close is not answered by itself"({ OBJECTS }) {
    const stub = OBJECTS.getByName("no answer");
    const { socket, heard } = await open(stub);
    socket.close(3000, "no answer");
    await wait(1);
    equal([heard, socket.readyState, (await state(stub)).sockets], [[], 2, []]);
  },

  async "the object closes"({ OBJECTS }) {
    const stub = OBJECTS.getByName("the object closes");
    const { socket, heard } = await open(stub);
    socket.send("close");
    await wait(1);
    const { log, sockets } = await state(stub);
    equal([heard, socket.readyState, sockets], [[[4001, "asked"]], 3, []]);
    equal(log, [["close", true], [2, 1], ["close", 4001, "asked", true, 3, 3, true, []]]);
  },

  async "an exception in a handler ends nothing"({ OBJECTS }) {
    const stub = OBJECTS.getByName("exception");
    const { socket, heard } = await open(stub);
    const before = await state(stub);
    socket.send("throw");
    socket.send("after");
    await wait(1);
    equal([heard, (await state(stub)).sockets.length], [[`echo after ${before.made}`], 1]);
  },

  async "a handler that waits lets others in, one that blocks does not"({ OBJECTS }) {
    const stub = OBJECTS.getByName("waits");
    const { socket, heard } = await open(stub);
    const { made } = await state(stub);
    for (const message of ["slow", "fast", "section", "behind"]) socket.send(message);
    await wait(19);
    equal(heard, [`echo fast ${made}`]);
    await wait(100);
    equal(heard, ["fast", "section", "behind", "slow"].map((text) => `echo ${text} ${made}`));
  },

  async "a reset closes the sockets"({ OBJECTS }) {
    const stub = OBJECTS.getByName("reset");
    const one = await open(stub);
    const other = await open(stub);
    one.socket.send("abort");
    await wait(1);
    equal([one.heard, other.heard], [[LOST], [LOST]]);
    equal((await state(OBJECTS.getByName("reset"))).sockets, []);
  },

  async "messages leave when what was written is durable, or never"({ OBJECTS }) {
    const stub = OBJECTS.getByName("durable");
    const { socket, heard } = await open(stub);
    socket.send("put");
    await wait(1);
    equal(heard, ["first", "second"]);
    socket.send("violate");
    await wait(1);
    equal(heard, ["first", "second", LOST]);
  },

  async "a text is answered without the object"({ OBJECTS }) {
    const stub = OBJECTS.getByName("answer");
    const { socket, heard } = await open(stub);
    await ask(stub, "answer");
    socket.send("ping");
    socket.send("Ping");
    socket.send(new TextEncoder().encode("ping"));
    const time = Date.now();
    await wait(1);
    const { made, log, sockets } = await state(stub);
    equal(heard, ["pong", `echo Ping ${made}`, `echo [object ArrayBuffer] ${made}`]);
    equal([log.length, sockets[0][3]], [2, time]);
  },

  async "an object hibernates and its sockets do not"({ OBJECTS }) {
    const stub = OBJECTS.getByName("hibernates");
    const { socket, heard } = await open(stub, "join&tag=t");
    await ask(stub, "answer");
    socket.send("attach");
    await wait(1);
    const before = await state(stub);
    await wait(9_900);
    equal((await state(stub)).made, before.made, "it has not rested for ten seconds yet");
    await wait(10_000);
    const instances = made;
    socket.send("ping");
    const time = Date.now();
    await wait(1);
    same(made, instances, "an automatic answer makes no instance");
    socket.send("hello");
    await wait(1);
    equal(heard, [`echo attach ${before.made}`, "pong", `echo hello ${instances + 1}`]);
    equal(await state(stub), {
      made: instances + 1,
      log: [["hello", false]],
      sockets: [[1, ["t"], { a: 1 }, time]],
    });
    await wait(10_000);
    socket.close(3000, "x");
    await wait(1);
    equal(heard.at(-1), [3000, "back"]);
    const after = await state(stub);
    equal(after, { made: instances + 2, log: [["close", 3000, "x", true, 2, 3, true, ["t"]]], sockets: [] });
  },

  async "a socket that is accepted by itself keeps its object awake"({ OBJECTS }) {
    const stub = OBJECTS.getByName("plain");
    const { socket, heard } = await open(stub, "plain");
    const { made } = await state(stub);
    await wait(60_000);
    socket.send("hi");
    await wait(1);
    equal(heard, [`hi ${made}`]);
    socket.close(3000);
    await wait(1);
    equal((await state(stub)).log, [["plain close", 3000]]);
    await wait(10_500);
    equal((await state(stub)).made === made, false);
  },

  async "a handler that takes too long is given up"({ OBJECTS }) {
    const stub = OBJECTS.getByName("too long");
    const { socket } = await open(stub);
    const { made } = await state(stub);
    socket.send("never");
    await wait(60_000);
    equal((await state(stub)).made, made, "a handler keeps it awake");
    await ask(stub, "hurry");
    socket.send("never");
    await wait(10_500);
    equal((await state(stub)).made, made, "the first one still does");
  },
});

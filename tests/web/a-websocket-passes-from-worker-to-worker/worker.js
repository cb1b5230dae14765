import { WorkerEntrypoint } from "cloudflare:workers";
import { checks, equal } from "../../assert.mjs";

export class Chat extends WorkerEntrypoint {
  async fetch(request) {
    if (request.headers.get("upgrade") !== "websocket") return new Response("no socket", { status: 426 });
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => {
      if (data === "close") server.close(4001, "asked");
      else server.send(`echo ${data}`);
    });
    return new Response(null, { status: 101, webSocket: client, headers: { "x-chat": "1" } });
  }
}

const event = (socket, type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));

export default checks({
  async "a socket comes with the answer of another Worker"({ CHAT }) {
    const response = await CHAT.fetch("https://chat.test/room", { headers: { upgrade: "websocket" } });
    equal([response.status, response.headers.get("x-chat"), response.body], [101, "1", null]);
    const { webSocket } = response;
    equal([webSocket.readyState, webSocket.url], [1, null]);
    webSocket.accept();
    webSocket.send("hi");
    equal((await event(webSocket, "message")).data, "echo hi");
    webSocket.send("close");
    const { code, reason, wasClean } = await event(webSocket, "close");
    equal([code, reason, wasClean, webSocket.readyState], [4001, "asked", true, 3]);
  },
  async "without a socket the answer is a plain one"({ CHAT }) {
    const response = await CHAT.fetch("https://chat.test/room");
    equal([response.status, response.webSocket], [426, null]);
  },
});

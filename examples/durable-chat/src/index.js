import { DurableObject } from "cloudflare:workers";

const HISTORY = 20;

/** A room. Its guests stay connected while it hibernates; what they said is in its database. */
export class Room extends DurableObject {
  /** Gone after a hibernation, like everything that is not stored. */
  heard = 0;

  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY, name TEXT, text TEXT)");
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  fetch(request) {
    const name = new URL(request.url).searchParams.get("name");
    if (request.headers.get("upgrade") !== "websocket") return Response.json(this.state());
    if (!name) return new Response("a guest needs a name\n", { status: 400 });
    if (this.ctx.getWebSockets(name).length > 0) return new Response("this name is taken\n", { status: 409 });
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, [name]);
    server.serializeAttachment({ name });
    server.send(JSON.stringify({ history: this.history() }));
    this.tell({ joined: name }, server);
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(socket, text) {
    this.heard += 1;
    const { name } = socket.deserializeAttachment();
    this.ctx.storage.sql.exec("INSERT INTO said (name, text) VALUES (?, ?)", name, `${text}`);
    // Nobody hears it before it is stored.
    this.tell({ name, text });
  }

  webSocketClose(socket, code) {
    const { name } = socket.deserializeAttachment();
    socket.close(code === 1005 || code === 1006 ? 1000 : code, "good bye");
    this.tell({ left: name }, socket);
  }

  tell(what, except = undefined) {
    for (const guest of this.ctx.getWebSockets()) {
      if (guest !== except && guest.readyState === WebSocket.OPEN) guest.send(JSON.stringify(what));
    }
  }

  history() {
    const rows = this.ctx.storage.sql.exec("SELECT name, text FROM said ORDER BY id DESC LIMIT ?", HISTORY);
    return rows.toArray().reverse();
  }

  state() {
    const here = this.ctx.getWebSockets().map((guest) => guest.deserializeAttachment().name);
    return { here: here.sort(), history: this.history(), heardSinceItWoke: this.heard };
  }
}

export default {
  fetch(request, env) {
    const [, rooms, room] = new URL(request.url).pathname.split("/");
    if (rooms !== "rooms" || !room) return new Response("/rooms/<name>\n", { status: 404 });
    return env.ROOMS.getByName(room).fetch(request);
  },
};

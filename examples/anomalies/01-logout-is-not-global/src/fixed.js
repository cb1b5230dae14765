// KV keeps what is known of a session; whether it is still one is asked of D1, which has no caches.

function sessionOf(request) {
  return /(?:^|; )session=([\w-]+)/.exec(request.headers.get("cookie") ?? "")?.[1];
}

export default {
  async fetch(request, { DB, SESSIONS }) {
    const { pathname } = new URL(request.url);
    const session = sessionOf(request);

    if (pathname === "/login") {
      const created = crypto.randomUUID();
      await DB.prepare("INSERT INTO sessions (id) VALUES (?)").bind(created).run();
      await SESSIONS.put(`session:${created}`, "ada", { expirationTtl: 3600 });
      return new Response("welcome", { headers: { "set-cookie": `session=${created}; HttpOnly; Secure` } });
    }
    if (pathname === "/logout") {
      await DB.prepare("DELETE FROM sessions WHERE id = ?").bind(session).run();
      return new Response("bye");
    }

    const lives = session && (await DB.prepare("SELECT id FROM sessions WHERE id = ?").bind(session).first());
    const user = lives && (await SESSIONS.get(`session:${session}`));
    return user ? new Response(`you are ${user}`) : new Response("who are you?", { status: 401 });
  },
};

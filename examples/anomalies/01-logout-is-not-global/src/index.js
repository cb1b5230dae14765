// A session store on KV: the cookie names a key, and signing out deletes it.

function sessionOf(request) {
  return /(?:^|; )session=([\w-]+)/.exec(request.headers.get("cookie") ?? "")?.[1];
}

export default {
  async fetch(request, { SESSIONS }) {
    const { pathname } = new URL(request.url);
    const session = sessionOf(request);

    if (pathname === "/login") {
      const created = crypto.randomUUID();
      await SESSIONS.put(`session:${created}`, "ada", { expirationTtl: 3600 });
      return new Response("welcome", { headers: { "set-cookie": `session=${created}; HttpOnly; Secure` } });
    }
    if (pathname === "/logout") {
      await SESSIONS.delete(`session:${session}`);
      return new Response("bye");
    }

    const user = session && (await SESSIONS.get(`session:${session}`));
    return user ? new Response(`you are ${user}`) : new Response("who are you?", { status: 401 });
  },
};

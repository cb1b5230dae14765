// Sessions in KV, and what a logout is worth in another part of the world.

const cookieOf = (request) => request.headers.get("cookie")?.match(/sid=(\w+)/)?.[1];

async function login(request, env) {
  const { user } = await request.json();
  const id = crypto.randomUUID().replaceAll("-", "");
  await env.SESSIONS.put(id, user, { expirationTtl: 3600 });
  return new Response(null, { status: 204, headers: { "set-cookie": `sid=${id}; Path=/; HttpOnly` } });
}

// The session is deleted where the request was. Other locations go on answering what they have read.
async function logout(request, env) {
  const id = cookieOf(request);
  if (id) {
    await env.DB.prepare("CREATE TABLE IF NOT EXISTS revoked (id TEXT PRIMARY KEY)").run();
    await env.DB.prepare("INSERT OR IGNORE INTO revoked VALUES (?)").bind(id).run();
    await env.SESSIONS.delete(id);
  }
  return new Response(null, { status: 204 });
}

async function me(request, env) {
  const id = cookieOf(request);
  const user = id && (await env.SESSIONS.get(id));
  return user ? Response.json({ user, colo: request.cf?.colo }) : new Response("no session\n", { status: 401 });
}

// What must be right at once is asked where there is one copy: D1 without a session goes to its primary.
async function account(request, env) {
  const response = await me(request, env);
  if (response.status !== 200) return response;
  await env.DB.prepare("CREATE TABLE IF NOT EXISTS revoked (id TEXT PRIMARY KEY)").run();
  const revoked = await env.DB.prepare("SELECT 1 FROM revoked WHERE id = ?").bind(cookieOf(request)).first();
  return revoked ? new Response("signed out\n", { status: 401 }) : response;
}

const routes = { "POST /login": login, "POST /logout": logout, "GET /me": me, "GET /account": account };

export default {
  fetch(request, env) {
    const route = routes[`${request.method} ${new URL(request.url).pathname}`];
    return route ? route(request, env) : new Response("not found\n", { status: 404 });
  },
};

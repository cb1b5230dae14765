import { endSession, findSession, startSession } from "./sessions.js";

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case "POST /login":
        return login(request, env);
      case "POST /logout":
        return logout(request, env);
      case "GET /":
        return whoami(request, env);
      default:
        return Response.json({ error: "not found" }, { status: 404 });
    }
  },
};

async function login(request, env) {
  const body = await request.json().catch(() => null);
  if (typeof body?.user !== "string" || body.user === "") {
    return Response.json({ error: "`user` must be a name" }, { status: 400 });
  }
  const sid = await startSession(env, { user: body.user });
  return new Response(null, { status: 204, headers: { "set-cookie": cookie(sid, env.SESSION_SECS) } });
}

async function whoami(request, env) {
  const session = await findSession(env, sidOf(request));
  if (session === null) {
    return Response.json({ error: "no session" }, { status: 401 });
  }
  const headers = session.renewed ? { "set-cookie": cookie(session.sid, env.SESSION_SECS) } : {};
  return Response.json({ user: session.user, renewed: session.renewed }, { headers });
}

async function logout(request, env) {
  await endSession(env, sidOf(request));
  return new Response(null, { status: 204, headers: { "set-cookie": cookie("", 0) } });
}

function sidOf(request) {
  const cookies = request.headers.get("cookie") ?? "";
  return cookies.match(/(?:^|;\s*)sid=([0-9a-f-]{36})(?:;|$)/)?.[1] ?? null;
}

function cookie(sid, maxAge) {
  return `sid=${sid}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=${maxAge}`;
}

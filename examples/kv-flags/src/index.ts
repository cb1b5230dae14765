import { allFlags, isOn, parseFlag, type Flag, type FlagStore } from "./flags";

interface Env {
  FLAGS: FlagStore;
  ADMIN_TOKEN: string;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    const [, room, name, ...rest] = url.pathname.split("/");
    if (room !== "flags" || rest.length > 0) {
      return problem(404, "not found");
    }
    if (request.method === "GET") {
      return name ? check(env, name, url.searchParams.get("user") ?? "") : Response.json(await allFlags(env.FLAGS));
    }
    if (request.headers.get("authorization") !== `Bearer ${env.ADMIN_TOKEN}`) {
      return problem(401, "only the administrator changes flags");
    }
    return change(request, env, name);
  },
};

async function check(env: Env, name: string, user: string): Promise<Response> {
  const flag = await env.FLAGS.get<Flag>(name, { type: "json", cacheTtl: 60 });
  return Response.json({ name, on: flag !== null && isOn(name, flag, user) });
}

async function change(request: Request, env: Env, name: string | undefined): Promise<Response> {
  if (!name) {
    return problem(400, "name a flag");
  }
  if (request.method === "DELETE") {
    await env.FLAGS.delete(name);
    return new Response(null, { status: 204 });
  }
  if (request.method !== "PUT") {
    return problem(405, "method not allowed");
  }
  const flag = parseFlag(await request.text());
  if (typeof flag === "string") {
    return problem(400, flag);
  }
  await env.FLAGS.put(name, JSON.stringify(flag));
  return Response.json(flag);
}

function problem(status: number, error: string): Response {
  return Response.json({ error }, { status });
}

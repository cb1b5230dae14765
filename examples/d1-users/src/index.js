// Users over HTTP.

import { EmailTaken, InvalidUser, Users } from "./users.js";

export default {
  async fetch(request, env) {
    try {
      return await answer(request, new Users(env.DB));
    } catch (error) {
      if (error instanceof EmailTaken) return refused(409, "this address is taken");
      if (error instanceof InvalidUser) return refused(400, "a user has an email and a name");
      throw error;
    }
  },
};

async function answer(request, users) {
  const url = new URL(request.url);
  const id = Number(url.pathname.match(/^\/users\/(\d+)$/)?.[1]);
  if (url.pathname === "/users" && request.method === "POST") {
    return Response.json(await users.create(await request.json()), { status: 201 });
  }
  if (url.pathname === "/users" && url.searchParams.has("email")) {
    return found(await users.findByEmail(url.searchParams.get("email")));
  }
  if (!id) return refused(404, "not found");
  switch (request.method) {
    case "GET":
      return found(await users.get(id));
    case "PATCH":
      return found(await users.update(id, await request.json()));
    case "DELETE":
      return (await users.delete(id)) ? new Response(null, { status: 204 }) : refused(404, "no such user");
    default:
      return refused(405, "not allowed");
  }
}

function found(user) {
  return user === null ? refused(404, "no such user") : Response.json(user);
}

function refused(status, error) {
  return Response.json({ error }, { status });
}

import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { SignJWT, jwtVerify } from "jose";
import type { Account } from "./accounts";
import type { App, Env } from "./env";

/** Starts a session and gives the token that stands for it. */
export async function startSession(env: Env, { email, name }: Account): Promise<string> {
  const sid = crypto.randomUUID();
  await env.SESSIONS.put(sid, JSON.stringify({ email, name }), { expirationTtl: env.SESSION_SECS });
  return new SignJWT({ sid })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(email)
    .setIssuedAt()
    .setExpirationTime(`${env.SESSION_SECS} seconds`)
    .sign(secret(env));
}

/** Ends a session before its time; its token is worth nothing from then on. */
export async function endSession(env: Env, sid: string): Promise<void> {
  await env.SESSIONS.delete(sid);
}

/** Lets a request through that carries the token of a session that is still there. */
export const signedIn = createMiddleware<App>(async (c, next) => {
  const token = c.req.header("authorization")?.match(/^Bearer (.+)$/)?.[1];
  const sid = token && (await verified(c.env, token));
  const account = sid && (await c.env.SESSIONS.get<Account>(sid, "json"));
  if (!account) {
    throw new HTTPException(401, { message: "sign in first" });
  }
  c.set("visitor", { ...account, sid });
  await next();
});

async function verified(env: Env, token: string): Promise<string | null> {
  try {
    const { payload } = await jwtVerify<{ sid: string }>(token, secret(env), { algorithms: ["HS256"] });
    return payload.sid;
  } catch {
    return null;
  }
}

function secret(env: Env): Uint8Array {
  return new TextEncoder().encode(env.JWT_SECRET);
}

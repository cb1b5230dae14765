/** What wrangler.jsonc and .dev.vars give this Worker. */
export interface Env {
  ACCOUNTS: KVNamespace;
  SESSIONS: KVNamespace;
  SESSION_SECS: number;
  JWT_SECRET: string;
}

/** Who is asking; known after `signedIn` let a request through. */
export interface Visitor {
  email: string;
  name: string;
  sid: string;
}

/** What Hono has to know of both. */
export type App = { Bindings: Env; Variables: { visitor: Visitor } };

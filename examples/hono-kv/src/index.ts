import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { createAccount, findAccount } from "./accounts";
import { body } from "./body";
import type { App } from "./env";
import { endSession, signedIn, startSession } from "./sessions";

const Credentials = z.object({
  email: z.email().transform((email) => email.toLowerCase()),
  password: z.string().min(12, "must have at least 12 characters").max(200),
});
const SignUp = Credentials.extend({ name: z.string().trim().min(1).max(80) });

const app = new Hono<App>();

app.post("/sign-up", async (c) => {
  const wanted = await body(c, SignUp);
  const account = await createAccount(c.env, wanted);
  if (account === null) {
    throw new HTTPException(409, { message: "there is an account with this address" });
  }
  return c.json({ email: account.email, name: account.name }, 201);
});

app.post("/login", async (c) => {
  const { email, password } = await body(c, Credentials);
  const account = await findAccount(c.env, email, password);
  if (account === null) {
    throw new HTTPException(401, { message: "wrong address or password" });
  }
  return c.json({ token: await startSession(c.env, account), expires_in: c.env.SESSION_SECS });
});

app.get("/me", signedIn, (c) => {
  const { email, name } = c.get("visitor");
  return c.json({ email, name });
});

app.post("/logout", signedIn, async (c) => {
  await endSession(c.env, c.get("visitor").sid);
  return c.body(null, 204);
});

app.notFound((c) => c.json({ error: "not found" }, 404));

app.onError((error, c) => {
  if (error instanceof z.ZodError) {
    const issues = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    return c.json({ error: "the body is not as expected", issues }, 400);
  }
  if (error instanceof HTTPException) {
    return c.json({ error: error.message }, error.status);
  }
  console.error(error);
  return c.json({ error: "something went wrong here" }, 500);
});

export default app;

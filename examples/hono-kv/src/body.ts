import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";

/** The JSON body of a request, checked; throws what the error handler turns into an answer with status 400. */
export async function body<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  const value = await c.req.json().catch(() => {
    throw new HTTPException(400, { message: "the body is not JSON" });
  });
  return schema.parse(value);
}

// A warehouse: items, and what comes and goes.

import { type Compilable, type Generated, Kysely } from "kysely";
import { D1Dialect } from "kysely-d1";

interface Tables {
  items: { id: Generated<number>; sku: string; stock: Generated<number> };
  moves: { id: Generated<number>; item_id: number; amount: number };
}

interface Env {
  DB: D1;
}

/** What is used of D1 itself. */
interface D1 {
  prepare(sql: string): { bind(...values: unknown[]): unknown };
  batch(statements: unknown[]): Promise<{ results: Record<string, unknown>[] }[]>;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const db = new Kysely<Tables>({ dialect: new D1Dialect({ database: env.DB as never }) });
    try {
      return await answer(request, db, env);
    } catch (error) {
      const { message } = error as Error;
      if (message.includes("UNIQUE constraint failed: items.sku")) return refused(409, "there is such an item");
      if (message.includes("CHECK constraint failed: stock >= 0")) return refused(409, "not enough in stock");
      throw error;
    }
  },
};

async function answer(request: Request, db: Kysely<Tables>, env: Env): Promise<Response> {
  const [, what, sku] = new URL(request.url).pathname.split("/");
  switch (`${request.method} ${what}`) {
    case "POST items": {
      const item = await db.insertInto("items").values(await request.json()).returningAll().executeTakeFirstOrThrow();
      return Response.json(item, { status: 201 });
    }
    case "GET items":
      return Response.json(await stock(db));
    case "PATCH items": {
      const changed = await db.updateTable("items").set(await request.json()).where("sku", "=", sku).executeTakeFirst();
      return Response.json({ changed: Number(changed.numUpdatedRows) });
    }
    case "DELETE items": {
      const gone = await db.deleteFrom("items").where("sku", "=", sku).returning("id").executeTakeFirst();
      return gone === undefined ? refused(404, "no such item") : Response.json(gone);
    }
    case "POST move":
      return await move(db, env, sku, await request.json());
    default:
      return refused(404, "not found");
  }
}

async function stock(db: Kysely<Tables>) {
  return await db
    .selectFrom("items")
    .leftJoin("moves", "moves.item_id", "items.id")
    .select(({ fn }) => ["items.sku", "items.stock", fn.count<number>("moves.id").as("moves")])
    .groupBy("items.id")
    .orderBy("items.sku")
    .execute();
}

/** Both or none. Kysely has no transactions on D1; a batch of what it compiles is one. */
async function move(db: Kysely<Tables>, env: Env, sku: string, { amount }: { amount: number }) {
  const id = db.selectFrom("items").select("id").where("sku", "=", sku);
  const [, changed] = await batch(env.DB, [
    db.insertInto("moves").columns(["item_id", "amount"]).expression(
      db.selectFrom("items").select(({ val }) => ["id", val(amount).as("amount")]).where("sku", "=", sku),
    ),
    db
      .updateTable("items")
      .set(({ eb }) => ({ stock: eb("stock", "+", amount) }))
      .where("id", "=", id)
      .returning("stock"),
  ]);
  return changed.results.length === 0 ? refused(404, "no such item") : Response.json(changed.results[0]);
}

async function batch(database: D1, queries: Compilable[]) {
  const statements = queries.map((query) => {
    const { sql, parameters } = query.compile();
    return database.prepare(sql).bind(...parameters);
  });
  return await database.batch(statements);
}

function refused(status: number, error: string) {
  return Response.json({ error }, { status });
}

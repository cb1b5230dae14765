// A library: authors, books, and lending.

import { and, desc, eq, gt, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";

import * as schema from "./schema.js";
import { authors, books } from "./schema.js";

interface Env {
  DB: unknown;
}

type Db = DrizzleD1Database<typeof schema>;

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const db = drizzle(env.DB as never, { schema });
    const url = new URL(request.url);
    const [, what, id] = url.pathname.split("/");
    switch (`${request.method} ${what}`) {
      case "POST authors":
        return await addAuthor(db, await request.json());
      case "GET authors":
        return Response.json(await db.query.authors.findMany({ with: { books: { columns: { title: true } } } }));
      case "DELETE authors":
        return Response.json(await db.delete(authors).where(eq(authors.id, Number(id))).returning());
      case "GET books":
        return Response.json(await search(db));
      case "PATCH books":
        return Response.json(await db.update(books).set(await request.json()).where(eq(books.id, Number(id))).returning());
      case "POST lend":
        return await lend(db, Number(id));
      default:
        return Response.json({ error: "not found" }, { status: 404 });
    }
  },
};

/** The author and all books in one transaction: a batch. */
async function addAuthor(db: Db, body: { name: string; books: { title: string; copies: number; tags?: string[] }[] }) {
  const author = db.select({ id: authors.id }).from(authors).where(eq(authors.name, body.name));
  try {
    const [[added], ...rest] = await db.batch([
      db.insert(authors).values({ name: body.name }).returning(),
      ...body.books.map((book) => db.insert(books).values({ ...book, authorId: sql`(${author})` }).returning()),
    ] as never);
    return Response.json({ author: added, books: (rest as { id: number }[][]).map(([book]) => book.id) }, { status: 201 });
  } catch (error) {
    // Drizzle puts an error of its own around the database's.
    const message = String((error as Error).cause ?? error);
    if (message.includes("UNIQUE constraint failed: authors.name")) {
      return Response.json({ error: "there is such an author" }, { status: 409 });
    }
    return Response.json({ error: "nothing was added" }, { status: 422 });
  }
}

async function search(db: Db) {
  return await db
    .select({ title: books.title, author: authors.name, copies: books.copies, tags: books.tags, addedAt: books.addedAt })
    .from(books)
    .innerJoin(authors, eq(books.authorId, authors.id))
    .orderBy(desc(books.title));
}

/** Takes a copy if there is one: the condition stands in the statement itself. */
async function lend(db: Db, id: number) {
  const taken = await db
    .update(books)
    .set({ copies: sql`${books.copies} - 1` })
    .where(and(eq(books.id, id), gt(books.copies, 0)))
    .returning({ left: books.copies });
  if (taken.length === 0) return Response.json({ error: "no copy left" }, { status: 409 });
  return Response.json(taken[0]);
}

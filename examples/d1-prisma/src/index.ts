// A bookshop on Prisma's client for D1.

import { PrismaD1 } from "@prisma/adapter-d1";

import { Prisma, PrismaClient } from "./generated/client.ts";

interface Env {
  DB: ConstructorParameters<typeof PrismaD1>[0];
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const prisma = new PrismaClient({ adapter: new PrismaD1(env.DB) });
    try {
      return await answer(request, prisma);
    } catch (error) {
      if (!(error instanceof Prisma.PrismaClientKnownRequestError)) throw error;
      switch (error.code) {
        case "P2002":
          return Response.json({ error: "this address is taken" }, { status: 409 });
        case "P2025":
          return Response.json({ error: "no such record" }, { status: 404 });
        default:
          return Response.json({ error: error.code }, { status: 422 });
      }
    }
  },
};

async function answer(request: Request, prisma: PrismaClient): Promise<Response> {
  const url = new URL(request.url);
  const [, what, text] = url.pathname.split("/");
  const id = Number(text);
  switch (`${request.method} ${what}`) {
    case "POST authors": {
      const { email, name, books } = (await request.json()) as Prisma.AuthorCreateInput & { books: Prisma.BookCreateWithoutAuthorInput[] };
      const data = { email, name, books: { create: books } };
      return Response.json(await prisma.author.create({ data, include: { books: { select: { id: true, title: true } } } }), { status: 201 });
    }
    case "GET authors":
      return Response.json(await prisma.author.findUniqueOrThrow({ where: { id }, include: { books: { select: { title: true, price: true } } } }));
    case "PATCH books":
      return Response.json(await prisma.book.update({ where: { id }, data: (await request.json()) as Prisma.BookUpdateInput, select: { id: true, price: true } }));
    case "GET books": {
      const below = Number(url.searchParams.get("below") ?? Infinity);
      const where = Number.isFinite(below) ? { price: { lt: below } } : {};
      // Sent together; see README.md for what that means on D1.
      const [books, count, { _sum }] = await prisma.$transaction([
        prisma.book.findMany({ where, orderBy: { title: "asc" }, select: { title: true, author: { select: { name: true } } } }),
        prisma.book.count({ where }),
        prisma.book.aggregate({ where, _sum: { price: true } }),
      ]);
      return Response.json({ books, count, total: _sum.price });
    }
    case "DELETE authors":
      await prisma.author.delete({ where: { id } });
      return new Response(null, { status: 204 });
    default:
      return Response.json({ error: "not found" }, { status: 404 });
  }
}

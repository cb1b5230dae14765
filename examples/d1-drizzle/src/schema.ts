// The tables. `npm run generate` writes what has changed here into `migrations`.

import { relations, sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const authors = sqliteTable(
  "authors",
  { id: integer().primaryKey({ autoIncrement: true }), name: text().notNull() },
  (table) => [uniqueIndex("authors_name").on(table.name)],
);

export const books = sqliteTable(
  "books",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    title: text().notNull(),
    authorId: integer("author_id").notNull().references(() => authors.id, { onDelete: "cascade" }),
    copies: integer().notNull().default(0),
    tags: text({ mode: "json" }).$type<string[]>().notNull().default([]),
    addedAt: integer("added_at", { mode: "timestamp" }).notNull().default(sql`(unixepoch())`),
  },
  (table) => [index("books_by_author").on(table.authorId)],
);

export const authorsRelations = relations(authors, ({ many }) => ({ books: many(books) }));
export const booksRelations = relations(books, ({ one }) => ({
  author: one(authors, { fields: [books.authorId], references: [authors.id] }),
}));

// Sells seats. A booking takes the seats and writes itself down in one batch, so nobody gets a seat twice.

import schema from "../migrations/0001_shows.sql";

const BOOKMARK = "x-d1-bookmark";

export default {
  async fetch(request, env) {
    // A reader who sends back what the last answer said sees at least what that answer knew.
    const session = env.DB.withSession(request.headers.get(BOOKMARK) ?? "first-unconstrained");
    const response = await answer(request, session);
    const bookmark = session.getBookmark();
    if (bookmark !== null) response.headers.set(BOOKMARK, bookmark);
    return response;
  },
};

async function answer(request, db) {
  const [, shows, id, bookings] = new URL(request.url).pathname.match(/^\/(shows)(?:\/(\d+)(\/bookings)?)?$/) ?? [];
  const what = bookings ?? (id ? "one" : shows);
  switch (`${request.method} ${what}`) {
    case "POST shows":
      return await create(db, await request.json());
    case "GET shows":
      return Response.json(await upcoming(db));
    case "POST /bookings":
      return await book(db, id, await request.json());
    case "GET one":
      return await show(db, id);
    default:
      return Response.json({ error: "not found" }, { status: 404 });
  }
}

/** The migration makes nothing that is there: the first show needs no `d1 migrations apply`. */
async function create(db, { title, seats }) {
  await db.prepare(schema).run();
  try {
    const insert = db.prepare("INSERT INTO shows (title, seats_left) VALUES (?, ?) RETURNING *");
    return Response.json(await insert.bind(title, seats).first(), { status: 201 });
  } catch (error) {
    return refused(error, "shows.title", "there is such a show");
  }
}

async function upcoming(db) {
  const { results } = await db.prepare("SELECT * FROM shows ORDER BY title").all();
  return results;
}

async function book(db, id, { name, seats }) {
  try {
    const [taken, booked] = await db.batch([
      db.prepare("UPDATE shows SET seats_left = seats_left - ?2 WHERE id = ?1").bind(id, seats),
      db.prepare("INSERT INTO bookings (show_id, name, seats) SELECT id, ?2, ?3 FROM shows WHERE id = ?1 RETURNING id")
        .bind(id, name, seats),
    ]);
    if (taken.meta.changes === 0) return Response.json({ error: "no such show" }, { status: 404 });
    return Response.json({ booking: booked.results[0].id }, { status: 201 });
  } catch (error) {
    return refused(error, "seats_left >= 0", "not enough seats");
  }
}

async function show(db, id) {
  const [shows, bookings] = await db.batch([
    db.prepare("SELECT * FROM shows WHERE id = ?").bind(id),
    db.prepare("SELECT name, seats, booked_at FROM bookings WHERE show_id = ? ORDER BY id").bind(id),
  ]);
  if (shows.results.length === 0) return Response.json({ error: "no such show" }, { status: 404 });
  return Response.json({ ...shows.results[0], bookings: bookings.results });
}

/** What a constraint refused is an answer; everything else is not expected. */
function refused(error, constraint, text) {
  if (!error.message.includes(constraint)) throw error;
  return Response.json({ error: text }, { status: 409 });
}

const TITLE_LENGTH = 80;

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (url.pathname === "/notes" && request.method === "GET") {
      return listNotes(env, url.searchParams);
    }
    const name = url.pathname.match(/^\/notes\/(.+)$/)?.[1];
    const handle = { GET: readNote, PUT: writeNote, DELETE: deleteNote }[request.method];
    if (!name) return Response.json({ error: "not found" }, { status: 404 });
    if (!handle) return Response.json({ error: "method not allowed" }, { status: 405 });
    return handle(env, decodeURIComponent(name), request);
  },
};

async function listNotes(env, search) {
  const prefix = search.get("prefix") ?? "";
  const limit = Number(search.get("limit") ?? 100);
  const page = await env.NOTES.list({ prefix, limit, cursor: search.get("cursor") });
  const notes = page.keys.map(({ name, metadata }) => ({ name, ...metadata }));
  // An empty page is not the end; only `list_complete` is.
  const next = page.list_complete ? null : `/notes?${new URLSearchParams({ prefix, limit, cursor: page.cursor })}`;
  return Response.json({ notes, next });
}

async function readNote(env, name) {
  const note = await env.NOTES.get(name, "stream");
  if (note === null) return Response.json({ error: "no such note" }, { status: 404 });
  return new Response(note, { headers: { "content-type": "text/plain;charset=utf-8" } });
}

async function writeNote(env, name, request) {
  const text = await request.text();
  const title = text.split("\n", 1)[0].slice(0, TITLE_LENGTH);
  await env.NOTES.put(name, text, { metadata: { title, length: text.length } });
  return Response.json({ name, title, length: text.length }, { status: 201 });
}

async function deleteNote(env, name) {
  await env.NOTES.delete(name);
  return new Response(null, { status: 204 });
}

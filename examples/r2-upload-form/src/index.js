const TYPES = new Set(["image/gif", "image/jpeg", "image/png", "text/plain"]);
const BYTES_MAX = 5_000_000;

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/" && request.method === "GET") return html(await page(env));
    if (pathname === "/" && request.method === "POST") return await upload(request, env);
    if (pathname.startsWith("/pictures/")) return await show(pathname.slice("/pictures/".length), env);
    return new Response("not found\n", { status: 404 });
  },
};

/** Takes the form: the file goes to R2, and what was written beside it becomes its metadata. */
async function upload(request, env) {
  const form = await request.formData();
  const file = form.get("picture");
  if (!(file instanceof File) || file.size === 0) return problem(400, "choose a picture");
  if (!TYPES.has(file.type)) return problem(415, `no pictures of type ${file.type}, please`);
  if (file.size > BYTES_MAX) return problem(413, "that picture is too large");
  const key = `${crypto.randomUUID()}/${file.name}`;
  const { httpEtag } = await env.PICTURES.put(key, file, {
    httpMetadata: { contentType: file.type, cacheControl: "public, max-age=31536000, immutable" },
    customMetadata: { title: `${form.get("title") ?? ""}`, name: file.name },
  });
  const location = `/pictures/${encodeURI(key)}`;
  return new Response(`uploaded as ${location}\n`, { status: 201, headers: { location, etag: httpEtag } });
}

async function show(path, env) {
  const object = await env.PICTURES.get(decodeURI(path));
  if (object === null) return problem(404, "no such picture");
  const headers = new Headers({ etag: object.httpEtag, "x-title": encodeURIComponent(object.customMetadata.title) });
  object.writeHttpMetadata(headers);
  return new Response(object.body, { headers });
}

async function page(env) {
  // Metadata is only listed if it is asked for.
  const { objects } = await env.PICTURES.list({ include: ["customMetadata"] });
  const items = objects.map(
    ({ key, size, customMetadata }) =>
      `<li><a href="/pictures/${escape(encodeURI(key))}">${escape(customMetadata.title || customMetadata.name)}</a>, ${size} bytes</li>`,
  );
  return `<!doctype html><meta charset="utf-8"><title>Pictures</title>
<form method="post" enctype="multipart/form-data">
  <input name="picture" type="file" required> <input name="title" placeholder="Title"> <button>Upload</button>
</form>
<ul>${items.join("")}</ul>
`;
}

const escape = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
const html = (text) => new Response(text, { headers: { "content-type": "text/html; charset=utf-8" } });
const problem = (status, text) => new Response(`${text}\n`, { status });

import { AwsClient } from "aws4fetch";

const BUCKET = "uploads";
const EXPIRES_SECS = 300;

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const [, room, id, ...rest] = pathname.split("/");
    if (room !== "uploads" || rest.length > 0) return problem(404, "not found");
    if (request.method === "POST" && id === undefined) return await begin(request, env);
    if (request.method === "POST") return await finish(id, env);
    if (request.method === "GET" && id !== undefined) return await show(id, env);
    return problem(405, "no such method");
  },
};

/** The first step: a URL that this file may be sent to, by whoever has it, for five minutes. */
async function begin(request, env) {
  const { name, type } = await request.json();
  if (typeof name !== "string" || typeof type !== "string") return problem(400, "name and type are needed");
  const id = crypto.randomUUID();
  const endpoint = env.S3_ENDPOINT || new URL("/cdn-cgi/local/r2/s3", request.url).href;
  const url = new URL(`${endpoint}/${BUCKET}/incoming/${id}`);
  url.searchParams.set("X-Amz-Expires", EXPIRES_SECS);
  const client = new AwsClient({ accessKeyId: env.S3_KEY_ID, secretAccessKey: env.S3_SECRET, service: "s3", region: "auto" });
  // Headers that are signed have to be sent as they are: no other type, no other name.
  const headers = { "content-type": type, "x-amz-meta-name": encodeURIComponent(name) };
  const signed = await client.sign(url, { method: "PUT", headers, aws: { signQuery: true, allHeaders: true } });
  return Response.json({ id, method: "PUT", url: signed.url, headers }, { status: 201 });
}

/** The second step: the file has to be there; now it counts. */
async function finish(id, env) {
  const incoming = await env.UPLOADS.get(`incoming/${id}`);
  if (incoming === null) return problem(409, "nothing was uploaded");
  const { size, httpMetadata, customMetadata } = incoming;
  await env.UPLOADS.put(`files/${id}`, incoming.body, { httpMetadata, customMetadata });
  await env.UPLOADS.delete(`incoming/${id}`);
  return Response.json({ id, name: decodeURIComponent(customMetadata.name), size });
}

async function show(id, env) {
  const object = await env.UPLOADS.get(`files/${id}`);
  if (object === null) return problem(404, "no such file");
  const headers = new Headers({ etag: object.httpEtag });
  object.writeHttpMetadata(headers);
  headers.set("content-disposition", `attachment; filename*=UTF-8''${object.customMetadata.name}`);
  return new Response(object.body, { headers });
}

const problem = (status, text) => new Response(`${text}\n`, { status });

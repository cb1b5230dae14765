export default {
  async fetch(request, env) {
    await env.KV.put("k", "v");
    return Response.json({ name: env.NAME, nested: env.NESTED, kv: await env.KV.get("k") });
  },
};

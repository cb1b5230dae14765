export default {
  async fetch(request, env) {
    const { KV, ...vars } = env;
    return Response.json({ ...vars, kv: KV ? await KV.get("whose") : "no binding" });
  },
};

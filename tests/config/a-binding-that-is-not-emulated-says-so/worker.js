export default {
  async fetch(request, env) {
    switch (new URL(request.url).pathname) {
      case "/r2":
        return new Response(await env.FILES.get("key"));
      case "/vectorize":
        return Response.json(await env.INDEX.query([1]));
      default:
        // Looking at them is no use of them.
        return Response.json({ names: Object.keys(env).sort(), type: typeof env.FILES, text: JSON.stringify(env.INDEX) });
    }
  },
};

export default {
  async fetch(request, env) {
    switch (new URL(request.url).pathname) {
      case "/analytics":
        return Response.json(env.CLICKS.writeDataPoint({ blobs: ["x"] }));
      case "/vectorize":
        return Response.json(await env.INDEX.query([1]));
      default:
        // Looking at them is no use of them.
        return Response.json({ names: Object.keys(env).sort(), type: typeof env.CLICKS, text: JSON.stringify(env.INDEX) });
    }
  },
};

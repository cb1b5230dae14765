// Notes when somebody was seen: a key for each time, which goes away by itself. No key is written twice.

export default {
  async fetch(request, { USERS }, ctx) {
    const user = new URL(request.url).searchParams.get("user");
    const noted = `seen:${user}:${new Date().toISOString()}:${crypto.randomUUID()}`;
    ctx.waitUntil(USERS.put(noted, "", { expirationTtl: 86400 }));
    return new Response(`hello ${user}`);
  },
};

// One-time codes that are good for half a minute. KV keeps nothing for less than a minute, so they get one.

export default {
  async fetch(request, { CODES }) {
    const code = new URL(request.url).searchParams.get("code");
    if (request.method === "POST") {
      await CODES.put(`code:${code}`, "ada", { expirationTtl: 60 });
      return new Response("good for 30 seconds");
    }
    const user = await CODES.get(`code:${code}`);
    return user ? new Response(`welcome ${user}`) : new Response("too late", { status: 401 });
  },
};

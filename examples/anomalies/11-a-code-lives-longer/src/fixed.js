// One-time codes that are good for half a minute: when a code was made is part of it, and is looked at.

export default {
  async fetch(request, { CODES }) {
    const code = new URL(request.url).searchParams.get("code");
    if (request.method === "POST") {
      await CODES.put(`code:${code}`, JSON.stringify({ user: "ada", at: Date.now() }), { expirationTtl: 60 });
      return new Response("good for 30 seconds");
    }
    const found = await CODES.get(`code:${code}`, "json");
    const isGood = found !== null && Date.now() - found.at <= 30_000;
    return isGood ? new Response(`welcome ${found.user}`) : new Response("too late", { status: 401 });
  },
};

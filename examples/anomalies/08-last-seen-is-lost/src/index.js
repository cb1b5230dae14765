// Notes when somebody was last seen, after the answer.

export default {
  async fetch(request, { USERS }, ctx) {
    const user = new URL(request.url).searchParams.get("user");
    ctx.waitUntil(USERS.put(`seen:${user}`, new Date().toISOString()));
    return new Response(`hello ${user}`);
  },
};

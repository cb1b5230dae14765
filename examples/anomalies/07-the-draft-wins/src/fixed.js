// Publishing is one write: nothing is under way beside it.

export default {
  async fetch(request, { POSTS }) {
    if (request.method === "POST") {
      await POSTS.put("post:1", "published");
      return new Response("published");
    }
    return new Response(await POSTS.get("post:1"));
  },
};

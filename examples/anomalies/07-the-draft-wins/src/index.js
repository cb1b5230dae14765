// Publishing notes that it began, and then that it is done.

export default {
  async fetch(request, { POSTS }) {
    if (request.method === "POST") {
      const begun = POSTS.put("post:1", "publishing");
      const done = POSTS.put("post:1", "published");
      await Promise.all([begun, done]);
      return new Response("published");
    }
    return new Response(await POSTS.get("post:1"));
  },
};

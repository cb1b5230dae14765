// Greets whoever signed in. What belongs to a request stays in its function.

export default {
  async fetch(request, { NAMES }) {
    const user = new URL(request.url).searchParams.get("user");
    const greeting = (await NAMES.get("greeting")) ?? "hello";
    return new Response(`${greeting} ${user}`);
  },
};

// Greets whoever signed in. `user` is known everywhere in the module, which saves handing it around.

let user;

export default {
  async fetch(request, { NAMES }) {
    user = new URL(request.url).searchParams.get("user");
    const greeting = (await NAMES.get("greeting")) ?? "hello";
    return new Response(`${greeting} ${user}`);
  },
};

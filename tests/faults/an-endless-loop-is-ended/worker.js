let requests = 0;

export default {
  async fetch(request) {
    requests++;
    switch (new URL(request.url).pathname) {
      case "/loop":
        for (;;);
      case "/regexp":
        return new Response(/^(a+)+$/.test(`${"a".repeat(40)}!`));
      case "/microtasks":
        for (;;) await null;
      case "/timer":
        await new Promise(() => setTimeout(() => { for (;;); }, 1));
      default:
        return new Response(`request ${requests} of this isolate`);
    }
  },
};

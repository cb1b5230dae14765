import { WorkerEntrypoint } from "cloudflare:workers";

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    if (url.pathname === "/throw") throw new TypeError("boom");
    if (url.pathname === "/string") throw "just text";
    if (url.pathname === "/none") return undefined;
    if (url.pathname === "/hang") return new Promise(() => {});
    if (url.pathname === "/redirect") return Response.redirect("http://x.test/target", 302);
    if (url.pathname === "/back") return env.FRONT.fetch("http://x.test/inner/back");
    if (url.pathname === "/cycle") return env.FRONT.fetch(request);
    if (url.pathname === "/stream") return new Response(request.body, { headers: { "x-streamed": "yes" } });
    if (url.pathname === "/socket") {
      const [client, server] = Object.values(new WebSocketPair());
      server.accept();
      server.addEventListener("message", ({ data }) => server.send(`heard ${data}`));
      server.addEventListener("close", ({ code, reason }) => server.close(code, `${reason} as well`));
      return new Response(null, { status: 101, webSocket: client });
    }
    if (url.pathname === "/slow") {
      ctx.waitUntil(scheduler.wait(1000));
      await scheduler.wait(500);
    }
    return Response.json({
      url: request.url,
      method: request.method,
      headers: [...request.headers],
      cf: request.cf ?? null,
      body: await request.text(),
      redirect: request.redirect,
      props: ctx.props,
    });
  },
};

export class Named extends WorkerEntrypoint {
  fetch(request) {
    return Response.json({ props: this.ctx.props, path: new URL(request.url).pathname });
  }
}

export const plain = {
  fetch(request, env, ctx) {
    return Response.json({ props: ctx.props, env: Object.keys(env) });
  },
};

export class WithoutFetch extends WorkerEntrypoint {}

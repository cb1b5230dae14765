import { WorkerEntrypoint } from "cloudflare:workers";
import { checks, equal, ok, rejects } from "../../../../assert.mjs";

const HUNG = "The Workers runtime canceled this request because it detected that your Worker's code had hung and would " +
  "never generate a response. Refer to: https://developers.cloudflare.com/workers/observability/errors/";

export class Inner extends WorkerEntrypoint {
  fetch() {
    return Response.json(this.ctx.props);
  }
}

const worker = checks({
  async "a request arrives as it was sent"({ OTHER }) {
    const answer = await OTHER.fetch("http://x.test/p?q", { method: "POST", body: "hello" });
    equal(answer.url, "http://x.test/p?q");
    equal(await answer.json(), {
      url: "http://x.test/p?q",
      method: "POST",
      headers: [["content-length", "5"], ["content-type", "text/plain;charset=UTF-8"]],
      cf: null,
      body: "hello",
      redirect: "manual",
      props: {},
    });
  },

  async "a request object is taken, too"({ OTHER }) {
    const request = new Request("http://x.test/p", { headers: { "x-one": "1" }, cf: { colo: "AMS" } });
    const { headers, cf } = await (await OTHER.fetch(request)).json();
    equal(headers, [["x-one", "1"]]);
    equal(cf, { colo: "AMS" });
  },

  async "a relative address is refused"({ OTHER }) {
    await rejects(OTHER.fetch("/p"), "TypeError", "Invalid URL: /p");
  },

  async "an exception arrives as it was thrown"({ OTHER }) {
    const error = await rejects(OTHER.fetch("http://x.test/throw"), "TypeError", "boom");
    ok(error instanceof TypeError);
    equal(error.remote, true);
    await rejects(OTHER.fetch("http://x.test/string"), "Error", "just text");
    const text = "Incorrect type for Promise: the Promise did not resolve to 'Response'.";
    await rejects(OTHER.fetch("http://x.test/none"), "TypeError", text);
  },

  async "a Worker that hangs is noticed"({ OTHER }) {
    equal((await rejects(OTHER.fetch("http://x.test/hang"), "Error", HUNG)).remote, true);
  },

  async "redirects are followed in the same Worker, if that is asked for"({ OTHER }) {
    const answer = await OTHER.fetch("http://x.test/redirect");
    equal([answer.status, answer.redirected, answer.url], [200, true, "http://x.test/target"]);
    equal((await answer.json()).url, "http://x.test/target");
    const manual = await OTHER.fetch("http://x.test/redirect", { redirect: "manual" });
    equal([manual.status, manual.headers.get("location")], [302, "http://x.test/target"]);
  },

  async "named entrypoints answer with their props"({ NAMED, PLAIN }) {
    equal(await (await NAMED.fetch("http://x.test/a")).json(), { props: { role: "admin", level: 3 }, path: "/a" });
    equal(await (await PLAIN.fetch("http://x.test/a")).json(), { props: { q: 2 }, env: ["FRONT"] });
  },

  async "an entrypoint without fetch is told so"({ WITHOUT }) {
    const error = await rejects(WITHOUT.fetch("http://x.test/"), "Error", "Handler does not export a fetch() function.");
    equal(error.remote, true);
  },

  async "an entrypoint that is not exported is told so at the call"({ NO_EXPORT }) {
    await rejects(NO_EXPORT.fetch("http://x.test/"), "TypeError", /no such named entrypoint/);
  },

  async "a Worker that does not run is told so at the call"({ NOBODY }) {
    const answer = await NOBODY.fetch("http://x.test/");
    equal(answer.status, 503);
    equal(await answer.text(), 'Worker "nobody" not found. Make sure it is running locally.');
  },

  async "a Worker calls itself"({ SELF, SELF_NAMED }) {
    equal(await (await SELF.fetch("http://x.test/inner/a")).text(), "inner http://x.test/inner/a");
    equal(await (await SELF_NAMED.fetch("http://x.test/")).json(), { from: "outer" });
  },

  async "Workers call each other in a circle, but not for ever"({ OTHER }) {
    equal(await (await OTHER.fetch("http://x.test/back")).text(), "inner http://x.test/inner/back");
    await rejects(OTHER.fetch("http://x.test/cycle"), "Error", /^Subrequest depth limit exceeded\./);
  },

  async "a body streams through"({ OTHER }) {
    const { readable, writable } = new IdentityTransformStream();
    const answer = await OTHER.fetch("http://x.test/stream", { method: "POST", body: readable });
    equal(answer.headers.get("x-streamed"), "yes");
    const reader = answer.body.getReader();
    const writer = writable.getWriter();
    for (const text of ["one", "two"]) {
      writer.write(new TextEncoder().encode(text));
      equal(new TextDecoder().decode((await reader.read()).value), text);
    }
    writer.close();
    equal((await reader.read()).done, true);
  },

  async "a WebSocket goes through"({ OTHER }) {
    const { status, webSocket } = await OTHER.fetch("http://x.test/socket", { headers: { upgrade: "websocket" } });
    equal(status, 101);
    webSocket.accept();
    const next = (type) => new Promise((resolve) => webSocket.addEventListener(type, resolve, { once: true }));
    webSocket.send("hello");
    equal((await next("message")).data, "heard hello");
    webSocket.close(4000, "enough");
    const { code, reason } = await next("close");
    // Who has the last word is decided by a compatibility flag.
    equal(code, 4000);
    ok(reason.startsWith("enough"));
  },

  async "an abort ends the call"({ OTHER }) {
    await rejects(OTHER.fetch("http://x.test/slow", { signal: AbortSignal.timeout(100) }), "TimeoutError");
  },

  async "an incoming request goes on as it came"({ OTHER }, ctx, request) {
    const { url, headers } = await (await OTHER.fetch(request)).json();
    equal(url, request.url);
    equal(headers, [...request.headers]);
  },
});

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/inner")) return new Response(`inner ${request.url}`);
    if (pathname === "/cycle") return env.OTHER.fetch(request);
    return worker.fetch(request, env, ctx);
  },
};

import { DurableObject } from "cloudflare:workers";
import { checks, equal, rejects } from "../../../assert.mjs";

const URL_OF = "http://object/?p=";

export class Thing extends DurableObject {
  count = 0;
  log = [];

  async fetch(request) {
    const url = new URL(request.url);
    this.count += 1;
    return await this[url.searchParams.get("p")](request, url);
  }

  n() {
    return new Response(String(this.count));
  }

  async echo(request) {
    return Response.json([request.url, request.method, [...request.headers], await request.text(), request.cf ?? null]);
  }

  stream() {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    (async () => {
      for (let i = 0; i < 3; i++) {
        await writer.write(new TextEncoder().encode(`c${i}`));
        await scheduler.wait(1);
      }
      await writer.close();
    })();
    return new Response(readable);
  }

  /** Waiting for the outside lets other events in between. */
  async outside(_request, url) {
    const i = url.searchParams.get("i");
    this.log.push(`a${i}`);
    await scheduler.wait(5);
    this.log.push(`b${i}`);
    return new Response(this.log.join());
  }

  /** Waiting for storage does not. */
  async storage(_request, url) {
    const i = url.searchParams.get("i");
    this.log.push(`a${i}`);
    await this.ctx.storage.put("z", i);
    await this.ctx.storage.get("z");
    this.log.push(`b${i}`);
    return new Response(this.log.join());
  }

  timer() {
    setTimeout(() => this.log.push("fired"), 5);
    return new Response("set");
  }

  seen() {
    return new Response(this.log.join());
  }

  redirect() {
    return Response.redirect(`${URL_OF}n`, 302);
  }

  async itself() {
    const answer = await this.env.OBJECTS.get(this.ctx.id).fetch(`${URL_OF}n`);
    return new Response(`it said ${await answer.text()}`);
  }
}

const ask = async (stub, p, init) => (await stub.fetch(URL_OF + p, init)).text();

export default checks({
  async "a request arrives as it was sent"({ OBJECTS }) {
    const stub = OBJECTS.getByName("echo");
    equal(JSON.parse(await ask(stub, "echo", { method: "POST", body: "hi", headers: { a: "b" }, cf: { x: 1 } })), [
      "http://object/?p=echo",
      "POST",
      [["a", "b"], ["content-length", "2"], ["content-type", "text/plain;charset=UTF-8"]],
      "hi",
      { x: 1 },
    ]);
    const request = new Request(`${URL_OF}echo#part`, { method: "PUT", body: new Response("stream").body });
    const [url, method, , text] = await (await stub.fetch(request)).json();
    equal([url, method, text], [`${URL_OF}echo`, "PUT", "stream"]);
    await rejects(stub.fetch("/x"), "TypeError", "Invalid URL: /x");
    await rejects(
      stub.fetch(),
      "TypeError",
      "Failed to execute 'fetch' on 'Fetcher': parameter 1 is not of type 'Request or string'.",
    );
  },

  async "an answer arrives as it was given"({ OBJECTS }) {
    const stub = OBJECTS.getByName("answers");
    equal(await ask(stub, "stream"), "c0c1c2");
    const redirected = await stub.fetch(`${URL_OF}redirect`, { redirect: "manual" });
    equal([redirected.status, redirected.headers.get("location")], [302, `${URL_OF}n`]);
    equal(await ask(stub, "redirect"), "4");
  },

  async "there is one instance"({ OBJECTS }) {
    equal([await ask(OBJECTS.getByName("one"), "n"), await ask(OBJECTS.getByName("one"), "n")], ["1", "2"]);
    equal(await ask(OBJECTS.getByName("two"), "n"), "1");
  },

  async "events come in their order, and between the awaits of others"({ OBJECTS }) {
    const stub = OBJECTS.getByName("order");
    const answers = await Promise.all([1, 2, 3].map((i) => ask(stub, `outside&i=${i}`)));
    equal(answers, ["a1,a2,a3,b1", "a1,a2,a3,b1,b2", "a1,a2,a3,b1,b2,b3"]);
  },

  async "storage lets nobody in between"({ OBJECTS }) {
    const stub = OBJECTS.getByName("storage");
    const answers = await Promise.all([1, 2, 3].map((i) => ask(stub, `storage&i=${i}`)));
    equal(answers, ["a1,b1", "a1,b1,a2,b2", "a1,b1,a2,b2,a3,b3"]);
  },

  async "timers outlive the request"({ OBJECTS }) {
    const stub = OBJECTS.getByName("timer");
    equal(await ask(stub, "timer"), "set");
    await scheduler.wait(20);
    equal(await ask(stub, "seen"), "fired");
  },

  async "an object may call itself"({ OBJECTS }) {
    equal(await ask(OBJECTS.getByName("itself"), "itself"), "it said 2");
  },

  async "many objects at once"({ OBJECTS }) {
    const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => ask(OBJECTS.getByName(`m${i}`), "storage&i=1")));
    equal([answers.length, new Set(answers).size], [300, 1]);
  },
});

import { fail } from "./deep/fail";

interface Nothing {
  at: "all";
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/cause") {
      try {
        fail("inner");
      } catch (cause) {
        throw new Error("outer", { cause });
      }
    }
    if (pathname === "/async") {
      await scheduler.wait(1);
      await later();
    }
    if (pathname === "/text") throw "just text";
    if (pathname === "/stack") {
      try {
        fail("seen, by file:///");
      } catch (error) {
        return new Response((error as Error).stack);
      }
    }
    if (pathname === "/engine") {
      try {
        new Headers({ "": "x", " ": "y" });
      } catch (error) {
        return new Response((error as Error).stack);
      }
    }
    if (pathname === "/logged") {
      console.error(new RangeError("logged"));
      console.log("with text", new RangeError("also logged"));
      console.trace("here");
      return new Response("logged");
    }
    return fail("plain") satisfies never;
  },
};

async function later(): Promise<void> {
  await scheduler.wait(1);
  fail("after waiting");
}

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
    if (pathname === "/stack") return new Response(new Error("shown").stack);
    return fail("plain") satisfies never;
  },
};

async function later(): Promise<void> {
  await scheduler.wait(1);
  fail("after waiting");
}

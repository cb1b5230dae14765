export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/levels") {
      console.debug("a", 1);
      console.log("b", { c: [1, "two"] });
      console.info("d");
      console.warn("e");
      console.error("f");
    }
    if (pathname === "/formats") {
      console.log("%s is %d years, %i, %f, %j", "Ada", 36.5, 36.5, 1.5, { a: 1 });
      console.log(new Map([["k", 1]]), new Set([1]), null, undefined, 10n, Symbol("s"));
      console.log(new TypeError("an error"));
      console.log(new Headers({ a: "1" }), new URL("https://example.com/"));
      console.log("two\nlines");
      console.log();
    }
    if (pathname === "/objects") {
      console.log(new Response("x"));
      console.log({ a: { b: { c: new Response("x") } } });
      console.log({ a: { b: { c: { d: 1 } } } });
      const form = new FormData();
      form.append("a", "1");
      form.append("a", "2");
      console.log(form, new URLSearchParams("a=1"), new Blob(["abc"], { type: "a/b" }));
      console.log(new IdentityTransformStream());
      class T extends Headers {
        x = 1;
      }
      console.log(new T({ q: "1" }));
      console.log(new AbortController().signal);
    }
    if (pathname === "/percent") {
      const custom = { toString: () => "custom" };
      console.log("%s %s %s %s %s", { a: { b: 1 } }, [1, [2]], custom, new Date(0), class Z {});
      console.log("%d %d %i %f %d%c %s", {}, -0, "12.9x", "1.50", 5n, "color: red", "x");
      const circular = {};
      circular.self = circular;
      console.log("%j 100%% sure %s", circular);
      console.log("x", "%s", "y");
      console.log("%%");
      console.log("%o", [1, { a: { b: { c: { d: { e: 1 } } } } }]);
    }
    if (pathname === "/more") {
      console.assert(true, "not this");
      console.assert(false, "but", "this");
      console.count();
      console.count();
      console.group("group");
      console.log("inside");
      console.groupEnd();
      console.log("outside");
      console.table([{ a: 1, b: 2 }]);
      console.dir({ deep: { deeper: { deepest: {} } } });
      console.trace("trace");
      console.time("t");
      console.timeEnd("t");
    }
    return new Response("ok");
  },
};
console.log("at top level");

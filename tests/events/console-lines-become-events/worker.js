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

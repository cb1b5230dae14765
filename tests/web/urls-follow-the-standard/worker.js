import { checks, equal, throws } from "../../assert.mjs";

export default checks({
  "parts"() {
    const url = new URL("../c?x=1#y", "https://user:pw@ex\u00e4mple.com:8443/a/b/");
    equal(url.href, "https://user:pw@xn--exmple-cua.com:8443/a/c?x=1#y");
    equal([url.origin, url.host, url.port, url.search, url.hash], ["https://xn--exmple-cua.com:8443", "xn--exmple-cua.com:8443", "8443", "?x=1", "#y"]);
    url.searchParams.append("z", "a b");
    url.pathname = "/new";
    equal(url.href, "https://user:pw@xn--exmple-cua.com:8443/new?x=1&z=a+b#y");
  },
  "what is no URL"() {
    equal(URL.canParse("nonsense"), false);
    equal(URL.parse("nonsense"), null);
    throws(() => new URL("nonsense"), "TypeError", "Invalid URL string.");
    throws(() => new URL("a", "b"), "TypeError", "Invalid URL string.");
    throws(() => new URL(), "TypeError", "Failed to construct 'URL': constructor parameter 1 is not of type 'USVString'.");
    const params = new URLSearchParams();
    throws(() => params.append("a"), "TypeError", "Failed to execute 'append' on 'URLSearchParams': parameter 2 is not of type 'USVString'.");
    throws(() => params.forEach(), "TypeError", "Failed to execute 'forEach' on 'URLSearchParams': parameter 1 is not of type 'function'.");
    throws(() => new URLSearchParams([["a"]]), "TypeError", "Invalid URL search params sequence.");
  },
  "search parameters"() {
    const params = new URLSearchParams("b=2&a=1&b=3");
    equal([params.get("b"), params.getAll("b"), params.size, params.has("b", "3"), params.has("b", "4")], ["2", ["2", "3"], 3, true, false]);
    params.sort();
    equal(params.toString(), "a=1&b=2&b=3");
    params.delete("b", "2");
    equal([...params], [["a", "1"], ["b", "3"]]);
  },
  "patterns"() {
    const pattern = new URLPattern({ pathname: "/users/:id" });
    equal(pattern.test("https://example.com/users/7"), true);
    equal(pattern.exec("https://example.com/users/7").pathname.groups.id, "7");
    equal(pattern.test("https://example.com/posts/7"), false);
  },
});

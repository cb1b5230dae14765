import { checks, equal, throws } from "../../assert.mjs";

export default checks({
  "names ignore case, values are trimmed"() {
    const headers = new Headers({ "X-One": "  1 ", "x-TWO": "2" });
    equal([headers.get("x-one"), headers.get("X-Two"), headers.has("X-ONE"), headers.get("x-three")], ["1", "2", true, null]);
  },
  "appended values are joined"() {
    const headers = new Headers([["a", "1"], ["b", "2"], ["A", "3"]]);
    headers.append("a", "4");
    equal(headers.get("a"), "1, 3, 4");
    headers.set("a", "5");
    equal(headers.get("a"), "5");
    headers.delete("a");
    equal(headers.has("a"), false);
  },
  "iteration is sorted and lower case"() {
    const headers = new Headers({ Zebra: "z", apple: "a" });
    headers.append("Mango", "m");
    equal([...headers], [["apple", "a"], ["mango", "m"], ["zebra", "z"]]);
    equal([...headers.keys()], ["apple", "mango", "zebra"]);
    equal([...headers.values()], ["a", "m", "z"]);
    const seen = [];
    headers.forEach((value, name) => seen.push(`${name}=${value}`));
    equal(seen, ["apple=a", "mango=m", "zebra=z"]);
  },
  "cookies stay apart"() {
    const headers = new Headers();
    headers.append("set-cookie", "a=1, really");
    headers.append("set-cookie", "b=2");
    equal(headers.getSetCookie(), ["a=1, really", "b=2"]);
    equal(headers.getAll("set-cookie"), ["a=1, really", "b=2"]);
    equal([...headers], [["set-cookie", "a=1, really"], ["set-cookie", "b=2"]]);
  },
  "getAll is for cookies alone"() {
    throws(() => new Headers().getAll("x"), "TypeError");
  },
  "names and values are checked"() {
    throws(() => new Headers({ "a b": "1" }), "TypeError", "Invalid header name.");
    throws(() => new Headers().set("a", "1\r\nb: 2"), "TypeError", "Invalid header value.");
    throws(() => new Headers().append("a", "\0"), "TypeError", "Invalid header value.");
    throws(
      () => new Headers([["a"]]),
      "TypeError",
      "To initialize a Headers object from a sequence, each inner sequence must have exactly two elements.",
    );
  },
  "odd names are taken"() {
    const headers = new Headers({ "": "nothing" });
    equal([headers.get(""), headers.has(""), new Headers().get("")], ["nothing", true, null]);
    headers.set("\u00e9", "1");
    equal(headers.get("\u00e9"), "1");
  },
  "what is no sequence of pairs"() {
    for (const pairs of [[1], ["ab"], [null], [["a", "b"], 5]]) {
      throws(() => new Headers(pairs), "TypeError", "Incorrect type: the provided value is not of type 'Sequence'.");
    }
    throws(
      () => new Headers("ab"),
      "TypeError",
      "Failed to construct 'Headers': constructor parameter 1 is not of type 'Headers or Sequence or object'.",
    );
  },
  "iterators say what they are"() {
    const headers = new Headers();
    equal(
      [headers.entries(), headers.keys(), headers.values()].map((iterator) => Object.prototype.toString.call(iterator)),
      ["[object EntryIterator]", "[object KeyIterator]", "[object ValueIterator]"],
    );
  },
  "methods want their object"() {
    const message = "Illegal invocation: function called with incorrect `this` reference. See " +
      "https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.";
    for (const call of [
      () => Headers.prototype.get.call(null, "a"),
      () => Response.prototype.text.call({}),
      () => URLSearchParams.prototype.get.call({}, "a"),
      () => AbortController.prototype.abort.call({}),
    ]) throws(call, "TypeError", message);
  },
  "missing arguments are named"() {
    throws(() => new Headers().get(), "TypeError", "Failed to execute 'get' on 'Headers': parameter 1 is not of type 'string'.");
    throws(() => new Headers().set("a"), "TypeError", "Failed to execute 'set' on 'Headers': parameter 2 is not of type 'string'.");
  },
  "those of a received request cannot be changed"(env, ctx, request) {
    throws(() => request.headers.set("x", "1"), "TypeError", "Can't modify immutable headers.");
    const copy = new Headers(request.headers);
    copy.set("x", "1");
    equal(copy.get("x"), "1");
  },
  "one is made of another"() {
    const first = new Headers({ a: "1" });
    const second = new Headers(first);
    second.set("a", "2");
    equal([first.get("a"), second.get("a")], ["1", "2"]);
  },
});

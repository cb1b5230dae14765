import { checks, equal, ok, rejects, throws } from "../../assert.mjs";

const PARSER = (text) => `Parser error: ${text}`;
const parameter = (method, owner, position, type) => `Failed to execute '${method}' on '${owner}': parameter ${position} is not of type '${type}'.`;
const GONE = "This content token is no longer valid. Content tokens are only valid during the execution of the relevant content handler.";

function rewrite(handlers, html = "<div>a<!--c--></div>") {
  return new HTMLRewriter().on("div", handlers).transform(new Response(html)).text();
}

export default checks({
  "selectors are checked"() {
    const refused = {
      "": "The selector is empty.", "div[": "Unexpected end of selector.", "a + b": "Unsupported combinator `+` in selector.",
      "a::before": "Unsupported pseudo-class or pseudo-element in selector.", "ns|a": "Selectors with explicit namespaces are not supported.",
      ">": "The selector is empty.", "a[b=]": "Unexpected end of selector.",
    };
    for (const [selector, text] of Object.entries(refused)) {
      throws(() => new HTMLRewriter().on(selector, {}), "TypeError", PARSER(text));
    }
  },
  "handlers are checked"() {
    const rewriter = new HTMLRewriter();
    throws(() => rewriter.on(), "TypeError", parameter("on", "HTMLRewriter", 1, "string"));
    for (const handlers of [undefined, 5]) {
      throws(() => rewriter.on("div", handlers), "TypeError", parameter("on", "HTMLRewriter", 2, "ElementContentHandlers"));
      throws(() => rewriter.onDocument(handlers), "TypeError", parameter("onDocument", "HTMLRewriter", 1, "DocumentContentHandlers"));
    }
    equal([rewriter.on("div", null) === rewriter, rewriter.on("div", { element: undefined }) === rewriter], [true, true]);
    const field = (name, dictionary) => `Incorrect type for the '${name}' field on '${dictionary}': the provided value is not of type 'function'.`;
    for (const element of [5, null]) {
      throws(() => rewriter.on("div", { element }), "TypeError", field("element", "ElementContentHandlers"));
    }
    throws(() => rewriter.onDocument({ end: 5 }), "TypeError", field("end", "DocumentContentHandlers"));
    for (const response of [undefined, "x", null]) {
      throws(() => rewriter.transform(response), "TypeError", parameter("transform", "HTMLRewriter", 1, "Response"));
    }
    throws(
      () => structuredClone(rewriter),
      "DataCloneError",
      'Could not serialize object of type "HTMLRewriter". This type does not support serialization.',
    );
  },
  async "what an element is told is checked"() {
    let checked = false;
    await rewrite({
      element(e) {
        throws(() => e.setAttribute("", "x"), "TypeError", PARSER("Attribute name can't be empty."));
        throws(() => e.setAttribute("a b", "x"), "TypeError", PARSER("` ` character is forbidden in the attribute name"));
        throws(() => e.setAttribute("a"), "TypeError", parameter("setAttribute", "Element", 2, "string"));
        throws(() => { e.tagName = ""; }, "TypeError", PARSER("Tag name can't be empty."));
        throws(() => { e.tagName = "a>"; }, "TypeError", PARSER("`>` character is forbidden in the tag name"));
        throws(() => { e.tagName = "1a"; }, "TypeError", PARSER("The first character of the tag name should be an ASCII alphabetical character."));
        throws(() => e.getAttribute(), "TypeError", parameter("getAttribute", "Element", 1, "string"));
        throws(() => e.before(), "TypeError", parameter("before", "Element", 1, "string or JsReadableStream or Response"));
        throws(() => e.before("x", 5), "TypeError", parameter("before", "Element", 2, "ContentOptions"));
        throws(() => e.onEndTag(5), "TypeError", parameter("onEndTag", "Element", 1, "function"));
        throws(() => e.replace(Symbol()), "TypeError", "Cannot convert a Symbol value to a string");
        for (const value of [null, undefined, 5, {}]) e.before(value);
        checked = true;
      },
      comments(c) {
        throws(() => { c.text = "-->"; }, "TypeError", PARSER("Comment text shouldn't contain comment closing sequence (`-->`)."));
      },
    });
    ok(checked);
    const onBreak = new HTMLRewriter().on("br", { element(e) { e.onEndTag(() => {}); } });
    await rejects(() => onBreak.transform(new Response("<br>")).text(), "TypeError", PARSER("No end tag."));
  },
  async "what a handler throws ends the body"() {
    const boom = () => { throw new RangeError("boom"); };
    await rejects(() => rewrite({ element: boom }), "RangeError", "boom");
    await rejects(() => rewrite({ element: async () => boom() }), "RangeError", "boom");
    await rejects(() => rewrite({ element(e) { e.onEndTag(boom); } }), "RangeError", "boom");
    await rejects(() => rewrite({ element() { throw 5; } }), "Error", "5");
    const end = new HTMLRewriter().onDocument({ end: boom });
    await rejects(() => end.transform(new Response("x")).text(), "RangeError", "boom");
  },
  async "a token is gone after its handler"() {
    const kept = {};
    await rewrite({
      element(e) { kept.element = e; kept.attributes = e.attributes; e.onEndTag((tag) => { kept.tag = tag; }); },
      text(t) { kept.text = t; },
      comments(c) { kept.comment = c; },
    });
    const { element, attributes, tag, text, comment } = kept;
    const uses = [
      () => element.tagName, () => element.getAttribute("id"), () => element.setAttribute("a", "b"), () => element.removed,
      () => element.before("x"), () => element.attributes, () => attributes.next(), () => element.onEndTag(() => {}),
      () => text.text, () => text.lastInTextNode, () => text.replace("x"), () => comment.text, () => { comment.text = "x"; }, () => tag.name,
    ];
    for (const use of uses) throws(use, "TypeError", GONE);
  },
  "a charset is checked"() {
    const transform = (charset) => new HTMLRewriter().transform(new Response("x", { headers: { "content-type": `text/html;charset=${charset}` } }));
    throws(() => transform("bogus"), "TypeError", PARSER("Unknown character encoding has been provided."));
    throws(() => transform("utf-16"), "TypeError", PARSER("Expected ASCII-compatible encoding."));
  },
});
